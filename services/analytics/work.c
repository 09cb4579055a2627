#include "services/analytics/work.h"
#include "services/analytics/events.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

/* Tags of more organisations than this are one for all: an import touches thousands in each batch. */
enum { TAGS_LIMIT = 500 };
/* Members who are no longer active, in one batch: midnight ends the month of all who started the app on one day. */
enum { EXPIRED_LIMIT = 500 };

void *work_new(struct loop_batch *batch)
{
    TALLOC_CTX *ctx = loop_ctx(batch);
    struct work *work = mem_new(ctx, struct work);
    work->batch = batch;
    work->ctx = ctx;
    work->people = uuid_map_new(ctx);
    work->places = uuid_map_new(ctx);
    work->meetings = uuid_map_new(ctx);
    work->documents = uuid_map_new(ctx);
    work->comments = uuid_map_new(ctx);
    work->reading_keys = store_reading_keys(ctx);
    work->new_comments = store_comments(ctx);
    return work;
}

/* --- naming ------------------------------------------------------------------------------------------------------- */

void work_note(struct work *work, const struct loop_message *message)
{
    work->now_us = message->now_us > work->now_us ? message->now_us : work->now_us;
}

/* The value of `id`, zeroed when it is named first. */
static void *find_or_make(struct work *work, struct uuid_map *map, const struct uuid *id, size_t bytes,
                          const char *type)
{
    void *value = uuid_map_get(map, id);
    if (!value) {
        value = mem_zalloc(work->ctx, bytes, type);
        uuid_map_put(map, id, value);
    }
    return value;
}
#define FIND_OR_MAKE(work, map, id, type) ((type *)find_or_make((work), (map), (id), sizeof(type), #type))

struct person *work_person(struct work *work, const struct uuid *id)
{
    return FIND_OR_MAKE(work, work->people, id, struct person);
}

struct reading_fact *work_reading(struct work *work, const struct uuid *member, const struct uuid *subject)
{
    struct person *person = work_person(work, member);
    if (!person->readings)
        person->readings = uuid_map_new(work->ctx);
    if (!uuid_map_has(person->readings, subject))
        store_add_reading_key(work->reading_keys, member, subject);
    return FIND_OR_MAKE(work, person->readings, subject, struct reading_fact);
}

struct meeting_fact *work_meeting(struct work *work, const struct uuid *id)
{
    return FIND_OR_MAKE(work, work->meetings, id, struct meeting_fact);
}

struct document_fact *work_document(struct work *work, const struct uuid *id)
{
    return FIND_OR_MAKE(work, work->documents, id, struct document_fact);
}

struct comment_fact *work_comment(struct work *work, const struct uuid *id)
{
    return FIND_OR_MAKE(work, work->comments, id, struct comment_fact);
}

struct place *work_place(struct work *work, const struct uuid *id)
{
    return FIND_OR_MAKE(work, work->places, id, struct place);
}

/* --- loading ------------------------------------------------------------------------------------------------------ */

/* The intervals of the members that the directory tells of, as analytics_branch_at reads them: each begins where the
 * one before it ended, the first one before all time. */
static struct pg_args *told_intervals(const struct work *work)
{
    struct pg_args *args = store_intervals(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->people); i++) {
        const Pb__DirectoryMember *told = ((const struct person *)uuid_map_value(work->people, i))->told;
        int64_t from_us = INT64_MIN;
        for (size_t j = 0; told && j < told->n_intervals; j++) {
            const Pb__DirectoryMember__Interval *interval = told->intervals[j];
            int64_t to_us = interval->has_to_us ? interval->to_us : INT64_MAX;
            struct uuid branch;
            bool is_here = analytics_branch_at(told, from_us, &branch);
            store_add_interval(args, &uuid_map_ids(work->people)[i], is_here ? &branch : NULL, from_us, to_us);
            from_us = to_us;
        }
    }
    return args;
}

static struct uuid *device_owners(const struct work *work, size_t *ret_n)
{
    struct uuid *owners = mem_array(work->ctx, struct uuid, uuid_map_size(work->people) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < uuid_map_size(work->people); i++)
        if (((const struct person *)uuid_map_value(work->people, i))->needs_devices)
            owners[(*ret_n)++] = uuid_map_ids(work->people)[i];
    return owners;
}

