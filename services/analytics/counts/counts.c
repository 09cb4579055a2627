#include "services/analytics/counts/counts.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/analytics/counts/counts_store.h"
#include <assert.h>

/* Tags of more organisations than this are one for all: an import touches thousands in each batch. */
enum { TAGS_LIMIT = 500 };

struct month_sum {
    struct month_sum *next;
    int32_t month;
    struct month_counts counts;
};

/* An organisation: where it counts, and what the batch adds to it. */
struct sums {
    struct counts_node node;
    struct total_counts total;
    struct month_sum *months;
};

struct counts {
    struct loop_batch *batch;
    TALLOC_CTX *ctx;
    struct uuid_map *organizations; /* struct sums */
    struct pg_result *nodes;
    int64_t now_us;
    bool all_are_stale;
};

static struct counts *counts_of(const struct loop_batch *batch)
{
    return loop_state(batch, &COUNTS_PART);
}

static struct sums *sums_of(struct counts *counts, const struct uuid *org)
{
    return UUID_MAP_MAKE(counts->organizations, org, struct sums);
}

const char *counts_month_name(enum month_counter counter)
{
    static const char *const NAMES[MONTH_COUNTERS] = {MONTH_NAMES};
    assert(counter < MONTH_COUNTERS);
    return NAMES[counter];
}

/* --- wanting ----------------------------------------------------------------------------------------------------- */

static void note(struct counts *counts, const struct loop_message *message)
{
    if (message->now_us > counts->now_us)
        counts->now_us = message->now_us;
}

void counts_note(const struct loop_message *message)
{
    note(counts_of(message->batch), message);
}

void counts_want(const struct loop_message *message, const struct uuid *org)
{
    struct counts *counts = counts_of(message->batch);
    note(counts, message);
    sums_of(counts, org);
}

int64_t counts_now_us(const struct loop_batch *batch)
{
    return counts_of(batch)->now_us;
}

/* --- nodes of the tree ------------------------------------------------------------------------------------------- */

const struct counts_node *counts_node(const struct loop_batch *batch, const struct uuid *org)
{
    return &sums_of(counts_of(batch), org)->node;
}

void counts_know(const struct loop_batch *batch, const struct uuid *org, const struct uuid *path, size_t n_path)
{
    struct counts *counts = counts_of(batch);
    if (!uuid_map_has(counts->organizations, org))
        sums_of(counts, org)->node = (struct counts_node){.path = path, .n_path = n_path};
}

/* --- adding ------------------------------------------------------------------------------------------------------ */

static struct month_sum *find_month(struct counts *counts, const struct uuid *org, int32_t month)
{
    struct sums *sums = sums_of(counts, org);
    struct month_sum *found = sums->months;
    while (found && found->month != month)
        found = found->next;
    if (!found) {
        found = mem_new(counts->ctx, struct month_sum);
        found->month = month;
        found->next = sums->months;
        sums->months = found;
    }
    return found;
}

void counts_add_month(const struct loop_batch *batch, const struct uuid *org, int32_t month,
                      const struct month_counts *counts, int32_t sign)
{
    struct month_sum *sum = find_month(counts_of(batch), org, month);
    for (int i = 0; i < MONTH_COUNTERS; i++)
        sum->counts.n[i] += sign * counts->n[i];
}

void counts_add_total(const struct loop_batch *batch, const struct uuid *org, const struct total_counts *counts,
                      int32_t sign)
{
    struct total_counts *sum = &sums_of(counts_of(batch), org)->total;
    for (int i = 0; i < TOTAL_COUNTERS; i++)
        sum->n[i] += sign * counts->n[i];
}

void counts_void_all(const struct loop_batch *batch)
{
    counts_of(batch)->all_are_stale = true;
}

/* --- the parts --------------------------------------------------------------------------------------------------- */

static void *turn_new(struct loop_batch *batch)
{
    return loop_ctx(batch);
}

static void turn_load(void *ctx, struct pg *pg)
{
    counts_store_lock(pg, ctx);
}

static void *counts_new(struct loop_batch *batch)
{
    struct counts *counts = mem_new(loop_ctx(batch), struct counts);
    counts->batch = batch;
    counts->ctx = loop_ctx(batch);
    counts->organizations = uuid_map_new(counts->ctx);
    return counts;
}

static void counts_load(void *state, struct pg *pg)
{
    struct counts *counts = state;
    counts->nodes = counts_store_nodes(pg, counts->ctx, uuid_map_ids(counts->organizations),
                                       uuid_map_size(counts->organizations));
}

static enum err counts_loaded(void *state)
{
    struct counts *counts = state;
    for (size_t row = 0; row < pg_rows(counts->nodes); row++) {
        struct uuid org = pg_get_uuid(counts->nodes, row, 0);
        struct counts_node *node = &sums_of(counts, &org)->node;
        node->path = pg_get_uuids(counts->ctx, counts->nodes, row, 1, &node->n_path);
        node->is_active = pg_get_bool(counts->nodes, row, 2);
        node->is_active_branch = pg_get_bool(counts->nodes, row, 3);
    }
    return ERR_OK;
}

static bool is_zero(const int32_t counts[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (counts[i] != 0)
            return false;
    return true;
}

/* False: the batch adds nothing to the organisation. */
static bool add_rows(const struct uuid *org, const struct sums *sums, struct pg_args *months, struct pg_args *totals)
{
    size_t rows = pg_args_rows(months) + pg_args_rows(totals);
    for (const struct month_sum *m = sums->months; m; m = m->next)
        if (!is_zero(m->counts.n, MONTH_COUNTERS))
            counts_store_add_month(months, org, m->month, &m->counts);
    if (!is_zero(sums->total.n, TOTAL_COUNTERS))
        counts_store_add_total(totals, org, &sums->total);
    return pg_args_rows(months) + pg_args_rows(totals) > rows;
}

/* Cached dashboards that are stale: of those organisations, or of all. */
static void tag_dashboards(const struct counts *counts, const struct uuid_map *changed)
{
    if (counts->all_are_stale || uuid_map_size(changed) > TAGS_LIMIT) {
        loop_tag(counts->batch, TAG_DASHBOARDS, NULL);
        return;
    }
    for (size_t i = 0; i < uuid_map_size(changed); i++)
        loop_tag(counts->batch, TAG_DASHBOARD, &uuid_map_ids(changed)[i]);
}

static void counts_write(void *state, struct pg *pg)
{
    struct counts *counts = state;
    struct pg_args *months = counts_store_months(counts->ctx), *totals = counts_store_totals(counts->ctx);
    struct uuid_map *changed = uuid_map_new(counts->ctx);
    for (size_t i = 0; i < uuid_map_size(counts->organizations); i++) {
        const struct uuid *org = &uuid_map_ids(counts->organizations)[i];
        const struct sums *sums = uuid_map_value(counts->organizations, i);
        if (!add_rows(org, sums, months, totals))
            continue;
        uuid_map_name(changed, org);
        for (size_t j = 0; j < sums->node.n_path; j++)
            uuid_map_name(changed, &sums->node.path[j]);
    }
    pg_queue(pg, months);
    pg_queue(pg, totals);
    tag_dashboards(counts, changed);
}

const struct loop_part COUNTS_TURN_PART = {.name = "turn", .new = turn_new, .load = turn_load};
const struct loop_part COUNTS_PART = {
    .name = "counts", .new = counts_new, .load = counts_load, .loaded = counts_loaded, .write = counts_write};
