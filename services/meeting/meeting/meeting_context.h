/* What a command is about, found and checked: every handler of a meeting, and of what lies under one, begins with its
 * context, and tells by it what changed. The loop's thread; lives as long as the batch. */
#ifndef SOTAY_MEETING_MEETING_CONTEXT_H
#define SOTAY_MEETING_MEETING_CONTEXT_H

#include "common/loop/loop.h"
#include "services/directory/directory.h"
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
/* Visible → role → state → version: ERR_NOT_FOUND, ERR_NOT_ALLOWED, ERR_WRONG_STATE, ERR_VERSION_CONFLICT. The context
 * is filled also where the rules refuse (the last three). ERR_RETRY: the directory is being read again. */
MUST_CHECK enum err meeting_context_take(const struct loop_message *message, const struct meeting_action *action,
                                         struct meeting_context *ret_context);

/* Keeps the next state, tells the event, and says what is stale. ERR_MONTH_TAKEN: nothing happened. */
MUST_CHECK enum err meeting_context_keep(const struct meeting_context *context, const struct meeting *next,
                                         const ProtobufCMessage *event);
void meeting_context_delete(const struct meeting_context *context, const ProtobufCMessage *event);
/* Something that is counted of the meeting came (1) or went (-1), which only those see who see the branch's own list.
 * 0: something under the meeting changed that its answers show. */
void meeting_context_count(const struct meeting_context *context, enum meeting_counted what, int32_t by);

/* Cached answers that show the meeting are stale: its own, and lists over every subtree that holds the organisation
 * with this path. */
void meeting_tag(struct loop_batch *batch, const struct uuid *meeting, const struct uuid path[], size_t n_path);

#endif