void work_load(void *arg, struct pg *pg)
{
    struct work *work = arg;
    TALLOC_CTX *ctx = work->ctx;
    size_t n_owners;
    const struct uuid *owners = device_owners(work, &n_owners);
    int32_t active_since = clock_local_date(work->now_us) - ANALYTICS_ACTIVE_DAYS;
    store_queue_lock(pg, ctx);
    work->rows.meetings = store_queue_meetings(pg, ctx, uuid_map_ids(work->meetings), uuid_map_size(work->meetings));
    work->rows.documents = store_queue_documents(pg, ctx, uuid_map_ids(work->documents),
                                                 uuid_map_size(work->documents));
    work->rows.comments = store_queue_comments(pg, ctx, uuid_map_ids(work->comments), uuid_map_size(work->comments));
    work->rows.members = store_queue_members(pg, ctx, uuid_map_ids(work->people), uuid_map_size(work->people));
    work->rows.expired = store_queue_expired(pg, ctx, active_since, EXPIRED_LIMIT);
    work->rows.devices = store_queue_devices(pg, ctx, owners, n_owners);
    work->rows.readings = pg_queue(pg, work->reading_keys);
    work->rows.strays = pg_queue(pg, told_intervals(work));
    work->rows.places = store_queue_places(pg, ctx, uuid_map_ids(work->places), uuid_map_size(work->places));
}

static void keep_place(struct work *work, const struct pg_result *rows, size_t row, int id_column, int path_column)
{
    struct uuid id = pg_get_uuid(rows, row, id_column);
    if (pg_is_null(rows, row, path_column))
        return;
    struct place *place = work_place(work, &id);
    place->path = pg_get_uuids(work->ctx, rows, row, path_column, &place->n_path);
}

/* The person of a row, and where his branch counts. */
static enum err keep_member(struct work *work, const struct pg_result *rows, size_t row, struct person **ret_person)
{
    struct uuid id = pg_get_uuid(rows, row, 0);
    struct person *person = work_person(work, &id);
    enum err err = store_get_member(work->ctx, rows, row, &person->was);
    if (err)
        return err;
    person->is = person->was;
    if (person->was.has_branch && !uuid_map_has(work->places, &person->was.branch))
        keep_place(work, rows, row, 1, 9);
    *ret_person = person;
    return ERR_OK;
}

static enum err keep_members(struct work *work)
{
    enum err err = ERR_OK;
    struct person *person;
    for (size_t row = 0; !err && row < pg_rows(work->rows.members); row++)
        err = keep_member(work, work->rows.members, row, &person);
    for (size_t row = 0; !err && row < pg_rows(work->rows.expired); row++) {
        err = keep_member(work, work->rows.expired, row, &person);
        if (!err)
            person->is.is_active = false; /* until a start that this batch tells of */
    }
    return err;
}

static void keep_devices(struct work *work)
{
    for (size_t row = 0; row < pg_rows(work->rows.devices); row++) {
        struct uuid owner = pg_get_uuid(work->rows.devices, row, 0);
        struct person *person = work_person(work, &owner);
        struct device_fact *device = mem_new(work->ctx, struct device_fact);
        store_get_device(work->ctx, work->rows.devices, row, &device->is);
        device->next = person->devices;
        person->devices = device;
    }
}

static void keep_readings(struct work *work, const struct pg_result *rows)
{
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct uuid member = pg_get_uuid(rows, row, 0), subject = pg_get_uuid(rows, row, 1);
        struct person *person = work_person(work, &member);
        if (!person->readings)
            person->readings = uuid_map_new(work->ctx);
        struct reading_fact *reading = FIND_OR_MAKE(work, person->readings, &subject, struct reading_fact);
        store_get_reading(rows, row, &reading->was);
        reading->is = reading->was;
    }
}

