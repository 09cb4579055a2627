/* The rules of pushes: when phones ring, in how many ranges of members, what a lock screen shows, when to try again.
 * Pure: no I/O, no clock, no random numbers. Any thread. */
#ifndef SOTAY_NOTIFICATION_PUSH_H
#define SOTAY_NOTIFICATION_PUSH_H

#include "common/base/clock.h"
#include "common/base/uuid.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/notification.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

enum push_priority { PUSH_URGENT, PUSH_NORMAL }; /* lower first */

/* Whom it spares, and what it is about; the numbers are in push.quiet and push.category. */
enum push_quiet {
    PUSH_QUIET,       /* waits while it is quiet for a member (quiet.h) */
    PUSH_WAKES_EARLY, /* rings from 5:00 to 22:30 */
    PUSH_NEVER_QUIET, /* rings always, and whatever a member has chosen */
};
enum push_category {
    PUSH_OF_MEETINGS,
    PUSH_OF_DOCUMENTS,
    PUSH_OF_REMINDERS,
    PUSH_OF_ACCOUNTS, /* nobody chooses not to hear of his own account */
};

/* A push to very many waits, so that it can be withdrawn before any phone rings; the time of its fact: it does not. */
#define PUSH_HOLD_US (60 * CLOCK_SECOND_US)
int64_t push_not_before_us(int64_t created_at_us, int64_t recipients);

/* Whether phones ring for what was due then, by the time of its fact or the end of its hold, after the database came
 * back from a backup at `restored_at_us` (0: never). Whether they rang before is not known any more: what was due more
 * than a quarter of an hour before that had its time. */
bool push_rings_after_restore(int64_t due_us, int64_t restored_at_us);

/* How many ranges of members it is sent in, and where range `i` of `n` begins (the first: zero). */
enum { PUSH_SHARDS_LIMIT = 128 };
size_t push_shards(int64_t recipients);
struct uuid push_shard_start(size_t i, size_t n);

/* What a lock screen may show: the words themselves of what is public, else a general text. The result is `title` or
 * `body`, or a constant. */
const char *push_lock_screen_title(Pb__Classification classification, const char *title);
const char *push_lock_screen_body(Pb__Classification classification, const char *body);

/* The word of the contract for an item's kind; "" for a number that is none. A constant. */
const char *push_kind_word(Pb__InboxKind kind);

/* The page of the app that a tap on it opens: its subject's own, or the inbox. It names an id and nothing else. Owned
 * by ctx. The app's inbox leads to the same places (web/src/member/places.ts). */
const char *push_url(TALLOC_CTX *ctx, Pb__InboxKind kind, Pb__SubjectType type, const struct uuid *subject);

/* How long to wait before attempt number `attempts` + 1; `jitter` is 0..999 of 1000. At least 10 s (FCM's rule), at
 * most 10 min, or what the provider said. */
int64_t push_retry_delay_us(int attempts, int retry_after_s, unsigned jitter);

#endif
