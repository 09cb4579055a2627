/* SQL of reminders (schema/016_reminder.sql, 020_reminder_branches.sql). Everything queues on the pipeline; results are
 * read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_REMINDER_STORE_H
#define SOTAY_MEETING_REMINDER_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/meeting/reminder/reminder.h"

/* From here to the end of the transaction nobody else reminds or recalls: what one has reminded, the next one sees. It
 * comes before all other locks. */
void reminder_store_lock(TALLOC_CTX *ctx, struct pg *pg);

/* Somebody who may have had the right to remind at some moment between two; he is judged afterwards. */
struct reminder_actor {
    struct uuid id;
    int64_t from_us, to_us;
};
/* The branches that are asked for, in the order of their codes; one more than REMINDER_BRANCHES_LIMIT at most. None for
 * an `actor` who may remind none of them, so that nobody makes us read a city for nothing; NULL: that was judged
 * already. Heads and rules are read beside the branches, each table once, and not branch by branch. */
struct reminder_rows {
    struct pg_result *branches, *heads, *rules;
};
struct reminder_rows reminder_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask,
                                          const struct reminder_actor *actor);
struct reminder_branch *reminder_store_read(TALLOC_CTX *ctx, const struct reminder_rows *rows, size_t *ret_n);

/* What is kept of a reminder that was sent. */
struct reminder {
    struct uuid id, organization, by;
    ProtobufCBinaryData answer;
    int32_t month;
    Pb__ReminderKind kind;
    int64_t at_us;
    const struct uuid *branches;
    size_t n_branches;
};
void reminder_store_add(TALLOC_CTX *ctx, struct pg *pg, const struct reminder *reminder);

/* Who was reminded of it within 72 hours, and when; to be marked. */
struct pg_result *reminder_store_recent(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask);
void reminder_store_mark(TALLOC_CTX *ctx, const struct pg_result *recent, struct reminder_branch branches[], size_t n);

/* One row, of who sent it: the answer. */
struct pg_result *reminder_store_answer(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *id, const struct uuid *by);

/* These notifications were taken back: the branches may be reminded again. */
void reminder_store_recall(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *notifications);

#endif
