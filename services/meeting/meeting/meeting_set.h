/* The meetings of a batch: a part without handlers. The others' `want` says which meetings, people and months a command
 * needs, their `apply` finds and keeps them; then it writes what changed. Meetings are locked in the order of their
 * ids, before anything that lies under them; what lies under them is read after their locks, so it cannot be older than
 * they are. The loop's thread. */
#ifndef SOTAY_MEETING_MEETING_SET_H
#define SOTAY_MEETING_MEETING_SET_H

#include "common/loop/loop.h"
#include "services/meeting/meeting/meeting.h"

extern const struct loop_part MEETING_PART;

/* What of a meeting is wanted beside its row and the organisation that convened it. */
enum { MEETING_WANT_AGENDA = 1, MEETING_WANT_AUDIENCE = 2 };
void meeting_set_want(const struct loop_batch *batch, const struct uuid *id, unsigned beside);
/* One that is to be made. */
void meeting_set_want_new(const struct loop_batch *batch, const struct uuid *id, const struct uuid *org, int32_t month);
/* Whose meeting of this id the batch may make, known before it is loaded; NULL: it makes none. */
const struct uuid *meeting_set_new_of(const struct loop_batch *batch, const struct uuid *id);
/* It may claim another month than its own, or, as another kind, its own. */
void meeting_set_want_move(const struct loop_batch *batch, const struct uuid *id, bool has_month, int32_t month);

/* It begins then: what is near is wanted. `new_of`: whose it is to be; NULL: it is there. */
void meeting_set_want_hour(const struct loop_batch *batch, const struct uuid *id, const struct uuid *new_of,
                           int64_t starts_at_us);

const struct meeting *meeting_set_find(const struct loop_batch *batch, const struct uuid *id); /* NULL: there is none */

/* Makes the next state the state. ERR_MONTH_TAKEN (nothing changed): another meeting of the batch or of the database
 * has its month. */
MUST_CHECK enum err meeting_set_keep(const struct loop_batch *batch, const struct meeting *next);
void meeting_set_delete(const struct loop_batch *batch, const struct uuid *id);
/* When another meeting begins that is near this one, as the batch has it by now; 0: none. */
int64_t meeting_set_near(const struct loop_batch *batch, const struct meeting *meeting);
/* Answers that show those others are stale. */
void meeting_set_tag_near(struct loop_batch *batch, const struct meeting *meeting);
/* Of a meeting that was found. */
void meeting_set_attend(const struct loop_batch *batch, const struct uuid *id,
                        const struct meeting_attendance *attendance);
void meeting_set_count(const struct loop_batch *batch, const struct uuid *id, enum meeting_counted what, int32_t by);

#endif
