/* SQL of meetings and their agendas (schema/001_meeting.sql): the rows that batches and queries both read, and what a
 * batch loads. meeting_write_store.h: what a batch changed; meeting_list_store.h: what readers see.
 *
 * Everything queues on the pipeline; results are read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_MEETING_STORE_H
#define SOTAY_MEETING_MEETING_STORE_H

#include "common/base/uuid_map.h"
#include "common/pg/pg.h"
#include "contract_numbers.h"
#include "services/meeting/meeting/meeting.h"

/* m is the meeting's row. Agendas come apart. */
#define MEETING_COUNTED_COLUMN(NAME, column) ", m." #column
#define MEETING_RESOLUTION_COLUMNS \
    ", m.resolution_document_id, m.resolution_published_at_us, m.resolution_due_at_us, m.resolution_overdue"
/* e is another meeting of the organisation, published, MEETING_NEAR_US off at most; its index is
 * meeting_of_organization. */
#define MEETING_IS_NEAR(at) \
    "e.state = " SQL_MEETING_STATE_SCHEDULED " AND e.starts_at_us BETWEEN " at " - 7200000000 AND " at " + 7200000000"
static_assert(MEETING_NEAR_US == INT64_C(7200000000), "the statement says the same");
#define MEETING_NEAR_COLUMN                                                                                     \
    ", (SELECT min(e.starts_at_us) FROM meeting e WHERE e.organization_id = m.organization_id AND e.id <> m.id" \
    "  AND m.state IN (" SQL_MEETING_STATE_DRAFT ", " SQL_MEETING_STATE_SCHEDULED ")"                           \
    "  AND " MEETING_IS_NEAR("m.starts_at_us") ")"
#define MEETING_ATTENDANCE \
    "m.attendance_revision, m.attendance_base, m.present, m.excused, m.unexcused, m.exempt, m.exempt_present"
#define MEETING_COLUMNS                                                                                              \
    "m.id, m.version, m.organization_id, m.kind, m.state, m.starts_at_us, m.place, m.participants, m.created_at_us," \
    " m.registered_at_us, m.changed_at_us, m.held_at_us, m.change_note, m.cancel_reason, m.notification_id,"         \
    " m.notified_at_us, m.registration_day, m.agenda_limit_minutes,"                                                 \
    " CASE WHEN m.participants = " SQL_PARTICIPANTS_NAMED " THEN"                                                    \
    "  (SELECT array_agg(p.member_id ORDER BY p.member_id) FROM meeting_participant p WHERE p.meeting_id = m.id) "   \
    "END" MEETING_COUNTED(MEETING_COUNTED_COLUMN) ", " MEETING_ATTENDANCE                                            \
                                                  ", m.month" MEETING_RESOLUTION_COLUMNS MEETING_NEAR_COLUMN
/* Returns the number of the column behind them. */
int meeting_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct meeting *ret_meeting);

/* No ids queue nothing. */
struct pg_result *meeting_store_queue_agendas(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n);
/* Gives every meeting of the rows its agenda: `find` returns it, or NULL. */
void meeting_store_read_agendas(TALLOC_CTX *ctx, const struct pg_result *rows,
                                struct meeting *(*find)(void *arg, const struct uuid *id), void *arg);

/* Published minutes, likewise. ERR_INTERNAL: a row's content, our own bytes, is none. */
struct pg_result *meeting_store_queue_minutes(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n);
MUST_CHECK enum err meeting_store_read_minutes(TALLOC_CTX *ctx, const struct pg_result *rows,
                                               struct meeting *(*find)(void *arg, const struct uuid *id), void *arg);

/* For a batch: MEETING_COLUMNS and then HOST_COLUMNS (../host/host_store.h), locked in the order of their ids. */
struct pg_result *meeting_store_lock(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *meetings);

/* Who has the months that a batch may claim: rows of organisation, month, meeting. */
struct pg_args *meeting_store_months(TALLOC_CTX *ctx);
void meeting_store_add_month(struct pg_args *args, const struct uuid *org, int32_t month);
/* Of a meeting that may claim a month: the one named, or else its own. */
struct pg_args *meeting_store_moves(TALLOC_CTX *ctx);
void meeting_store_add_move(struct pg_args *args, const struct uuid *meeting, bool has_month, int32_t month);

/* Published meetings hardly apart from these, by MEETING_IS_NEAR: of the organisation of a meeting that is there, or of
 * `new_of`; its own hour, or where `at_us` is not 0, that one. Rows of meeting, organisation, hour. */
struct pg_args *meeting_store_near(TALLOC_CTX *ctx);
void meeting_store_add_near(struct pg_args *args, const struct uuid *meeting, const struct uuid *new_of, int64_t at_us);

/* Which meetings name documents: rows of document, meeting, path of the organisation that meets. */
struct pg_result *meeting_store_queue_naming(TALLOC_CTX *ctx, struct pg *pg, const struct uuid_map *documents);

#endif