static void keep_meetings_and_documents(struct work *work)
{
    for (size_t row = 0; row < pg_rows(work->rows.meetings); row++) {
        struct uuid id = pg_get_uuid(work->rows.meetings, row, 0);
        struct meeting_fact *meeting = work_meeting(work, &id);
        store_get_meeting(work->rows.meetings, row, &meeting->was);
        meeting->is = meeting->was;
    }
    for (size_t row = 0; row < pg_rows(work->rows.documents); row++) {
        struct uuid id = pg_get_uuid(work->rows.documents, row, 0);
        struct document_fact *document = work_document(work, &id);
        store_get_document(work->ctx, work->rows.documents, row, &document->was);
        document->is = document->was;
    }
}

enum err work_loaded(void *arg)
{
    struct work *work = arg;
    for (size_t row = 0; row < pg_rows(work->rows.places); row++) {
        struct uuid id = pg_get_uuid(work->rows.places, row, 0);
        keep_place(work, work->rows.places, row, 0, 1);
        work_place(work, &id)->is_branch = pg_get_bool(work->rows.places, row, 2);
    }
    for (size_t row = 0; row < pg_rows(work->rows.comments); row++) {
        struct uuid id = pg_get_uuid(work->rows.comments, row, 0);
        work_comment(work, &id)->is_known = true;
    }
    keep_meetings_and_documents(work);
    keep_devices(work);
    keep_readings(work, work->rows.readings);
    keep_readings(work, work->rows.strays);
    return keep_members(work);
}

/* --- counting ----------------------------------------------------------------------------------------------------- */

static struct month_counts *find_month(struct work *work, const struct uuid *org, int32_t month)
{
    struct place *place = work_place(work, org);
    struct month_counts *counts = place->months;
    while (counts && counts->month != month)
        counts = counts->next;
    if (!counts) {
        counts = mem_new(work->ctx, struct month_counts);
        counts->month = month;
        counts->next = place->months;
        place->months = counts;
    }
    return counts;
}

void work_add_month(struct work *work, const struct uuid *org, int32_t month, const struct analytics_month *counts,
                    int32_t sign)
{
    struct month_counts *sum = find_month(work, org, month);
    for (int i = 0; i < MONTH_FIELDS; i++)
        sum->counts.n[i] += sign * counts->n[i];
}

static void count_total(struct work *work, const struct analytics_member *member, int32_t sign)
{
    if (!analytics_is_counted(member))
        return;
    struct analytics_total counts = analytics_count_member(member), *sum = &work_place(work, &member->branch)->total;
    for (int i = 0; i < TOTAL_FIELDS; i++)
        sum->n[i] += sign * counts.n[i];
}

static void count_meeting(struct work *work, const struct analytics_meeting *meeting, int32_t sign)
{
    struct analytics_month counts = analytics_count_meeting(meeting);
    if (meeting->version > 0)
        work_add_month(work, &meeting->organization, meeting->month, &counts, sign);
}

static void count_document(struct work *work, const struct analytics_document *document, int32_t sign)
{
    struct analytics_month counts = analytics_count_document(document);
    if (document->version > 0)
        work_add_month(work, &document->organization, document->month, &counts, sign);
}

static void count_reading(struct work *work, const struct analytics_reading *reading, int32_t sign)
{
    struct analytics_month counts = analytics_count_reading(reading);
    if (counts.n[MONTH_READ] > 0)
        work_add_month(work, &reading->branch, clock_local_month(reading->at_us), &counts, sign);
}

/* --- writing: facts ----------------------------------------------------------------------------------------------- */

static void write_meetings(struct work *work, struct pg *pg)
{
    struct pg_args *rows = store_meetings(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->meetings); i++) {
        const struct meeting_fact *meeting = uuid_map_value(work->meetings, i);
        if (meeting->is.version == meeting->was.version)
            continue;
        store_add_meeting(rows, &uuid_map_ids(work->meetings)[i], &meeting->is);
        count_meeting(work, &meeting->was, -1);
        count_meeting(work, &meeting->is, 1);
    }
    pg_queue(pg, rows);
}

