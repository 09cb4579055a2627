/* What a batch works on: every fact that it names, as it was before and as it is now. Handlers name facts (needs), then
 * change `is` (apply); writing compares the two, so that counters move by exactly what changed. Owned by the batch's
 * context; the loop's thread. */
#ifndef SOTAY_ANALYTICS_WORK_H
#define SOTAY_ANALYTICS_WORK_H

#include "common/base/uuid_map.h"
#include "common/loop/loop.h"
#include "services/analytics/analytics.h"
#include "services/analytics/store.h"

/* --- facts -------------------------------------------------------------------------------------------------------- */

struct meeting_fact {
    struct analytics_meeting was, is;
};

struct document_fact {
    struct analytics_document was, is;
};

struct comment_fact {
    bool is_known; /* counted before this batch, or by this batch */
};

struct reading_fact {
    struct analytics_reading was, is;
};

struct device_fact {
    struct device_fact *next;
    struct store_device is;
    bool is_changed;
};

struct person {
    struct analytics_member was, is;
    const Pb__DirectoryMember *told; /* newest record of the batch, or NULL */
    struct uuid_map *readings;       /* struct reading_fact, by subject */
    struct device_fact *devices;
    bool needs_devices;
};

/* An organisation: where it counted, where it is to count, and what the batch adds to it. */
struct month_counts {
    struct month_counts *next;
    int32_t month;
    struct analytics_month counts;
};
struct place {
    const struct uuid *path; /* that it counted under; NULL: itself alone */
    size_t n_path;
    bool is_branch;
    const Pb__DirectoryOrganization *told; /* newest record of the batch, or NULL */
    struct analytics_total total;
    struct month_counts *months;
};

/* --- the batch ---------------------------------------------------------------------------------------------------- */

struct work {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *people, *places, *meetings, *documents, *comments; /* of the structs above, by id */
    struct pg_args *reading_keys, *new_comments;
    int64_t now_us; /* the latest of the batch */
    struct store_touched touched;
    struct {
        struct pg_result *meetings, *documents, *comments, *members, *expired, *devices, *readings, *strays, *places;
    } rows;
};

/* The moments of ANALYTICS_PART, and the part whose write stands before the directory's: documents are taken out of the
 * branches that they address before anything changes. */
void *work_new(struct loop_batch *batch);
void work_load(void *work, struct pg *pg);
MUST_CHECK enum err work_loaded(void *work);
void work_write(void *work, struct pg *pg);
extern const struct loop_part ANALYTICS_FIRST_PART;

/* Naming; after loading the same calls find what was loaded. Never NULL. */
void work_note(struct work *work, const struct loop_message *message); /* every handler's `needs` */
struct person *work_person(struct work *work, const struct uuid *id);
struct reading_fact *work_reading(struct work *work, const struct uuid *member, const struct uuid *subject);
struct meeting_fact *work_meeting(struct work *work, const struct uuid *id);
struct document_fact *work_document(struct work *work, const struct uuid *id);
struct comment_fact *work_comment(struct work *work, const struct uuid *id);
struct place *work_place(struct work *work, const struct uuid *id);

/* Counting of what has no `was`. */
void work_add_month(struct work *work, const struct uuid *org, int32_t month, const struct analytics_month *counts,
                    int32_t sign);

#endif
