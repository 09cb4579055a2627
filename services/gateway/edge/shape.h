/* Headers, path, query string and body of a request, against the contract. Any thread. */
#ifndef SOTAY_GATEWAY_SHAPE_H
#define SOTAY_GATEWAY_SHAPE_H

#include <stdbool.h>

struct call;

/* Fills call->message, and for a command what its headers say. Replies and returns false when the contract forbids
 * something. */
bool shape_read(struct call *call);

#endif
