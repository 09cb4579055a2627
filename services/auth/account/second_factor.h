/* The second factor: checking one, and the calls EnrolTotp, ConfirmTotp and RemoveTotp, answered at once and never on
 * the queue, because they carry secrets. On a query worker's thread, in transactions of their own.
 *
 *     none ─ EnrolTotp ─▶ pending ─ ConfirmTotp ─▶ in use, ten recovery codes ─ RemoveTotp ─▶ none
 *
 * Who has one in use and enrols anew, on a new phone, shows a code of it first: the new one is pending beside it. */
#ifndef SOTAY_AUTH_SECOND_FACTOR_H
#define SOTAY_AUTH_SECOND_FACTOR_H

#include "common/service/service.h"
#include <protobuf-c/protobuf-c.h>

struct one_time_step {
    bool found; /* false: a recovery code was used up */
    int64_t number;
};
/* `otp` as typed_code puts it right: six digits, or a recovery code, which is used up. ERR_OTP_INVALID. */
MUST_CHECK enum err second_factor_check(struct query *query, const struct uuid *member, ProtobufCBinaryData sealed,
                                        const char *otp, struct one_time_step *ret_step);

extern const struct query_table SECOND_FACTOR_QUERIES;

#endif
