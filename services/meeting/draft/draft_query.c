#include "services/meeting/draft/draft_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/set.h"
#include "services/meeting/draft/draft_store.h"
#include "services/meeting/draft/draft_view.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/meeting/meeting_store.h"
#include "services/meeting/prepared/prepared_page.h"
#include "services/meeting/task/task_store.h"
#include "services/meeting/template/template_store.h"

/* One draft under way: what was asked for, and what it makes. */
struct drafting {
    struct query *query;
    struct prepared_page page;
    struct directory_set *directory;
    struct uuid_map *hosts; /* the one */
    struct {
        struct pg_result *host, *audience, *taken, *last, *templates, *proposals, *tasks, *documents;
    } rows;
    struct meeting last;
    struct draft_sources sources;
};

static void queue_organization(struct drafting *drafting)
{
    const struct query *query = drafting->query;
    const struct uuid *org = &drafting->page.organization;
    struct uuid_map *orgs = uuid_map_new(query->ctx);
    uuid_map_name(orgs, org);
    struct host_audiences named = {orgs, uuid_map_new(query->ctx)};
    drafting->directory = directory_set_new(query->ctx);
    directory_set_want_org(drafting->directory, org);
    directory_set_load(drafting->directory, query->pg);
    drafting->hosts = uuid_map_new(query->ctx);
    drafting->rows.host = host_store_queue(query->ctx, query->pg, org, 1);
    drafting->rows.audience = host_store_queue_audiences(query->ctx, query->pg, &named);
}

static void queue_sources(struct drafting *drafting)
{
    const struct query *query = drafting->query;
    const struct uuid *org = &drafting->page.organization;
    const struct template_filter templates = {.organization = org, .limit = TEMPLATES_LIMIT};
    const struct task_filter tasks = {.organization = org,
                                      .has_state = true,
                                      .state = PB__TASK_STATE__TASK_STATE_OPEN,
                                      .limit = MEETING_AGENDA_LIMIT_ITEMS};
    drafting->rows.taken = draft_store_queue_taken(query->ctx, query->pg, org, clock_local_month(query->now_us));
    drafting->rows.last = draft_store_queue_last(query->ctx, query->pg, org, query->now_us);
    drafting->rows.templates = template_store_queue(query->ctx, query->pg, &drafting->page.scope, &templates);
    drafting->rows.proposals = draft_store_queue_proposals(query->ctx, query->pg, org);
    drafting->rows.tasks = task_store_queue(query->ctx, query->pg, &drafting->page.scope, &tasks);
    drafting->rows.documents = draft_store_queue_documents(query->ctx, query->pg, org, query->now_us);
}

static enum err read_organization(struct drafting *drafting)
{
    TALLOC_CTX *ctx = drafting->query->ctx;
    enum err err = directory_set_loaded(drafting->directory);
    host_store_read_all(ctx, drafting->rows.host, drafting->hosts);
    host_store_read_audiences(ctx, drafting->rows.audience, drafting->hosts);
    return err;
}

static void read_sources(struct drafting *drafting)
{
    TALLOC_CTX *ctx = drafting->query->ctx;
    struct draft_sources *sources = &drafting->sources;
    sources->templates = template_store_read_all(ctx, drafting->rows.templates);
    sources->n_templates = pg_rows(drafting->rows.templates);
    sources->proposals = draft_store_read_lines(ctx, drafting->rows.proposals, &sources->n_proposals);
    sources->tasks = task_store_read_all(ctx, drafting->rows.tasks);
    sources->n_tasks = pg_rows(drafting->rows.tasks);
    sources->documents = draft_store_read_lines(ctx, drafting->rows.documents, &sources->n_documents);
}

static struct meeting *find_last(void *arg, const struct uuid *id)
{
    struct drafting *drafting = arg;
    return uuid_equal(&drafting->last.id, id) ? &drafting->last : NULL;
}

