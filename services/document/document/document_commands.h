/* CreateDocument, EditDocument, DiscardDocument, PublishDocument, WithdrawDocument, ReplaceDocument: a handler for
 * each. Beside it the loop's list holds DOCUMENT_PART (document_batch.h), and behind that HOST_PART, READERS_PART and
 * DIRECTORY_LOOKUP_PART. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_COMMANDS_H
#define SOTAY_DOCUMENT_DOCUMENT_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part DOCUMENT_COMMANDS_PART;

#endif
