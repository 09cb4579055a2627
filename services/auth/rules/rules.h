/* What somebody says of an organisation's rules: pure rules. Which of them hold is services/directory/rules.h. Any
 * thread. */
#ifndef SOTAY_AUTH_RULES_H
#define SOTAY_AUTH_RULES_H

#include "common/loop/problems.h"
#include "services/directory/rules.h"
#include "sotay/v1/rules.pb-c.h"

/* ERR_INVALID fills `problems`. What it makes borrows from the body. */
MUST_CHECK enum err rules_read(TALLOC_CTX *ctx, const Pb__PutRules *body, int64_t now_us, struct problems *problems,
                               Pb__DirectoryRules__Version *ret_version, Pb__RuleValues *ret_values);
/* Whether it says what holds already from then on, of what the organisation itself has said. */
bool rules_say_nothing_new(TALLOC_CTX *ctx, const Pb__DirectoryRules *said, const Pb__DirectoryRules__Version *version);

#endif