/* Those whose readers change are put into `touched`. */
static void write_documents(struct work *work, struct pg *pg, struct store_touched *touched)
{
    struct uuid *changed = mem_array(work->ctx, struct uuid, uuid_map_size(work->documents) + 1);
    for (size_t i = 0; i < uuid_map_size(work->documents); i++) {
        const struct document_fact *document = uuid_map_value(work->documents, i);
        if (!analytics_same_readers(&document->was, &document->is))
            changed[touched->n_documents++] = uuid_map_ids(work->documents)[i];
    }
    touched->documents = changed;
    store_queue_addressed(pg, work->ctx, changed, touched->n_documents, -1);
    for (size_t i = 0; i < uuid_map_size(work->documents); i++) {
        const struct document_fact *document = uuid_map_value(work->documents, i);
        if (document->is.version == document->was.version)
            continue;
        store_queue_document(pg, work->ctx, &uuid_map_ids(work->documents)[i], &document->is);
        count_document(work, &document->was, -1);
        count_document(work, &document->is, 1);
    }
}

static void settle_devices(struct person *person, const struct uuid *id, struct pg_args *rows)
{
    if (person->needs_devices)
        person->is.devices = 0;
    for (const struct device_fact *device = person->devices; device; device = device->next) {
        person->is.devices += device->is.is_present;
        if (device->is_changed)
            store_add_device(rows, id, &device->is);
    }
}

static bool same_adoption(const struct analytics_member *a, const struct analytics_member *b)
{
    return a->is_activated == b->is_activated && a->devices == b->devices && a->active_on == b->active_on &&
           a->is_active == b->is_active;
}

/* Those whose places change are put into `touched`: other documents reach them. */
static void write_people(struct work *work, struct pg *pg, struct store_touched *touched)
{
    struct pg_args *adoption = store_adoption(work->ctx), *devices = store_devices(work->ctx);
    struct uuid *moved = mem_array(work->ctx, struct uuid, uuid_map_size(work->people) + 1);
    for (size_t i = 0; i < uuid_map_size(work->people); i++) {
        const struct uuid *id = &uuid_map_ids(work->people)[i];
        struct person *person = uuid_map_value(work->people, i);
        settle_devices(person, id, devices);
        if (!same_adoption(&person->was, &person->is))
            store_add_adoption(adoption, id, &person->is);
        if (!analytics_same_places(&person->was, &person->is))
            moved[touched->n_members++] = *id;
        count_total(work, &person->was, -1);
        count_total(work, &person->is, 1);
    }
    touched->members = moved;
    pg_queue(pg, adoption);
    pg_queue(pg, devices);
}

static bool same_reading(const struct analytics_reading *a, const struct analytics_reading *b)
{
    return a->is_known == b->is_known && a->at_us == b->at_us && a->has_branch == b->has_branch &&
           (!a->has_branch || uuid_equal(&a->branch, &b->branch));
}

/* Each counts for the branch that its reader was in, as the directory tells now: whichever came first. */
static void settle_reading(struct work *work, const struct person *person, struct reading_fact *reading)
{
    if (reading->is.is_known)
        reading->is.has_branch = analytics_branch_at(person->is.record, reading->is.at_us, &reading->is.branch);
    if (same_reading(&reading->was, &reading->is))
        return;
    count_reading(work, &reading->was, -1);
    count_reading(work, &reading->is, 1);
}

static void write_readings(struct work *work, struct pg *pg)
{
    struct pg_args *fresh = store_new_readings(work->ctx), *changed = store_changed_readings(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->people); i++) {
        const struct person *person = uuid_map_value(work->people, i);
        for (size_t j = 0; person->readings && j < uuid_map_size(person->readings); j++) {
            struct reading_fact *reading = uuid_map_value(person->readings, j);
            settle_reading(work, person, reading);
            if (!same_reading(&reading->was, &reading->is))
                store_add_reading(reading->was.is_known ? changed : fresh, &uuid_map_ids(work->people)[i],
                                  &uuid_map_ids(person->readings)[j], &reading->is);
        }
    }
    pg_queue(pg, fresh);
    pg_queue(pg, changed);
}

/* --- writing: places ---------------------------------------------------------------------------------------------- */

