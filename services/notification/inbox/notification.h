/* What is told of one fact: to whom, in which words, and whether phones ring for it. This file reads the facts that are
 * about a meeting or document itself; those that are told for themselves, to heads or to a named member, are in news.h.
 * Pure: no I/O, no clock, no random numbers. Any thread; results are owned by `ctx`, strings may be borrowed from the
 * event. */
#ifndef SOTAY_NOTIFICATION_NOTIFICATION_H
#define SOTAY_NOTIFICATION_NOTIFICATION_H

#include "common/base/clock.h"
#include "services/notification/audience/address.h"
#include "services/notification/push/push.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/notification.pb-c.h"

#define NOTIFICATION_LIFETIME_US (24 * CLOCK_HOUR_US) /* of a push, and how long a digest gathers */

struct notification {
    struct uuid id, organization; /* who issued it */
    Pb__InboxKind kind;
    Pb__SubjectType subject_type;
    struct uuid subject;
    const char *title, *body;
    Pb__Classification classification;
    struct address to;
    int64_t created_at_us;
    bool pushes;           /* phones ring */
    bool is_held;          /* for a while, however few it reaches: it can be recalled */
    int64_t expires_at_us; /* of the push */
    enum push_priority priority;
    enum push_quiet quiet;
    bool has_by; /* who did it, by the next */
    struct uuid by;
    bool gathers; /* in a digest, by the next: its key */
    struct uuid gathering;
    const char *(*title_of_many)(TALLOC_CTX *ctx,
                                 int32_t facts); /* of a digest that tells of so many; NULL: none does */
};

/* Each: OK; ERR_MALFORMED when an id is none. `now_us` is the event's, for facts that carry no time of their own. */
MUST_CHECK enum err notification_of_scheduled(TALLOC_CTX *ctx, const Pb__MeetingScheduled *event, int64_t now_us,
                                              struct notification *ret);
MUST_CHECK enum err notification_of_change(TALLOC_CTX *ctx, const Pb__MeetingChanged *event, int64_t now_us,
                                           struct notification *ret);
MUST_CHECK enum err notification_of_cancellation(TALLOC_CTX *ctx, const Pb__MeetingCancelled *event, int64_t now_us,
                                                 struct notification *ret);
MUST_CHECK enum err notification_of_minutes(TALLOC_CTX *ctx, const Pb__MinutesPublished *event, int64_t now_us,
                                            struct notification *ret);
MUST_CHECK enum err notification_of_reopening(TALLOC_CTX *ctx, const Pb__MeetingReopened *event, int64_t now_us,
                                              struct notification *ret);
MUST_CHECK enum err notification_of_document(TALLOC_CTX *ctx, const Pb__DocumentPublished *event,
                                             struct notification *ret);

/* What members choose their rings by. */
enum push_category notification_category(Pb__InboxKind kind);

/* Whether phones ring for it at that time. Old facts (a projection that is rebuilt) ring none. */
bool notification_rings(const struct notification *notification, int64_t now_us);

#endif
