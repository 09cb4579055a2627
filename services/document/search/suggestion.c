#include "services/document/search/suggestion.h"

#include "common/base/array.h"
#include <stdlib.h>

enum { PASSAGES_READ = 10 }; /* of each word: the best of them */

/* A word that may be mistyped: how else it may be spelled, and what is found with that. */
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

/* --- which words, which spellings --------------------------------------------------------------------------------- */

static bool is_tried(const struct slip_question *question, const struct tried *tried, size_t n, const struct word *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word_asked_as(&question->words[tried[i].at]), word_asked_as(word)) == 0)
            return true;
    return false;
}

/* With all of their spellings. */
static size_t read_tried(TALLOC_CTX *ctx, const struct slip_question *question, struct tried *ret_tried)
{
    size_t n = 0;
    for (size_t i = 0; i < question->n && n < SUGGESTION_TRIED_MOST; i++) {
        const struct word *word = &question->words[i];
        if (!slip_is_possible(word) || is_tried(question, ret_tried, n, word))
            continue;
        ret_tried[n].at = i;
        ret_tried[n].forms = slip_spellings(ctx, word, &ret_tried[n].n);
        n++;
    }
    return n;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_known(const struct forms *known, const char *form)
{
    return known->n > 0 && bsearch(&form, known->items, known->n, sizeof *known->items, compare);
}

static enum err load_known(TALLOC_CTX *ctx, struct pg *pg, const struct tried *tried, size_t n, struct forms *ret_known)
{
    ARRAY(const char *) forms = {0};
    for (size_t i = 0; i < n; i++)
        array_add_many(ctx, &forms, tried[i].forms, tried[i].n);
    struct pg_result *rows = search_store_queue_known(ctx, pg, forms.items, forms.n);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_known = (struct forms){mem_array(ctx, const char *, pg_rows(rows)), pg_rows(rows)};
    for (size_t row = 0; row < pg_rows(rows); row++)
        ret_known->items[row] = pg_get_text(ctx, rows, row, 0);
    return ERR_OK;
}

/* The word itself stays whether it is known or not, so that each word is searched with something. */
static void leave_known(struct tried *tried, const struct forms *known)
{
    size_t left = 0;
    for (size_t i = 0; i < tried->n && left < SUGGESTION_FORMS_MOST; i++)
        if ((i == 0 || is_known(known, tried->forms[i])) && !slip_is_among(tried->forms[i], tried->forms, left))
            tried->forms[left++] = tried->forms[i];
    tried->n = left;
}

/* --- what is found with them -------------------------------------------------------------------------------------- */

static struct pg_result *queue(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked,
                               const struct tried *tried)
{
    const struct slip_question *question = &asked->question;
    const struct search search = {
        .words = words_query_either(ctx, question->words, question->n, tried->at, tried->forms, tried->n),
        .limit = PASSAGES_READ,
    };
    return search_store_queue(ctx, pg, asked->scope, &search);
}

/* One behind the other; the first that takes too long ends them, and what came before it stays. Who asks again may
 * learn more, so that nobody keeps that answer. */
static enum err search_each(TALLOC_CTX *ctx, struct pg *pg, const struct suggestion_asked *asked, struct tried *tried,
                            size_t n, bool *is_private)
{
    search_store_queue_begin_tries(pg);
    for (size_t i = 0; i < n; i++)
        tried[i].rows = queue(ctx, pg, asked, &tried[i]);
    search_store_queue_end_tries(pg);
    enum err err = pg_flush(pg);
    *is_private |= err == ERR_DEADLINE;
    return err == ERR_DEADLINE ? ERR_OK : err;
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
    struct forms known;
    size_t n = read_tried(ctx, &asked->question, tried);
    if (n == 0)
        return ERR_OK;
    enum err err = load_known(ctx, pg, tried, n, &known);
    if (err)
        return err;
    for (size_t i = 0; i < n; i++)
        leave_known(&tried[i], &known);
    err = search_each(ctx, pg, asked, tried, n, is_private);
    if (err)
        return err;
    view->suggestions = mem_array(ctx, char *, SUGGESTION_MOST);
    for (size_t i = 0; i < n; i++)
        add_found(ctx, asked, &tried[i], view, is_private);
    return ERR_OK;
}
