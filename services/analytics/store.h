/* All SQL of analytics (schema/001_analytics.sql). Everything queues on the caller's pipeline, on its thread. */
#ifndef SOTAY_ANALYTICS_STORE_H
#define SOTAY_ANALYTICS_STORE_H

#include "common/pg.h"
#include "services/directory/directory.h"

/* --- facts: batches, one row an event; a fact that is there in a newer version stays -------------------------------------------- */
struct pg_args *store_meetings(TALLOC_CTX *ctx);
void store_add_meeting(struct pg_args *args, const struct uuid *id, uint64_t version, const struct uuid *org, int32_t month, int32_t kind,
                       int32_t state, bool registered, bool on_time);
struct pg_args *store_comments(TALLOC_CTX *ctx);
void store_add_comment(struct pg_args *args, const struct uuid *id, const struct uuid *org, int32_t month);
struct pg_args *store_documents(TALLOC_CTX *ctx);
void store_add_document(struct pg_args *args, const struct uuid *id, uint64_t version, const struct uuid *org, int32_t month,
                        bool published);
/* Who a document is addressed to, counted now, branch by branch. */
void store_queue_audience(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *document, int32_t month, const struct uuid orgs[], size_t n,
                          bool subtree);
struct pg_args *store_reads(TALLOC_CTX *ctx);
void store_add_read(struct pg_args *args, const struct uuid *member, const struct uuid *subject, int32_t type, const struct uuid *branch,
                    int32_t month, int64_t at_us);
struct pg_args *store_activity(TALLOC_CTX *ctx); /* the app was started */
void store_add_activity(struct pg_args *args, const struct uuid *member, int64_t at_us);
struct pg_args *store_activations(TALLOC_CTX *ctx);
void store_add_activation(struct pg_args *args, const struct uuid *member);
struct pg_args *store_devices(TALLOC_CTX *ctx);
void store_add_device(struct pg_args *args, const struct uuid *member, const char *device, int64_t at_us, bool present);

/* --- counting: after the facts, in the same flush --------------------------------------------------------------------------------- */
/* Recounts these organisations in these months (pairs); moves the sums of their ancestors, those of the old path and of the new. */
struct pg_args *store_month_args(TALLOC_CTX *ctx);
void store_add_month(struct pg_args *args, const struct uuid *org, int32_t month);
/* Every month that these organisations have: their path may be another. */
void store_queue_recount_paths(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);
/* Months in which a document's branches count its audience. */
void store_queue_recount_audience(struct pg *pg, TALLOC_CTX *ctx, const struct uuid documents[], size_t n);
/* Recounts members and adoption of the branches of these members, before and after, and of these organisations. */
void store_queue_recount_totals(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n_members, const struct uuid orgs[],
                                size_t n_orgs, int64_t active_since_us);
/* First of all in a batch: instances recount one after the other. */
void store_queue_lock(struct pg *pg, TALLOC_CTX *ctx);
/* Where these meetings and documents have counted so far: organization_id, month. */
struct pg_result *store_queue_months(struct pg *pg, TALLOC_CTX *ctx, const struct uuid subjects[], size_t n);
/* The branches of these members as they are before the batch: id, branch_id. */
struct pg_result *store_queue_branches(struct pg *pg, TALLOC_CTX *ctx, const struct uuid members[], size_t n);

/* --- reading ------------------------------------------------------------------------------------------------------------------------- */
/* One row of 18 columns for a dashboard: total's eight, month's ten; zeroes where nothing was counted. */
struct pg_result *store_queue_dashboard(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *org, int32_t month);
/* subject_type, subject_id, read_at_us; newest first; of one subject if it is not NULL; older than before_us. */
struct pg_result *store_queue_marks(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, const struct uuid *subject, int64_t since_us,
                                    int64_t before_us, int64_t limit);

#endif