/* The second round trip. */
static enum err read_last(struct drafting *drafting)
{
    const struct query *query = drafting->query;
    if (pg_rows(drafting->rows.last) == 0)
        return ERR_OK;
    meeting_store_read(query->ctx, drafting->rows.last, 0, &drafting->last);
    drafting->sources.last = &drafting->last;
    const struct pg_result *agenda = meeting_store_queue_agendas(query->ctx, query->pg, &drafting->last.id, 1);
    enum err err = pg_flush(query->pg);
    if (!err)
        meeting_store_read_agendas(query->ctx, agenda, find_last, drafting);
    return err;
}

static struct meeting begin_draft(const struct drafting *drafting, const struct meeting_host *host)
{
    const struct directory_org *org = &host->org;
    bool is_branch = org->level == PB__LEVEL__LEVEL_BRANCH;
    Pb__RuleValues values;
    directory_rules_at(host->rules, org->path, org->n_path, drafting->query->now_us, &values);
    return (struct meeting){
        .organization = org->id,
        .kind = is_branch ? PB__MEETING_KIND__MEETING_KIND_REGULAR : PB__MEETING_KIND__MEETING_KIND_EXECUTIVE,
        .state = PB__MEETING_STATE__MEETING_STATE_DRAFT,
        .participants = is_branch ? PB__PARTICIPANTS__PARTICIPANTS_MEMBERS : PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE,
        .rules = {.registration_day = values.registration_day, .agenda_limit_minutes = values.agenda_limit_minutes},
    };
}

static enum err draft(struct drafting *drafting, const struct meeting_host *host, const struct directory_org *org)
{
    struct query *query = drafting->query;
    const Pb__GetMeetingDraft *body = (const Pb__GetMeetingDraft *)query->body;
    size_t n_taken;
    const int32_t *taken = pg_get_int4s(query->ctx, drafting->rows.taken, 0, 0, &n_taken);
    struct draft_rhythm rhythm = draft_rhythm_of(org, drafting->sources.last);
    int32_t month = body->has_month ? body->month : draft_month(&rhythm, taken, n_taken, query->now_us);
    struct meeting next = begin_draft(drafting, host);
    next.starts_at_us = draft_starts_at(&rhythm, month, query->now_us);
    next.place = rhythm.place;
    enum err err = draft_check_month(month, query->now_us);
    if (!err && next.starts_at_us <= query->now_us)
        err = ERR_FIELD_PAST; /* the month has no day left */
    if (err)
        return query_field(query, "/month", err);
    draft_agenda(query->ctx, &drafting->sources, &next);
    const struct draft_remarks remarks = {draft_is_taken(taken, n_taken, month), draft_usual_us(&rhythm, month)};
    const Pb__MeetingDraft *view = view_draft(query->ctx, &next, host, &remarks);
    query->reply = view ? &view->base : NULL;
    return view ? ERR_OK : ERR_INTERNAL;
}

static enum err get_draft(struct query *query)
{
    const Pb__GetMeetingDraft *body = (const Pb__GetMeetingDraft *)query->body;
    struct drafting drafting = {.query = query};
    enum err err = prepared_page_queue(query, body->organization_id, &drafting.page);
    if (err)
        return err;
    queue_organization(&drafting);
    queue_sources(&drafting);
    err = prepared_page_read(query, &drafting.page);
    if (!err)
        err = read_organization(&drafting);
    if (err)
        return err;
    read_sources(&drafting);
    err = read_last(&drafting);
    const struct meeting_host *host = uuid_map_get(drafting.hosts, &drafting.page.organization);
    const struct directory_org *org = directory_set_org(drafting.directory, &drafting.page.organization);
    if (err || !host || !org)
        return err ? err : ERR_NOT_FOUND;
    return draft(&drafting, host, org);
}

static const struct query_handler QUERIES[] = {{&pb__get_meeting_draft__descriptor, get_draft}};
const struct query_table DRAFT_QUERIES = QUERY_TABLE(QUERIES);
