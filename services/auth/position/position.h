/* The pure rules of positions (who holds which role in which organisation): no I/O, clock or random numbers. Any
 * thread. ACCESS.md says why each is so. */
#ifndef SOTAY_AUTH_POSITION_H
#define SOTAY_AUTH_POSITION_H

#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>

/* The machine's operator (bootstrap and import on the command line) stands above every role of Pb__Role. */
#define ROLE_OPERATOR 100

/* Whether someone whose highest role is `granter` may give or take `role`: never his own rank or one above. */
bool position_may_grant(int granter, Pb__Role role);
/* Whether a role belongs to an organisation of this level. */
bool position_fits(Pb__Role role, Pb__Level level);

#endif
