/* What items say of meetings and documents, made of the texts in texts.h. Pure: any thread; results are constants,
 * borrowed from the facts, or owned by `ctx`. */
#ifndef SOTAY_NOTIFICATION_WORDS_H
#define SOTAY_NOTIFICATION_WORDS_H

#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <talloc.h>

const char *words_moment(TALLOC_CTX *ctx, int64_t at_us); /* local day and minute */
const char *words_meeting_kind(Pb__MeetingKind kind);
const char *words_change_body(TALLOC_CTX *ctx, const Pb__MeetingChanged *event); /* old and new, of what changed */

/* Of what is restricted they say only that it is there. */
const char *words_document_title(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts);
const char *words_document_body(const Pb__DocumentFacts *facts);

#endif
