/* Link codes: a signed-in member signs in another device of his. The calls CreateLinkCode and LinkDevice, answered at
 * once and never on the queue, because a code is a secret. On a query worker's thread, in transactions of their own. */
#ifndef SOTAY_AUTH_LINK_H
#define SOTAY_AUTH_LINK_H

#include "common/service/service.h"

enum { LINK_LIFE_S = 300 };

extern const struct query_table LINK_QUERIES;

#endif
