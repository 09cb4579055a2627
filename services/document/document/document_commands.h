/* Documents in the commands loop: a handler for each command of proto/sotay/v1/document.proto, and the documents that
 * they change. Beside it the loop's list holds HOST_PART, READERS_PART and DIRECTORY_LOOKUP_PART, behind it: what they
 * load belongs to documents that this part has locked. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_COMMANDS_H
#define SOTAY_DOCUMENT_DOCUMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part DOCUMENT_PART;

#endif
