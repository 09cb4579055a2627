/* Who may have letters made, and for whom (ACCESS.md): whoever opens the letter of another is him until he has signed
 * in, so no letter is for somebody who may what whoever prints it may not. Pure, any thread. */
#ifndef SOTAY_AUTH_LETTER_RULE_H
#define SOTAY_AUTH_LETTER_RULE_H

#include "services/auth/letter/letter_store.h"
#include "services/directory/directory.h"

/* ERR_NOT_ALLOWED: neither secretary of `org` nor administrator of it or of one above. Fills whom the caller's letters
 * may be for; borrows from both. */
MUST_CHECK enum err letter_rule(const struct directory_scope *scope, const struct directory_org *org,
                                struct letter_filter *ret_filter);

#endif
