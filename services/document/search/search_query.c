#include "services/document/search/search_query.h"

#include "common/base/keyset.h"
#include "services/document/passage/passage_view.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"
#include "services/document/search/suggestion.h"

enum { RANGES_MOST = 50 };

/* A question as it was asked: its words, and how far the pages before went. */
struct asked {
    const struct word *words;
    size_t n_words;
    struct uuid organization;
    struct search search;
};

/* --- asking ------------------------------------------------------------------------------------------------------- */

/* A cursor is how many were shown: the order is that of the ranks, which no row has. */
static enum err read_cursor(struct query *query, const Pb__SearchPassages *body, int64_t *ret_offset)
{
    struct keyset keyset = {.at_us = 0};
    enum err err = body->has_cursor ? keyset_decode(body->cursor, &keyset) : ERR_OK;
    if (!err && (keyset.at_us < 0 || keyset.at_us > 3 * SEARCH_FOUND_MOST))
        err = ERR_FIELD_FORMAT;
    *ret_offset = keyset.at_us;
    return err ? query_field(query, "/cursor", err) : ERR_OK;
}

static enum err read_question(struct query *query, struct asked *ret_asked)
{
    const Pb__SearchPassages *body = (const Pb__SearchPassages *)query->body;
    ret_asked->words = words_read(query->ctx, body->q, WORDS_ASKED_MOST, &ret_asked->n_words);
    ret_asked->organization = uuid_or_zero(body->organization_id);
    ret_asked->search = (struct search){
        .words = words_query(query->ctx, ret_asked->words, ret_asked->n_words),
        .number = number_read(query->ctx, body->q),
        .has_kind = body->has_kind,
        .kind = (int32_t)body->kind,
        .has_in_force = body->has_in_force,
        .in_force = body->in_force,
        .has_from = body->has_from,
        .from = body->from,
        .has_to = body->has_to,
        .to = body->to,
        .organization = body->has_organization_id ? &ret_asked->organization : NULL,
        .limit = (int64_t)body->limit + 1,
    };
    return read_cursor(query, body, &ret_asked->search.offset);
}

/* --- answering ---------------------------------------------------------------------------------------------------- */

static void add_highlight(TALLOC_CTX *ctx, const struct asked *asked, Pb__Passage *view)
{
    size_t n;
    const struct words_range *ranges = words_highlight(ctx, view->text, asked->words, asked->n_words, RANGES_MOST, &n);
    view->highlight = mem_array(ctx, Pb__TextRange *, n);
    for (size_t i = 0; i < n; i++) {
        Pb__TextRange *range = mem_new(ctx, Pb__TextRange);
        pb__text_range__init(range);
        range->start = ranges[i].start;
        range->end = ranges[i].end;
        view->highlight[view->n_highlight++] = range;
    }
}

static Pb__PassagesFound *view_nothing(TALLOC_CTX *ctx)
{
    Pb__PassagesFound *view = mem_new(ctx, Pb__PassagesFound);
    pb__passages_found__init(view);
    return view;
}

static Pb__PassagesFound *view_found(struct query *query, const struct asked *asked, const struct pg_result *rows)
{
    const Pb__SearchPassages *body = (const Pb__SearchPassages *)query->body;
    Pb__PassagesFound *view = view_nothing(query->ctx);
    view->total = search_store_total(rows);
    view->items = mem_array(query->ctx, Pb__Passage *, body->limit);
    for (size_t row = 0; row < pg_rows(rows) && row < body->limit; row++) {
        struct passage_found found = passage_store_read(query->ctx, rows, row);
        query->private_reply |= found.is_restricted;
        Pb__Passage *item = passage_view(query->ctx, &found);
        add_highlight(query->ctx, asked, item);
        if (!query_has_room(query, &item->base))
            break;
        view->items[view->n_items++] = item;
    }
    view->has_next_cursor = view->n_items > 0 && pg_rows(rows) > view->n_items;
    if (view->has_next_cursor) {
        const struct keyset next = {.at_us = asked->search.offset + (int64_t)view->n_items};
        view->next_cursor = keyset_encode(query->ctx, &next);
    }
    return view;
}

/* Where a filter leaves nothing, words are not what is to be put right. */
static bool may_be_mistyped(const struct search *search)
{
    bool is_filtered = search->has_kind || search->has_in_force || search->has_from || search->has_to ||
                       search->organization;
    return search->offset == 0 && !is_filtered;
}

static enum err suggest(struct query *query, const struct directory_scope *scope, const struct asked *asked,
                        Pb__PassagesFound *view)
{
    const Pb__SearchPassages *body = (const Pb__SearchPassages *)query->body;
    const struct suggestion_asked wanted = {{body->q, asked->words, asked->n_words}, scope};
    return suggestion_find(query->ctx, query->pg, &wanted, view, &query->private_reply);
}

static enum err search_passages(struct query *query)
{
    struct asked asked;
    struct directory_scope scope;
    enum err err = read_question(query, &asked);
    if (err)
        return err;
    if (!asked.search.words) {
        query->reply = &view_nothing(query->ctx)->base;
        return ERR_OK;
    }
    directory_scope_read(query->ctx, query->scope, &scope);
    struct pg_result *rows = search_store_queue(query->ctx, query->pg, &scope, &asked.search);
    err = pg_flush(query->pg);
    if (err)
        return err;
    Pb__PassagesFound *view = view_found(query, &asked, rows);
    if (pg_rows(rows) == 0 && may_be_mistyped(&asked.search))
        err = suggest(query, &scope, &asked, view);
    query->reply = &view->base;
    return err;
}

static const struct query_handler QUERIES[] = {
    {&pb__search_passages__descriptor, search_passages, .is_slow = true},
};
const struct query_table SEARCH_QUERIES = QUERY_TABLE(QUERIES);
