#include "services/document/search/suggestion.h"

#include "common/base/array.h"
#include <stdlib.h>

enum { PASSAGES_READ = 10 }; /* of each word: the best of them */

/* A word that may be mistyped: the spellings that somebody uses, and what is found with them. */
struct tried {
    size_t at;
    const char **forms;
    size_t n;
    struct pg_result *rows;
};

struct forms {
    const char **items;
    size_t n;
};

/* --- what words there are ----------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(const struct forms *known, const char *form)
{
    return known->n > 0 && bsearch(&form, known->items, known->n, sizeof *known->items, compare);
}

static enum err load_known(TALLOC_CTX *ctx, struct pg *pg, const char *const forms[], size_t n, struct forms *ret_known)
{
    struct pg_result *rows = search_store_queue_known(ctx, pg, forms, n);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_known = (struct forms){mem_array(ctx, const char *, pg_rows(rows)), pg_rows(rows)};
    for (size_t row = 0; row < pg_rows(rows); row++)
        ret_known->items[row] = pg_get_text(ctx, rows, row, 0);
    return ERR_OK;
}

/* The first words that may be mistyped, with all of their spellings. */
static size_t read_tried(TALLOC_CTX *ctx, const struct slip_question *question, struct tried *ret_tried)
{
    size_t n = 0;
    for (size_t i = 0; i < question->n && i < SUGGESTION_TRIED_MOST; i++) {
        if (!slip_is_possible(&question->words[i]))
            continue;
        ret_tried[n].at = i;
        ret_tried[n].forms = slip_spellings(ctx, &question->words[i], &ret_tried[n].n);
        n++;
    }
    return n;
}

/* Those that need no search are left out: where nobody uses a word of the question, only another one in its place finds
 * anything. Returns how many are left. */
static size_t leave_worthwhile(const struct slip_question *question, const struct forms *known, struct tried *tried,
                               size_t n)
{
    size_t n_unknown = 0, unknown = 0, left = 0;
    for (size_t i = 0; i < question->n; i++)
        if (slip_is_possible(&question->words[i]) && !is_known(known, word_asked_as(&question->words[i])))
            n_unknown++, unknown = i;
    for (size_t i = 0; i < n; i++) {
        size_t forms = 0;
        for (size_t form = 0; form < tried[i].n; form++)
            if (is_known(known, tried[i].forms[form]))
                tried[i].forms[forms++] = tried[i].forms[form];
        tried[i].n = forms;
        if (forms > 0 && (n_unknown == 0 || (n_unknown == 1 && tried[i].at == unknown)))
            tried[left++] = tried[i];
    }
    return left;
}

static enum err choose(TALLOC_CTX *ctx, struct pg *pg, const struct slip_question *question, struct tried *tried,
                       size_t *ret_n)
{
    ARRAY(const char *) forms = {0};
    struct forms known;
    size_t n = read_tried(ctx, question, tried);
    for (size_t i = 0; i < n; i++)
        array_add_many(ctx, &forms, tried[i].forms, tried[i].n);
    for (size_t i = 0; i < question->n; i++)
        array_add(ctx, &forms, word_asked_as(&question->words[i]));
    enum err err = load_known(ctx, pg, forms.items, forms.n, &known);
    *ret_n = err ? 0 : leave_worthwhile(question, &known, tried, n);
    return err;
}

/* --- what is found with them -------------------------------------------------------------------------------------- */

static struct pg_result *queue(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked,
                               const struct tried *tried)
{
    struct search search = *asked->search;
    search.words = words_query_either(ctx, asked->question.words, asked->question.n, tried->at, tried->forms, tried->n);
    search.limit = PASSAGES_READ;
    search.offset = 0;
    return search_store_queue(ctx, pg, asked->scope, &search);
}

static void add(Pb__PassagesFound *view, char *suggestion)
{
    for (size_t i = 0; i < view->n_suggestions; i++)
        if (strcmp(view->suggestions[i], suggestion) == 0)
            return;
    if (view->n_suggestions < SUGGESTION_MOST)
        view->suggestions[view->n_suggestions++] = suggestion;
}

static void add_found(TALLOC_CTX *ctx, const struct suggestion_asked *asked, const struct tried *tried,
                      Pb__PassagesFound *view, bool *is_private)
{
    for (size_t row = 0; row < pg_rows(tried->rows) && view->n_suggestions < SUGGESTION_MOST; row++) {
        struct passage_found found = passage_store_read(ctx, tried->rows, row);
        char *mended = slip_mended(ctx, &asked->question, tried->at, tried->forms, tried->n, found.is.text);
        *is_private |= found.is_restricted;
        if (mended)
            add(view, mended);
    }
}

enum err suggestion_find(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked, Pb__PassagesFound *view,
                         bool *is_private)
{
    struct tried tried[SUGGESTION_TRIED_MOST];
    size_t n;
    enum err err = choose(ctx, pg, &asked->question, tried, &n);
    if (err || n == 0)
        return err;
    for (size_t i = 0; i < n; i++)
        tried[i].rows = queue(ctx, pg, asked, &tried[i]);
    err = pg_flush(pg);
    if (err)
        return err;
    view->suggestions = mem_array(ctx, char *, SUGGESTION_MOST);
    for (size_t i = 0; i < n; i++)
        add_found(ctx, asked, &tried[i], view, is_private);
    return ERR_OK;
}
