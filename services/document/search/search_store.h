/* Searching passages, in SQL. It queues on the pipeline; the thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_SEARCH_SEARCH_STORE_H
#define SOTAY_DOCUMENT_SEARCH_SEARCH_STORE_H

#include "services/document/number/number.h"
#include "services/document/passage/passage_store.h"

/* In documents that were issued and not withdrawn. */
struct search {
    const char *words;          /* a tsquery (passage/words.h) */
    struct number_asked number; /* the documents that bear it stand before all others, where they begin */
    bool has_kind, has_in_force, in_force, has_from, has_to;
    int32_t kind, from, to;          /* days, as of lists of documents */
    const struct uuid *organization; /* which issued it, with all below it; NULL: any */
    int64_t limit, offset;
};
enum { SEARCH_FOUND_MOST = 1001 }; /* for all of the city, and for others: more are neither ranked nor counted */

/* The best first; rows for passage_store_read, with how many there are in each. */
struct pg_result *search_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                     const struct search *search);
int64_t search_store_total(const struct pg_result *rows);
/* Around searches of which none may take more than 200 ms: the first that would ends them with ERR_DEADLINE, and those
 * before it have their rows. */
void search_store_queue_begin_tries(struct pg *pg);
void search_store_queue_end_tries(struct pg *pg);
/* Those of the forms that are words of what everybody may read (schema/, passage_word), without accents; rows of a
 * text, in the order of strcmp. */
struct pg_result *search_store_queue_known(TALLOC_CTX *ctx, struct pg *pg, const char *const forms[], size_t n);

#endif
