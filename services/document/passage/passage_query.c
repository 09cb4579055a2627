#include "services/document/passage/passage_query.h"

#include "common/base/keyset.h"
#include "services/document/passage/passage_view.h"
#include <string.h>

enum { CLAUSE_PASSAGES_MOST = 1000, CLAUSE_BYTES_MOST = 1 << 18 };

/* ERR_NOT_FOUND: the document is not visible. ERR_WITHDRAWN: what it said is gone. */
static enum err ask(struct query *query, ProtobufCBinaryData document, struct passage_asked *asked,
                    struct pg_result **ret_rows)
{
    struct directory_scope scope;
    if (uuid_from_pb(document, &asked->document))
        return ERR_NOT_FOUND;
    directory_scope_read(query->ctx, query->scope, &scope);
    *ret_rows = passage_store_ask(query->ctx, query->pg, &scope, asked);
    enum err err = pg_flush(query->pg);
    if (err)
        return err;
    if (pg_rows(*ret_rows) == 0)
        return ERR_NOT_FOUND;
    return passage_store_read(query->ctx, *ret_rows, 0).is_withdrawn ? ERR_WITHDRAWN : ERR_OK;
}

/* --- ListPassages ------------------------------------------------------------------------------------------------- */

/* A cursor is the position of the last passage. */
static enum err read_cursor(struct query *query, const Pb__ListPassages *body, struct passage_asked *asked)
{
    struct keyset keyset;
    enum err err = body->has_cursor ? keyset_decode(body->cursor, &keyset) : ERR_OK;
    asked->after = body->has_cursor && !err ? keyset.at_us : -1;
    return err ? query_field(query, "/cursor", err) : ERR_OK;
}

static Pb__PassageList *view_list(struct query *query, const struct pg_result *rows, size_t limit)
{
    Pb__PassageList *list = mem_new(query->ctx, Pb__PassageList);
    pb__passage_list__init(list);
    list->items = mem_array(query->ctx, Pb__Passage *, limit);
    struct keyset last = {.at_us = -1};
    for (size_t row = 0; row < pg_rows(rows) && row < limit; row++) {
        struct passage_found found = passage_store_read(query->ctx, rows, row);
        query->private_reply |= found.is_restricted;
        Pb__Passage *item = found.position < 0 ? NULL : passage_view(query->ctx, &found);
        if (!item || !query_has_room(query, &item->base))
            break;
        list->items[list->n_items++] = item;
        last = (struct keyset){found.position, found.document};
    }
    list->has_next_cursor = list->n_items > 0 && pg_rows(rows) > list->n_items;
    if (list->has_next_cursor)
        list->next_cursor = keyset_encode(query->ctx, &last);
    return list;
}

static enum err list_passages(struct query *query)
{
    const Pb__ListPassages *body = (const Pb__ListPassages *)query->body;
    struct passage_asked asked = {.limit = (int64_t)body->limit + 1};
    struct pg_result *rows;
    enum err err = read_cursor(query, body, &asked);
    if (!err)
        err = ask(query, body->document_id, &asked, &rows);
    if (!err)
        query->reply = &view_list(query, rows, body->limit)->base;
    return err;
}

/* --- GetPassage --------------------------------------------------------------------------------------------------- */

/* Its own text and that of the narrower ones. More than a clause ever has ends with a sign that it goes on. */
static const char *whole_text(struct query *query, const struct pg_result *rows)
{
    size_t n = pg_rows(rows) < CLAUSE_PASSAGES_MOST ? pg_rows(rows) : CLAUSE_PASSAGES_MOST;
    const char **texts = mem_array(query->ctx, const char *, n);
    for (size_t row = 0; row < n; row++)
        texts[row] = passage_store_read(query->ctx, rows, row).is.text;
    return passage_view_text(query->ctx, texts, n, CLAUSE_BYTES_MOST, pg_rows(rows) > n);
}

static enum err get_passage(struct query *query)
{
    const Pb__GetPassage *body = (const Pb__GetPassage *)query->body;
    struct passage_asked asked = {.address = body->address, .after = -1, .limit = CLAUSE_PASSAGES_MOST + 1};
    struct pg_result *rows;
    enum err err = ask(query, body->document_id, &asked, &rows);
    if (err)
        return err;
    struct passage_found found = passage_store_read(query->ctx, rows, 0);
    query->private_reply = found.is_restricted;
    if (found.position < 0 || strcmp(found.is.address, body->address) != 0)
        return ERR_NOT_FOUND;
    found.is.text = whole_text(query, rows);
    query->reply = &passage_view(query->ctx, &found)->base;
    return ERR_OK;
}

static const struct query_handler QUERIES[] = {{&pb__list_passages__descriptor, list_passages},
                                               {&pb__get_passage__descriptor, get_passage}};
const struct query_table PASSAGE_QUERIES = QUERY_TABLE(QUERIES);
