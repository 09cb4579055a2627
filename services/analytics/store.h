/* All SQL of analytics (schema/001_analytics.sql):
 *   store.c           facts: what a batch names is loaded, what it changes is written; what queries read
 *   store_counts.c    counters of organisations and of all above them
 *   store_audience.c  whom documents are addressed to
 * Everything queues on the caller's pipeline, on its thread; statements see what those before them left. Arrays of no
 * ids queue nothing. */
#ifndef SOTAY_ANALYTICS_STORE_H
#define SOTAY_ANALYTICS_STORE_H

#include "common/pg/pg.h"
#include "services/analytics/analytics.h"

/* --- loading: the facts that a batch names ------------------------------------------------------------------------ */

/* First of all: instances take their batches one after the other. */
void store_queue_lock(struct pg *pg, TALLOC_CTX *ctx);

/* Rows that `store_get_…` of the same name read: the id in column 0, where there is one. */
struct pg_result *store_queue_meetings(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void store_get_meeting(const struct pg_result *rows, size_t row, struct analytics_meeting *ret_meeting);
struct pg_result *store_queue_documents(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
void store_get_document(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                        struct analytics_document *ret_document);
struct pg_result *store_queue_comments(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);

/* A row for every id, known or not; and of up to `limit` members who are counted as active though their last start was
 * before that date. */
struct pg_result *store_queue_members(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);
struct pg_result *store_queue_expired(struct pg *pg, TALLOC_CTX *ctx, int32_t before, int64_t limit);
/* ERR_INTERNAL: the record is none. */
MUST_CHECK enum err store_get_member(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                                     struct analytics_member *ret_member);

struct store_device {
    char *id;
    int64_t at_us;
    bool is_present;
};
struct pg_result *store_queue_devices(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n);
void store_get_device(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                      struct store_device *ret_device); /* column 0: whose */

/* Readings by reader and subject: pairs. */
struct pg_args *store_reading_keys(TALLOC_CTX *ctx);
void store_add_reading_key(struct pg_args *args, const struct uuid *member, const struct uuid *subject);
/* Readings that do not count in the branch where these members were at that time: their intervals. */
struct pg_args *store_intervals(TALLOC_CTX *ctx);
void store_add_interval(struct pg_args *args, const struct uuid *member, const struct uuid *branch, int64_t from_us,
                        int64_t to_us);
/* Rows of both: columns 0 and 1 are reader and subject. */
void store_get_reading(const struct pg_result *rows, size_t row, struct analytics_reading *ret_reading);

/* The place that organisations count in: id, path, whether it is a branch. No row: under itself alone. */
struct pg_result *store_queue_places(struct pg *pg, TALLOC_CTX *ctx, const struct uuid ids[], size_t n);

/* --- writing: rows as they are now; batches but for documents ----------------------------------------------------- */

struct pg_args *store_meetings(TALLOC_CTX *ctx);
void store_add_meeting(struct pg_args *args, const struct uuid *id, const struct analytics_meeting *meeting);
struct pg_args *store_comments(TALLOC_CTX *ctx);
void store_add_comment(struct pg_args *args, const struct uuid *id, const struct uuid *org, int32_t month);
void store_queue_document(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id,
                          const struct analytics_document *document);
struct pg_args *store_new_readings(TALLOC_CTX *ctx);
struct pg_args *store_changed_readings(TALLOC_CTX *ctx);
void store_add_reading(struct pg_args *args, const struct uuid *member, const struct uuid *subject,
                       const struct analytics_reading *reading);
struct pg_args *store_adoption(TALLOC_CTX *ctx);
void store_add_adoption(struct pg_args *args, const struct uuid *id, const struct analytics_member *member);
struct pg_args *store_devices(TALLOC_CTX *ctx);
void store_add_device(struct pg_args *args, const struct uuid *member, const struct store_device *device);

/* --- counting: what is added to the organisations named, and to all above them; each named once ------------------- */

struct pg_args *store_month_counts(TALLOC_CTX *ctx);
void store_add_month(struct pg_args *args, const struct uuid *org, int32_t month, const struct analytics_month *counts);
struct pg_args *store_total_counts(TALLOC_CTX *ctx);
void store_add_total(struct pg_args *args, const struct uuid *org, const struct analytics_total *counts);
/* Organisations whose row in the directory is new: all that they count goes along if they moved in the tree. */
void store_queue_moves(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);

/* Takes away (-1) what documents count as in the branches that they address as a whole, before their rows change; adds
 * (1) it, after. */
void store_queue_addressed(struct pg *pg, TALLOC_CTX *ctx, const struct uuid documents[], size_t n, int32_t sign);
/* Counts for these organisations anew which documents address them as a whole: after they moved. */
void store_queue_readdress(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);
/* Finds anew who is reached by position or name: the readers of these documents; these members and whoever belongs to
 * these organisations or has a position there, as readers. After everything that they depend on was written. */
struct store_touched {
    const struct uuid *documents, *members, *organizations;
    size_t n_documents, n_members, n_organizations;
};
void store_queue_addressees(struct pg *pg, TALLOC_CTX *ctx, const struct store_touched *touched);

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* One row of 18 columns for a dashboard: total's eight, month's ten; zeroes where nothing was counted. */
struct pg_result *store_queue_dashboard(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month);

/* subject_type, subject_id, read_at_us; newest first, by id where at the same time; of one subject if it is not NULL;
 * those after the mark (before_us, after_id) of the page before. */
struct store_marks {
    const struct uuid *member, *subject;
    int64_t since_us, before_us;
    struct uuid after_id;
    int64_t limit;
};
struct pg_result *store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, const struct store_marks *wanted);

#endif
