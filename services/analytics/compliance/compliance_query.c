#include "services/analytics/compliance/compliance_query.h"

#include "common/base/clock.h"
#include "common/base/keyset.h"
#include "common/base/mem.h"
#include "services/analytics/compliance/compliance_store.h"
#include "services/analytics/sight/sight.h"

/* A page: branches, and the organisations above them. */
struct page {
    struct compliance_branch *branches;
    size_t n;
    bool has_more;
    struct directory_set *above;
};

static enum err read_page(struct query *query, const struct pg_result *rows, size_t limit, struct page *ret_page)
{
    size_t n = pg_rows(rows) < limit ? pg_rows(rows) : limit;
    *ret_page = (struct page){.branches = mem_array(query->ctx, struct compliance_branch, n + 1),
                              .has_more = pg_rows(rows) > n,
                              .above = directory_set_new(query->ctx)};
    for (size_t i = 0; i < n; i++) {
        struct compliance_branch *branch = &ret_page->branches[ret_page->n];
        compliance_store_get(query->ctx, rows, i, branch);
        if (ret_page->n > 0 && uuid_equal(&branch->id, &branch[-1].id))
            continue;
        ret_page->n++;
        for (size_t j = 0; j + 1 < branch->n_path; j++)
            directory_set_want_org(ret_page->above, &branch->path[j]);
    }
    directory_set_load(ret_page->above, query->pg);
    enum err err = pg_flush(query->pg);
    return err ? err : directory_set_loaded(ret_page->above);
}

static void add_path(struct query *query, const struct page *page, const struct compliance_branch *branch,
                     Pb__Compliance *item)
{
    item->path = mem_array(query->ctx, Pb__BranchRef *, branch->n_path);
    for (size_t i = 0; i + 1 < branch->n_path; i++) {
        const struct directory_org *org = directory_set_org(page->above, &branch->path[i]);
        if (!org)
            continue; /* not told yet */
        Pb__BranchRef *ref = mem_new(query->ctx, Pb__BranchRef);
        pb__branch_ref__init(ref);
        ref->id = uuid_to_pb(query->ctx, &org->id);
        ref->name = (char *)(uintptr_t)org->name;
        item->path[item->n_path++] = ref;
    }
}

static Pb__ComplianceList *view_page(struct query *query, const struct page *page, int32_t month)
{
    Pb__ComplianceList *list = mem_new(query->ctx, Pb__ComplianceList);
    pb__compliance_list__init(list);
    list->items = mem_array(query->ctx, Pb__Compliance *, page->n + 1);
    for (; list->n_items < page->n; list->n_items++) {
        const struct compliance_branch *branch = &page->branches[list->n_items];
        list->items[list->n_items] = compliance_view(query->ctx, branch, month, query->now_us);
        add_path(query, page, branch, list->items[list->n_items]);
    }
    list->has_next_cursor = page->has_more;
    if (page->has_more)
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){.id = page->branches[page->n - 1].id});
    return list;
}

static enum err list_compliance(struct query *query)
{
    const Pb__ListCompliance *ask = (const Pb__ListCompliance *)query->body;
    struct sight sight;
    struct keyset after;
    struct page page;
    if (ask->has_cursor && keyset_decode(ask->cursor, &after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = sight_queue(query, ask->organization_id, &sight);
    if (!err)
        err = sight_read(query, &sight, compliance_may_see);
    if (err)
        return err;
    const struct compliance_wanted wanted = {
        .organization = &sight.id,
        .scope = &sight.scope,
        .is_all = sight.org->n_path == 1 && (directory_scope_standing(&sight.scope, sight.org) & STANDING_OFFICER),
        .month = ask->has_month ? ask->month : clock_local_month(query->now_us),
        .has_state = ask->has_state,
        .state = ask->state,
        .after = ask->has_cursor ? &after.id : NULL,
        .now_us = query->now_us,
        .limit = (int64_t)ask->limit + 1,
    };
    struct pg_result *rows = compliance_store_list(query->pg, query->ctx, &wanted);
    err = pg_flush(query->pg);
    if (!err)
        err = read_page(query, rows, ask->limit, &page);
    if (!err)
        query->reply = &view_page(query, &page, wanted.month)->base;
    return err;
}

static const struct query_handler ROWS[] = {{&pb__list_compliance__descriptor, list_compliance}};
const struct query_table COMPLIANCE_QUERIES = QUERY_TABLE(ROWS);
