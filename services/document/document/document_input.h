/* Bodies of commands, with what they name looked up: from the contract's messages to what the rules take (document.h).
 * The loop's thread; results live in the message's context and borrow its body. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_INPUT_H
#define SOTAY_DOCUMENT_DOCUMENT_INPUT_H

#include "common/loop/loop.h"
#include "services/document/document/document_context.h"

/* In `want`: whom the body names, the hosts that its answer shows, and how many will read. ERR_MALFORMED: an id is
 * none. */
MUST_CHECK enum err document_input_want_create(const struct loop_message *message);
MUST_CHECK enum err document_input_want_edit(const struct loop_message *message);

/* In `apply`. `issuer`: the organisation that no audience may be wider than. */
MUST_CHECK enum err document_input_of_create(const struct document_context *issuer, struct document_input *ret_input);
MUST_CHECK enum err document_input_of_edit(const struct loop_message *message, const struct uuid *issuer,
                                           struct document_input *ret_input);

#endif
