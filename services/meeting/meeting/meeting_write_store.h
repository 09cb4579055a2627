/* What a batch changed of its meetings: one `each` statement a table, so that a batch costs the same few round trips as
 * one command. Rows are added in any order; what goes is written before what comes, because a month or an item's id may
 * pass from one meeting to another within the batch. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_MEETING_WRITE_STORE_H
#define SOTAY_MEETING_MEETING_WRITE_STORE_H

#include "common/pg/pg.h"
#include "services/meeting/meeting/meeting.h"

struct meeting_writes;
struct meeting_writes *meeting_write_store_new(TALLOC_CTX *ctx);

/* The meeting's row without its counts; the lists that are new, each whole; one count. */
void meeting_write_store_add(struct meeting_writes *writes, const struct meeting *meeting);
void meeting_write_store_add_participants(struct meeting_writes *writes, const struct meeting *meeting);
void meeting_write_store_add_agenda(struct meeting_writes *writes, const struct meeting *meeting);
void meeting_write_store_add_count(struct meeting_writes *writes, const struct meeting *meeting,
                                   enum meeting_counted what);
void meeting_write_store_add_attendance(struct meeting_writes *writes, const struct meeting *meeting);
void meeting_write_store_delete(struct meeting_writes *writes, const struct uuid *meeting);

void meeting_write_store_queue(struct pg *pg, const struct meeting_writes *writes); /* queues them */

#endif
