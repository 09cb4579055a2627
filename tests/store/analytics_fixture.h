/* What the tests of services/analytics share: a database of their own, an empty projection, and batches of events that
 * run through the service's own handlers and statements, without a queue.
 *
 *     city ─┬─ ward ──┬─ 10B
 *           │         └─ 4
 *           └─ ward 2 ── 9 */
#ifndef SOTAY_TESTS_STORE_ANALYTICS_FIXTURE_H
#define SOTAY_TESTS_STORE_ANALYTICS_FIXTURE_H

#include "pg_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/loop/loop.h"
#include "services/analytics/dashboard/dashboard.h"
#include "sotay/v1/directory.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include "sotay/v1/presence.pb-c.h"

extern const struct uuid CITY, WARD, WARD_2, BRANCH_10B, BRANCH_4, BRANCH_9;
extern const struct uuid SECRETARY, MEMBER, EXEMPT;

/* --- events ------------------------------------------------------------------------------------------------------- */

struct event {
    struct loop_message message;
};
int64_t november(int day); /* 2026, noon local */
struct event event_of(enum topic topic, const struct uuid *aggregate, const ProtobufCMessage *body);
#define NOVEMBER (2026 * 12 + 10)

struct event told_organization(struct fixture *f, const struct uuid *id, uint64_t version, const struct uuid *parent,
                               Pb__Level level);
/* In `branch` from `since_us` on, in `before` until then (NULL: he was nowhere). */
struct event told_member(struct fixture *f, const struct uuid *id, uint64_t version, const struct uuid *branch,
                         int64_t since_us, const struct uuid *before);
/* The last interval's, of the event just made. */
void is_exempt(struct event *event);
void is_suspended(struct event *event);
void has_left(struct event *event, int64_t at_us);
void holds(struct fixture *f, struct event *event, Pb__Role role, const struct uuid *org);

struct event told_meeting(struct fixture *f, uint8_t id, uint64_t version, const struct uuid *org, int32_t month,
                          Pb__MeetingState state);
/* Of a meeting: one was excused, the rest of the base was not. */
struct event counted(struct fixture *f, uint8_t id, int32_t revision, const struct uuid *org, int32_t month,
                     int32_t base, int32_t present);
Pb__MeetingFacts *facts_of_meeting(struct event *event); /* of the event just made */
struct event commented(struct fixture *f, uint8_t id, const struct uuid *org, int32_t month);
/* Published in November, to `org`. */
struct event told_document(struct fixture *f, uint8_t id, uint64_t version, Pb__DocumentState state,
                           const struct uuid *org, bool subtree);
Pb__Audience *audience_of(struct event *event);
void to_role(struct fixture *f, struct event *event, Pb__Role role);
void to_member(struct fixture *f, struct event *event, const struct uuid *member);
struct event has_read(struct fixture *f, const struct uuid *member, uint8_t document, int64_t at_us,
                      int64_t told_at_us);
struct event has_started(struct fixture *f, const struct uuid *member, int64_t at_us);
struct event has_activated(struct fixture *f, const struct uuid *member);
struct event has_device(struct fixture *f, const struct uuid *member, const char *device, int64_t at_us,
                        bool is_present);

/* --- batches ------------------------------------------------------------------------------------------------------ */

/* Runs the events as one batch and commits it. */
void batch(struct fixture *f, const struct event events[], size_t n);
#define BATCH(f, ...)                                \
    do {                                             \
        const struct event batch_[] = {__VA_ARGS__}; \
        batch((f), batch_, ARRAY_LENGTH(batch_));    \
    } while (0)
/* The three levels above, all organisations. */
void tell_tree(struct fixture *f);
/* Secretary and member of 10B, an exempt member of 4. */
void tell_people(struct fixture *f);

size_t tags_told(void);                             /* by the last batch */
bool has_tag(enum tag tag, const struct uuid *org); /* org NULL: a tag without a key */

/* --- what is counted ---------------------------------------------------------------------------------------------- */

struct dashboard_counters dashboard(struct fixture *f, const struct uuid *org, int32_t month);
/* Every counter that is not zero, as text. */
const char *all_counters(struct fixture *f);
/* Fails unless every counter is what the facts and the directory add up to, counted one by one. */
void assert_counters_are_true(struct fixture *f);

#endif