static bool has_moved(const struct place *place)
{
    const Pb__DirectoryOrganization *told = place->told;
    if (!told)
        return false;
    if (!place->path || place->n_path != told->n_path || place->is_branch != (told->level == PB__LEVEL__LEVEL_BRANCH))
        return true;
    for (size_t i = 0; i < told->n_path; i++) {
        struct uuid id;
        if (uuid_from_pb(told->path[i], &id) || !uuid_equal(&id, &place->path[i]))
            return true;
    }
    return false;
}

static void find_moved(const struct work *work, struct store_touched *touched)
{
    struct uuid *moved = mem_array(work->ctx, struct uuid, uuid_map_size(work->places) + 1);
    for (size_t i = 0; i < uuid_map_size(work->places); i++)
        if (has_moved(uuid_map_value(work->places, i)))
            moved[touched->n_organizations++] = uuid_map_ids(work->places)[i];
    touched->organizations = moved;
}

static bool is_zero(const int32_t counts[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (counts[i] != 0)
            return false;
    return true;
}

/* Queues what the batch adds, and names in `changed` the organisations whose sums move with it. */
static void write_counts(struct work *work, struct pg *pg, struct uuid_map *changed)
{
    struct pg_args *months = store_month_counts(work->ctx), *totals = store_total_counts(work->ctx);
    for (size_t i = 0; i < uuid_map_size(work->places); i++) {
        const struct uuid *id = &uuid_map_ids(work->places)[i];
        const struct place *place = uuid_map_value(work->places, i);
        size_t rows = pg_args_rows(months) + pg_args_rows(totals);
        for (const struct month_counts *m = place->months; m; m = m->next)
            if (!is_zero(m->counts.n, MONTH_FIELDS))
                store_add_month(months, id, m->month, &m->counts);
        if (!is_zero(place->total.n, TOTAL_FIELDS))
            store_add_total(totals, id, &place->total);
        if (pg_args_rows(months) + pg_args_rows(totals) == rows)
            continue;
        uuid_map_name(changed, id);
        for (size_t j = 0; j < place->n_path; j++)
            uuid_map_name(changed, &place->path[j]);
    }
    pg_queue(pg, months);
    pg_queue(pg, totals);
}

/* Cached dashboards that are stale: of those organisations, or of all where nobody can say which. */
static void tag_dashboards(const struct work *work, const struct uuid_map *changed, bool all)
{
    if (all || uuid_map_size(changed) > TAGS_LIMIT) {
        loop_tag(work->batch, TAG_DASHBOARDS, NULL);
        return;
    }
    for (size_t i = 0; i < uuid_map_size(changed); i++)
        loop_tag(work->batch, TAG_DASHBOARD, &uuid_map_ids(changed)[i]);
}

/* Each statement sees what stands before it: documents are taken out of the branches that they address before anything
 * changes, put in again when organisations stand where they belong; readers by position and name are found when all
 * that decides it is written. */
static void *first_new(struct loop_batch *batch)
{
    return batch;
}

static void first_write(void *batch, struct pg *pg)
{
    struct work *work = loop_state(batch, &ANALYTICS_PART);
    find_moved(work, &work->touched);
    write_documents(work, pg, &work->touched);
}

const struct loop_part ANALYTICS_FIRST_PART = {.name = "documents", .new = first_new, .write = first_write};

/* The directory's rows are written already. */
void work_write(void *arg, struct pg *pg)
{
    struct work *work = arg;
    const struct store_touched *touched = &work->touched;
    struct uuid_map *changed = uuid_map_new(work->ctx);
    store_queue_moves(pg, work->ctx, touched->organizations, touched->n_organizations);
    store_queue_addressed(pg, work->ctx, touched->documents, touched->n_documents, 1);
    store_queue_readdress(pg, work->ctx, touched->organizations, touched->n_organizations);
    write_meetings(work, pg);
    write_people(work, pg, &work->touched);
    write_readings(work, pg);
    pg_queue(pg, work->new_comments);
    store_queue_addressees(pg, work->ctx, touched);
    write_counts(work, pg, changed);
    tag_dashboards(work, changed, touched->n_documents + touched->n_organizations > 0);
}
