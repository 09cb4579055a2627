#include "services/meeting/home/home_query.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/home/home.h"
#include "services/meeting/host/host_store.h"
#include "services/meeting/meeting/meeting_page.h"
#include "services/meeting/meeting/meeting_view.h"
#include "services/meeting/task/task_store.h"

enum { MEETINGS_MOST = 200, TASKS_MOST = 3 };

/* One home under way. */
struct home {
    struct query *query;
    struct meeting_page page;
    struct uuid_map *hosts; /* of his branch, and where he is a head */
    struct pg_result *host_rows, *audience_rows, *status, *tasks;
    struct home_list todo;
};

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void queue_hosts(struct home *home)
{
    const struct query *query = home->query;
    const struct directory_scope *scope = &home->page.scope;
    struct uuid_map *orgs = uuid_map_new(query->ctx);
    if (scope->has_branch)
        uuid_map_name(orgs, &scope->branch);
    for (size_t i = 0; i < scope->n_heads; i++)
        uuid_map_name(orgs, &scope->heads[i]);
    struct host_audiences named = {orgs, uuid_map_new(query->ctx)};
    home->hosts = uuid_map_new(query->ctx);
    home->host_rows = host_store_queue(query->ctx, query->pg, uuid_map_ids(orgs), uuid_map_size(orgs));
    home->audience_rows = host_store_queue_audiences(query->ctx, query->pg, &named);
}

static enum err read_home(struct home *home)
{
    struct query *query = home->query;
    const struct meeting_filter filter = {
        .is_own = true,
        .has_from = true,
        .from_us = query->now_us - HOME_DAYS_BACK * CLOCK_DAY_US,
        .limit = MEETINGS_MOST,
    };
    meeting_page_queue(query, &filter, &home->page);
    queue_hosts(home);
    home->status = directory_queue_status(query->ctx, query->pg, &home->page.scope.member);
    home->tasks = task_store_queue_assigned(query->ctx, query->pg, &home->page.scope, TASKS_MOST);
    enum err err = meeting_page_read(query, &home->page);
    if (err)
        return err;
    host_store_read_all(query->ctx, home->host_rows, home->hosts);
    host_store_read_audiences(query->ctx, home->audience_rows, home->hosts);
    return ERR_OK;
}

/* --- what there is to do ------------------------------------------------------------------------------------------ */

/* What he is to the organisation of the page's meeting. */
static struct meeting_actor reader_of(const struct home *home, size_t i)
{
    const struct meeting_host *host = uuid_map_get(home->page.hosts, &home->page.items[i].is.organization);
    return (struct meeting_actor){
        .id = home->page.scope.member,
        .standing = host ? directory_scope_standing(&home->page.scope, &host->org) : 0,
    };
}

/* The list is newest first: the last that is ahead is the next. `page.n`: there is none. */
static size_t find_next(const struct home *home)
{
    size_t next = home->page.n;
    for (size_t i = 0; i < home->page.n; i++) {
        const struct seen_meeting *meeting = &home->page.items[i];
        const struct meeting_actor reader = reader_of(home, i);
        if (meeting->whole && home_is_ahead(&meeting->is, &reader, home->query->now_us))
            next = i;
    }
    return next;
}

static void add_of_meetings(struct home *home)
{
    const struct directory_scope *scope = &home->page.scope;
    const struct meeting **meetings = mem_array(home->query->ctx, const struct meeting *, home->page.n);
    for (size_t i = 0; i < home->page.n; i++) {
        const struct meeting_actor reader = reader_of(home, i);
        meetings[i] = &home->page.items[i].is;
        home_add_meeting(&home->todo, meetings[i], &reader, home->query->now_us);
    }
    for (size_t i = 0; i < scope->n_heads; i++) {
        const struct meeting_host *host = uuid_map_get(home->hosts, &scope->heads[i]);
        if (host && host->org.level == PB__LEVEL__LEVEL_BRANCH)
            home_add_registration(&home->todo, host, meetings, home->page.n, home->query->now_us);
    }
}

static void find_todo(struct home *home, size_t next)
{
    const struct named_task *tasks = task_store_read_all(home->query->ctx, home->tasks);
    home->todo = (struct home_list){.ctx = home->query->ctx};
    if (next < home->page.n)
        home_add_pack(&home->todo, &home->page.items[next].is);
    if (!directory_is_suspended(home->status)) { /* who is suspended reads on, and does nothing */
        add_of_meetings(home);
        for (size_t i = 0; i < pg_rows(home->tasks); i++)
            home_add_task(&home->todo, &tasks[i].is);
    }
    home_sort(&home->todo);
}

/* --- the answer --------------------------------------------------------------------------------------------------- */

static Pb__Home__Todo *view_todo(TALLOC_CTX *ctx, const struct home_todo *todo)
{
    Pb__Home__Todo *view = mem_new(ctx, Pb__Home__Todo);
    pb__home__todo__init(view);
    view->kind = todo->kind;
    view->title = (char *)(uintptr_t)todo->title; /* packed, never written */
    view->has_due_at_us = todo->due_at_us > 0;
    view->due_at_us = todo->due_at_us;
    view->subject = mem_new(ctx, Pb__Subject);
    pb__subject__init(view->subject);
    view->subject->type = todo->subject_type;
    view->subject->id = uuid_to_pb(ctx, &todo->subject);
    return view;
}

static Pb__Contact *contact_of(const struct home *home)
{
    const struct directory_scope *scope = &home->page.scope;
    const struct meeting_host *host = scope->has_branch ? uuid_map_get(home->hosts, &scope->branch) : NULL;
    return host ? view_contact(home->query->ctx, host) : NULL;
}

static enum err get_home(struct query *query)
{
    struct home home = {.query = query};
    if (!query->scope)
        return ERR_NOT_FOUND;
    enum err err = read_home(&home);
    if (err)
        return err;
    size_t next = find_next(&home);
    find_todo(&home, next);
    Pb__Home *view = mem_new(query->ctx, Pb__Home);
    pb__home__init(view);
    if (next < home.page.n)
        view->next_meeting = meeting_page_view(query, &home.page, next);
    view->contact = contact_of(&home);
    view->todo = mem_array(query->ctx, Pb__Home__Todo *, home.todo.n);
    for (; view->n_todo < home.todo.n; view->n_todo++)
        view->todo[view->n_todo] = view_todo(query->ctx, &home.todo.items[view->n_todo]);
    query->reply = &view->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__get_home__descriptor, get_home}};
const struct query_table HOME_QUERIES = QUERY_TABLE(QUERIES);
