#include "services/meeting/template/template_query.h"

#include "common/base/mem.h"
#include "services/meeting/prepared/prepared_page.h"
#include "services/meeting/template/template_store.h"
#include "services/meeting/template/template_view.h"

static Pb__AgendaTemplateList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    const struct agenda_template *templates = template_store_read_all(query->ctx, rows);
    Pb__AgendaTemplateList *list = mem_new(query->ctx, Pb__AgendaTemplateList);
    pb__agenda_template_list__init(list);
    list->items = mem_array(query->ctx, Pb__AgendaTemplate *, limit);
    for (size_t i = 0; i < pg_rows(rows) && i < limit; i++)
        list->items[list->n_items++] = view_template(query->ctx, &templates[i]);
    list->has_next_cursor = pg_rows(rows) > list->n_items;
    if (list->has_next_cursor) {
        const struct prepared *last = &templates[list->n_items - 1].is;
        list->next_cursor = keyset_encode(query->ctx, &(struct keyset){last->created_at_us, last->id});
    }
    return list;
}

static enum err list_templates(struct query *query)
{
    const Pb__ListAgendaTemplates *body = (const Pb__ListAgendaTemplates *)query->body;
    struct template_filter filter = {.has_after = body->has_cursor, .limit = (int64_t)body->limit + 1};
    struct prepared_page page;
    if (body->has_cursor && keyset_decode(body->cursor, &filter.after))
        return query_field(query, "/cursor", ERR_FIELD_FORMAT);
    enum err err = prepared_page_queue(query, body->organization_id, &page);
    if (err)
        return err;
    filter.organization = &page.organization;
    const struct pg_result *rows = template_store_queue(query->ctx, query->pg, &page.scope, &filter);
    err = prepared_page_read(query, &page);
    if (!err)
        query->reply = &view_list(query, rows, body->limit)->base;
    return err;
}

static enum err answer_one(struct query *query, ProtobufCBinaryData said)
{
    struct directory_scope scope;
    struct uuid id;
    const struct template_filter filter = {.id = &id, .limit = 1};
    if (uuid_from_pb(said, &id))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    const struct pg_result *rows = template_store_queue(query->ctx, query->pg, &scope, &filter);
    enum err err = pg_flush(query->pg);
    if (!err && pg_rows(rows) == 0)
        err = ERR_NOT_FOUND;
    if (err)
        return err;
    const struct agenda_template *of = template_store_read_all(query->ctx, rows);
    query->reply = &view_template(query->ctx, of)->base;
    query->version = of->is.version;
    return ERR_OK;
}

static enum err get_template(struct query *query)
{
    return answer_one(query, ((const Pb__GetAgendaTemplate *)query->body)->template_id);
}

static enum err find_template(struct query *query)
{
    return answer_one(query, ((const Pb__FindAgendaTemplate *)query->body)->template_id);
}

static const struct query_handler QUERIES[] = {
    {&pb__list_agenda_templates__descriptor, list_templates},
    {&pb__get_agenda_template__descriptor, get_template},
    {&pb__find_agenda_template__descriptor, find_template},
};
const struct query_table TEMPLATE_QUERIES = QUERY_TABLE(QUERIES);
