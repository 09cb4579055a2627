#include "services/auth/rules/rules_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/organization/organization_query.h"
#include "services/auth/rules/rules_store.h"
#include "sotay/v1/rules.pb-c.h"

/* The path of the organisation, with what all on it have said. */
struct path {
    struct directory_org *orgs; /* root first */
    size_t n;
    Pb__DirectoryRules said;
};

static enum err add_said(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, const struct directory_org *org,
                         struct path *path)
{
    Pb__DirectoryRules *said, *all = &path->said;
    struct directory_org found;
    enum err err = rules_store_read(ctx, rows, row, &found, &said);
    if (err)
        return err;
    for (size_t i = 0; i < org->n_path; i++)
        if (uuid_equal(&org->path[i], &found.id))
            path->orgs[i] = found;
    for (size_t i = 0; said && i < said->n_versions; i++) {
        all->versions = mem_grow(ctx, all->versions, sizeof *all->versions, all->n_versions + 1);
        all->versions[all->n_versions++] = said->versions[i];
    }
    return ERR_OK;
}

static enum err read_path(struct query *query, const struct directory_org *org, struct path *ret_path)
{
    *ret_path = (struct path){.orgs = mem_array(query->ctx, struct directory_org, org->n_path), .n = org->n_path};
    pb__directory_rules__init(&ret_path->said);
    struct pg_result *rows = rules_store_queue(query->pg, query->ctx, org->path, org->n_path);
    enum err err = pg_flush(query->pg);
    for (size_t row = 0; !err && row < pg_rows(rows); row++)
        err = add_said(query->ctx, rows, row, org, ret_path);
    return err;
}

/* Whose rules they are: its own, or those of the nearest above that has any. */
static void view_source(TALLOC_CTX *ctx, const struct path *path, int64_t at_us, Pb__Rules *view)
{
    for (size_t i = path->n; i-- > 0;) {
        const Pb__DirectoryRules__Version *version = directory_rules_said(&path->said, &path->orgs[i].id, at_us);
        if (!version)
            continue;
        view->version = version->version;
        view->has_effective_on = true;
        view->effective_on = version->effective_on;
        if (i + 1 < path->n)
            view->inherited_from = directory_org_ref(ctx, &path->orgs[i]);
        return;
    }
}

static Pb__Rules *view_rules(TALLOC_CTX *ctx, const struct path *path, const struct directory_org *org, int64_t at_us)
{
    Pb__RuleValues values;
    Pb__Rules *view = mem_new(ctx, Pb__Rules);
    directory_rules_at(&path->said, org->path, org->n_path, at_us, &values);
    pb__rules__init(view);
    view_source(ctx, path, at_us, view);
#define VIEW(field) view->field = values.field;
    RULE_NUMBERS(VIEW)
#undef VIEW
    view->reminders = values.reminders;
    view->n_reminders = values.n_reminders;
    view->has_term_started_on = values.has_term_started_on;
    view->term_started_on = values.term_started_on;
    return view;
}

static enum err get_rules(struct query *query)
{
    const Pb__GetRules *body = (const Pb__GetRules *)query->body;
    Pb__Organization *organization = NULL;
    struct directory_scope scope;
    struct directory_org org;
    struct path path;
    enum err err = organization_visible(query, body->organization_id, &scope, &org, &organization);
    if (!err)
        err = read_path(query, &org, &path);
    if (err)
        return err;
    int64_t at_us = body->has_on ? clock_date_start_us(body->on + 1) - 1 : query->now_us;
    query->reply = &view_rules(query->ctx, &path, &org, at_us)->base;
    return ERR_OK;
}

static const struct query_handler ROWS[] = {{&pb__get_rules__descriptor, get_rules}};
const struct query_table RULES_QUERIES = QUERY_TABLE(ROWS);
