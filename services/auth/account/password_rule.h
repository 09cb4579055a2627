/* What a new password must not be. Pure. Any thread. */
#ifndef SOTAY_AUTH_PASSWORD_RULE_H
#define SOTAY_AUTH_PASSWORD_RULE_H

#include "common/base/err.h"

enum { PASSWORD_SHORTEST = 8 }; /* characters */

/* ERR_FIELD_PASSWORD_SHORT; ERR_FIELD_PASSWORD_IS_CARD: with or without a few characters round it;
 * ERR_FIELD_PASSWORD_COMMON: everybody's guess. Case, spaces and hyphens hide none of these. */
MUST_CHECK enum err password_rule(const char *password, const char *card_number);

#endif
