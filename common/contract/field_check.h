/* What a single value of the contract may be (the rules of proto/sotay/v1/options.proto), wherever it comes from: the
 * gateway asks for what clients send, contract_check.h for whole messages. ERR_FIELD_…; pure, any thread. */
#ifndef SOTAY_COMMON_FIELD_CHECK_H
#define SOTAY_COMMON_FIELD_CHECK_H

#include "common/base/err.h"
#include "contract_rules.h"

/* An integer, or a number of a time's format. */
MUST_CHECK enum err field_check_number(const struct field_rule *rule, int64_t number);
MUST_CHECK enum err field_check_double(const struct field_rule *rule, double number);
MUST_CHECK enum err field_check_choice(const struct field_rule *rule, int number);
MUST_CHECK enum err field_check_bytes(const struct field_rule *rule, const ProtobufCBinaryData *bytes);
/* ERR_FIELD_CHARACTERS (not UTF-8, too), ERR_FIELD_FORMAT (PHONE, WORD), ERR_FIELD_TOO_SHORT (blank, too),
 * ERR_FIELD_TOO_LONG. Whether text that people wrote is in NFC is not asked: the gateway makes it so. */
MUST_CHECK enum err field_check_text(const struct field_rule *rule, const char *text);
MUST_CHECK enum err field_check_items(const struct field_rule *rule, size_t n);

/* TEXT and LINE: made NFC at the edge. */
bool field_is_written_by_people(const struct field_rule *rule);

#endif
