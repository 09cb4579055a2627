/* What a command is about, found and checked: every handler of a meeting, and of what lies under one, begins with its
 * context, and tells by it what changed. The loop's thread; lives as long as the batch. */
#ifndef SOTAY_MEETING_MEETING_CONTEXT_H
#define SOTAY_MEETING_MEETING_CONTEXT_H

#include "common/loop/loop.h"
#include "services/directory/directory.h"
#include "services/meeting/document/document.h"
#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting_access.h"

struct meeting_context {
    const struct loop_message *message;
    const struct meeting *meeting; /* NULL: it is to be made */
    const struct meeting_host *host;
    const struct directory_person *person; /* NULL: unknown to the directory */
    struct meeting_actor actor;
    struct meeting_cause cause;
};

/* In `want`: the message's meeting with what is said (MEETING_WANT_…), and who acts. */
void meeting_context_want(const struct loop_message *message, unsigned beside);

/* Who acts, in an organisation that is to convene. */
void meeting_context_of_host(const struct loop_message *message, const struct meeting_host *host,
                             struct meeting_context *ret_context);
/* Visible → role → state: ERR_NOT_FOUND, ERR_NOT_ALLOWED, ERR_WRONG_STATE. The context is filled also where the rules
 * refuse (the last two). ERR_RETRY: the directory is being read again. For what has a version of its own. */
MUST_CHECK enum err meeting_context_find(const struct loop_message *message, const struct meeting_action *action,
                                         struct meeting_context *ret_context);
/* The same, and then the meeting's version: ERR_VERSION_CONFLICT, with the context filled. */
MUST_CHECK enum err meeting_context_take(const struct loop_message *message, const struct meeting_action *action,
                                         struct meeting_context *ret_context);

/* What holds for its organisation when the command was said; its audience was wanted. */
struct meeting_rules meeting_context_rules(const struct meeting_context *context);

/* The document as it was when the command was appended, if who acts may read it; NULL: there is none for him. `want`
 * has named it (document_want) and him with his organisations (directory_set_want_person). */
const struct document *meeting_context_document(const struct meeting_context *context, const struct uuid *id);

/* Keeps the next state, tells the event, and says what is stale. ERR_MONTH_TAKEN: nothing happened. */
MUST_CHECK enum err meeting_context_keep(const struct meeting_context *context, const struct meeting *next,
                                         const ProtobufCMessage *event);
void meeting_context_delete(const struct meeting_context *context, const ProtobufCMessage *event);
/* Something that is counted of the meeting came (1) or went (-1), which only those see who see the branch's own list.
 * 0: something under the meeting changed that its answers show. */
void meeting_context_count(const struct meeting_context *context, enum meeting_counted what, int32_t by);

/* Who was there is counted anew: likewise. */
void meeting_context_attend(const struct meeting_context *context, const struct meeting_attendance *attendance);

/* Cached answers that show the meeting are stale: its own, and lists over every subtree that holds the organisation
 * with this path. */
void meeting_tag(struct loop_batch *batch, const struct uuid *meeting, const struct uuid path[], size_t n_path);

#endif
