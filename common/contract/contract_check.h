/* Whether a message that came from elsewhere than a client's JSON, from the queue that is, holds what the rules of its
 * fields allow. The same rules as at the edge, in the same words about the same fields. Pure, any thread. */
#ifndef SOTAY_COMMON_CONTRACT_CHECK_H
#define SOTAY_COMMON_CONTRACT_CHECK_H

#include "common/contract/field_errors.h"
#include <protobuf-c/protobuf-c.h>

/* `message` is of our contract and was unpacked, so that what is required is there. Adds to `errors`. */
void contract_check(const ProtobufCMessage *message, struct field_errors *errors);

#endif
