/* SQL of reminders (schema/016_reminder.sql). Everything queues on the pipeline; results are read after the caller's
 * flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_REMINDER_STORE_H
#define SOTAY_MEETING_REMINDER_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "services/meeting/reminder/reminder.h"

/* From here to the end of the transaction nobody else reminds or recalls: what one has reminded, the next one sees. It
 * comes before all other locks. */
void reminder_store_lock(TALLOC_CTX *ctx, struct pg *pg);

/* The branches that are asked for, in the order of their codes; one more than REMINDER_BRANCHES_LIMIT at most. None for
 * an `actor` who may remind none of them, so that nobody makes us read a city for nothing; NULL: that was judged
 * already. */
struct pg_result *reminder_store_branches(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask,
                                          const struct uuid *actor);
/* Who was reminded of it within 72 hours, and when. */
struct pg_result *reminder_store_recent(TALLOC_CTX *ctx, struct pg *pg, const struct reminder_ask *ask);
/* Both together. */
struct reminder_branch *reminder_store_read(TALLOC_CTX *ctx, const struct pg_result *rows,
                                            const struct pg_result *recent);

/* What is kept of a reminder that was sent. */
struct reminder {
    struct uuid id, organization, by;
    ProtobufCBinaryData answer;
};
struct pg_args *reminder_store_rows(TALLOC_CTX *ctx);
void reminder_store_add(struct pg_args *args, const struct reminder *reminder);
/* A branch that is reminded. */
struct reminded {
    struct uuid branch, reminder;
    int32_t month;
    Pb__ReminderKind kind;
    int64_t at_us;
};
struct pg_args *reminder_store_reminded(TALLOC_CTX *ctx);
void reminder_store_add_reminded(struct pg_args *args, const struct reminded *reminded);

/* One row, of who sent it: the answer. */
struct pg_result *reminder_store_answer(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *id, const struct uuid *by);

/* These notifications were taken back: the branches may be reminded again. */
void reminder_store_recall(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *notifications);

#endif
