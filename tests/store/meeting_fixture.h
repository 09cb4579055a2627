/* What the tests of services/meeting find in their database: a city with one ward, branch 10B (secretary,
 * member, one exempt, one who left) and branch 4, and no meetings. */
#ifndef SOTAY_TESTS_STORE_MEETING_FIXTURE_H
#define SOTAY_TESTS_STORE_MEETING_FIXTURE_H

#include "parts_fixture.h"
#include "services/meeting/comment/comment.h"
#include "services/meeting/meeting/meeting.h"

extern const struct uuid CITY, WARD, BRANCH_10B, BRANCH_4, SECRETARY, MEMBER;

/* A batch of the commands loop: BEGIN and load what was wanted; write and COMMIT. `write_whole` must succeed. */
struct loop_batch *new_batch(struct fixture *f);
struct loop_batch *load_wanted(struct fixture *f, struct loop_batch *batch);
struct loop_batch *load(struct fixture *f, const struct uuid *meeting);
void write_whole(struct fixture *f, struct loop_batch *batch);

int64_t december(int day); /* 2026, 19:00 local */
/* Published and regular; the one with id 1 has an agenda of two items, the first with document d1. */
struct meeting meeting_of(uint8_t id, const struct uuid *org, int64_t starts_at_us);
void keep(struct fixture *f, const struct meeting *meeting);

struct named_comment comment_of(uint8_t id, const struct uuid *author, int visibility);
/* Meeting 1 with 0x11 of the member, 0x12 of the member for the secretary alone, 0x13 of the secretary. */
void comment_thrice(struct fixture *f);

#endif
