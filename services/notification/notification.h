/* The rules of notifications: what an event tells whom, in which words, whether phones ring for it, and when to try
 * again. Pure: no I/O, no clock, no random numbers. Any thread; results are owned by `ctx`, strings may be borrowed
 * from the event. */
#ifndef SOTAY_NOTIFICATION_NOTIFICATION_H
#define SOTAY_NOTIFICATION_NOTIFICATION_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/notification.pb-c.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

/* (organisations, with their subtrees if so, intersected with roles) united with members. No roles: every place
 * there. */
struct audience {
    const struct uuid *organizations;
    size_t n_organizations;
    bool subtree;
    const int32_t *roles; /* Pb__Role */
    size_t n_roles;
    const struct uuid *members;
    size_t n_members;
    bool has_within;
    struct uuid within; /* the subject is seen from within this organisation only */
};

enum push_priority { PUSH_URGENT, PUSH_NORMAL }; /* lower first */

struct notification {
    struct uuid id, organization; /* who issued it */
    Pb__InboxKind kind;
    Pb__SubjectType subject_type;
    struct uuid subject;
    const char *title, *body;
    Pb__Classification classification;
    struct audience audience;
    int64_t created_at_us;
    bool pushes;           /* phones ring */
    int64_t expires_at_us; /* of the push */
    enum push_priority priority;
    bool gathers;          /* a fact of a digest */
    struct uuid gathering; /* which: by kind, subject and named recipients */
};

/* Each: OK; ERR_MALFORMED when an id is none. `now_us` is the event's, for facts that carry no time of their own. */
MUST_CHECK enum err notification_of_scheduled(TALLOC_CTX *ctx, const Pb__MeetingScheduled *event, int64_t now_us,
                                              struct notification *ret);
MUST_CHECK enum err notification_of_change(TALLOC_CTX *ctx, const Pb__MeetingChanged *event, int64_t now_us,
                                           struct notification *ret);
MUST_CHECK enum err notification_of_cancellation(TALLOC_CTX *ctx, const Pb__MeetingCancelled *event, int64_t now_us,
                                                 struct notification *ret);
/* `by`: who did it, NULL when unknown. What a head of the branch enters for another rings nobody, nor does an answer to
 * oneself. */
MUST_CHECK enum err notification_of_comment(TALLOC_CTX *ctx, const Pb__MeetingCommented *event, const struct uuid *by,
                                            struct notification *ret);
MUST_CHECK enum err notification_of_answer(TALLOC_CTX *ctx, const Pb__CommentAnswered *event, const struct uuid *by,
                                           struct notification *ret);
MUST_CHECK enum err notification_of_document(TALLOC_CTX *ctx, const Pb__DocumentPublished *event,
                                             struct notification *ret);

/* What a lock screen may show. */
const char *notification_lock_screen_title(const struct notification *notification);
const char *notification_lock_screen_body(const struct notification *notification);

/* --- subjects ----------------------------------------------------------------------------------------------------- */

/* What the newest facts say of a meeting or document. */
struct subject {
    struct uuid id;
    uint64_t version;
    uint64_t told_version;    /* of the newest facts that an item tells of; 0: none does */
    const char *title, *body; /* of its items; NULL: each says its own */
    Pb__Classification classification;
    struct audience audience;
    int64_t withdrawn_at_us; /* 0: it is not */
};

/* OK; ERR_MALFORMED when an id is none. `now_us` is the event's. */
MUST_CHECK enum err subject_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct subject *ret);
MUST_CHECK enum err subject_of_document(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, int64_t now_us,
                                        struct subject *ret);

/* Facts may come late: a dead letter is replayed, a projection rebuilt. `last`: NULL when nothing was known.
 *   An older fact undoes nothing that a newer one said. It is told, unless a newer one was: then its news is none any
 * more.
 *   It is told to those, in those words, as the newest facts say; of what was withdrawn no phone rings. */
bool subject_tells(const struct subject *last, const struct subject *said);
struct subject subject_next(const struct subject *last, const struct subject *said, bool tells);
void subject_revise(const struct subject *subject, struct notification *fact);

/* --- digests ------------------------------------------------------------------------------------------------------ */

/* The newest item under a key, and when phones rang for it or for one before. */
struct digest {
    struct uuid key, item;
    int32_t facts; /* that the item tells of */
    int64_t opened_at_us;
    bool is_read;        /* by one of those whom it reaches */
    bool rings;          /* the item has a push */
    int64_t rings_at_us; /* the newest push under this key; 0: none */
};

/* What a fact makes of it; `last`: NULL when it is the first. `rings`: phones may ring for this fact.
 *   It joins the item while nobody has read that, for a day at most; else it opens a new one, whose id is the fact's.
 *   An item rings once, and not within half an hour of the last ring under its key: then it rings when that is over. */
struct digest digest_next(const struct digest *last, const struct notification *fact, bool rings);
const char *digest_title(TALLOC_CTX *ctx, Pb__InboxKind kind, int32_t facts);

/* --- inboxes ------------------------------------------------------------------------------------------------------ */

/* Where an item stands in inboxes, newest first, and since when it says what it says. */
struct inbox_place {
    int64_t created_at_us;
    struct uuid item;
    int64_t told_at_us;
    bool is_digest;
};

/* What a reader said at `at_us`, when his message was accepted: this item, or all up to it. */
struct inbox_read {
    struct inbox_place place;
    bool up_to;
    int64_t at_us;
};

/* What came after that, he has not seen: facts that joined a digest, and items that came late to an earlier place, stay
 * unread. */
bool inbox_covers(const struct inbox_read *read, const struct inbox_place *item);

/* --- pushes ------------------------------------------------------------------------------------------------------- */

enum { PUSH_SHARDS_LIMIT = 128 };

/* Old facts (a projection that is rebuilt) ring no phone. */
bool push_is_due(const struct notification *notification, int64_t now_us);
/* A push to very many waits, so that it can be withdrawn before any phone rings. */
int64_t push_not_before_us(int64_t created_at_us, int64_t recipients);
/* How many ranges of members it is sent in, and where range `i` of `n` begins (the first: zero). */
size_t push_shards(int64_t recipients);
struct uuid push_shard_start(size_t i, size_t n);

enum push_status { PUSH_DELIVERED, PUSH_DEAD, PUSH_EXPIRED, PUSH_RETRYING };

/* What the provider said of one message. `code`: its word, '' when delivered. */
struct push_result {
    enum push_status status;
    const char *code;
    int retry_after_s;   /* 0: not said */
    bool device_is_gone; /* its token is to be forgotten */
};

/* From FCM's answer: HTTP status, its error word or NULL, Retry-After. Strings are constants. */
struct push_result push_result_of_fcm(int http_status, const char *error_code, int retry_after_s);

/* How long to wait before attempt number `attempts` + 1; `jitter` is 0..999 of 1000. At least 10 s (FCM's rule), at
 * most 10 min, or what the provider said. */
int64_t push_retry_delay_us(int attempts, int retry_after_s, unsigned jitter);

#endif
