#include "services/meeting/reminder/reminder_query.h"

#include "common/base/mem.h"
#include "services/directory/set.h"
#include "services/meeting/meeting/meeting_list_store.h"
#include "services/meeting/reminder/reminder_ask.h"
#include "services/meeting/reminder/reminder_store.h"
#include "services/meeting/reminder/reminder_view.h"

/* Visible → role → state, before any branch is looked at. Who is suspended is refused when he acts. */
static enum err take(struct query *query, const struct uuid *id, const struct directory_org **ret_org)
{
    struct directory_scope scope;
    struct directory_set *set = directory_set_new(query->ctx);
    directory_scope_read(query->ctx, query->scope, &scope);
    directory_set_want_org(set, id);
    directory_set_load(set, query->pg);
    struct pg_result *visible = meeting_list_store_queue_org_visible(query->ctx, query->pg, &scope, id);
    enum err err = pg_flush(query->pg);
    if (!err)
        err = directory_set_loaded(set);
    if (err)
        return err;
    *ret_org = directory_set_org(set, id);
    if (!*ret_org || pg_rows(visible) == 0)
        return ERR_NOT_FOUND;
    const struct meeting_actor actor = {.standing = directory_scope_standing(&scope, *ret_org)};
    if (!reminder_may_send(&actor))
        return ERR_NOT_ALLOWED;
    bool is_active = (*ret_org)->state == PB__ORGANIZATION_STATE__ORGANIZATION_STATE_ACTIVE;
    return is_active ? ERR_OK : ERR_ORGANIZATION_CLOSED;
}

static enum err refuse(struct query *query, const struct problems *problems, enum err err)
{
    for (size_t i = 0; i < problems->n; i++)
        err = query_field(query, problems->items[i].field, problems->items[i].code);
    return err;
}

static enum err preview(struct query *query)
{
    struct reminder_ask ask;
    struct reminder_choice choice;
    struct problems problems = {.n = 0};
    const struct directory_org *org;
    size_t n;
    enum err err = reminder_read_ask(query->ctx, (const Pb__RemindBranches *)query->body, query->now_us, &ask);
    if (!err)
        err = take(query, &ask.organization, &org);
    if (err)
        return err;
    const struct reminder_rows rows = reminder_store_queue(query->ctx, query->pg, &ask, NULL);
    const struct pg_result *recent = reminder_store_recent(query->ctx, query->pg, &ask);
    err = pg_flush(query->pg);
    if (err)
        return err;
    struct reminder_branch *branches = reminder_store_read(query->ctx, &rows, &n);
    reminder_store_mark(query->ctx, recent, branches, n);
    err = reminder_judge(query->ctx, &ask, branches, n, &problems, &choice);
    if (err)
        return refuse(query, &problems, err);
    const struct reminder_words words = reminder_words(query->ctx, &ask, org->name);
    query->reply = &view_reminder_preview(query->ctx, &words, &choice)->base;
    return ERR_OK;
}

static enum err get_reminder(struct query *query)
{
    struct directory_scope scope;
    struct uuid id;
    directory_scope_read(query->ctx, query->scope, &scope);
    if (uuid_from_pb(((const Pb__GetReminder *)query->body)->reminder_id, &id))
        return ERR_NOT_FOUND;
    struct pg_result *rows = reminder_store_answer(query->ctx, query->pg, &id, &scope.member);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(rows) == 0)
        return ERR_NOT_FOUND;
    ProtobufCBinaryData packed = pg_get_bytes(query->ctx, rows, 0, 0);
    query->reply = mem_unpack(query->ctx, &pb__reminder_sent__descriptor, packed.data, packed.len);
    return query->reply ? ERR_OK : ERR_MALFORMED;
}

static const struct query_handler ROWS[] = {{&pb__remind_branches__descriptor, preview},
                                            {&pb__get_reminder__descriptor, get_reminder}};
const struct query_table REMINDER_QUERIES = QUERY_TABLE(ROWS);
