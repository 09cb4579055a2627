/* The words of passages that everybody may read (schema/, passage_word). A passage's come with the change that shows it
 * to everybody (showing_store.c); those of what was shown before there were such words are read some passages at a
 * time. The thread that owns the pg. */
#ifndef SOTAY_DOCUMENT_SHOWING_VOCABULARY_STORE_H
#define SOTAY_DOCUMENT_SHOWING_VOCABULARY_STORE_H

#include "common/pg/pg.h"

enum { VOCABULARY_AT_ONCE = 50 }; /* passages */

/* A statement: the words of some passages `p` that are not there yet, in one order for whoever adds any. */
/* clang-format off */
#define VOCABULARY_ADD(from, condition)                                                                            \
    "INSERT INTO passage_word SELECT DISTINCT w.form FROM " from ", unnest(tsvector_to_array(p.words)) w(form)"    \
    " WHERE " condition " AND w.form ~ '^[a-z]{1,13}$'"                                                            \
    " AND NOT EXISTS (SELECT 1 FROM passage_word k WHERE k.form = w.form) ORDER BY 1 ON CONFLICT DO NOTHING"
/* clang-format on */

/* Some more passages of a document that waits and that nobody else reads; makes its round trips. *ret_found false: none
 * waits. */
MUST_CHECK enum err vocabulary_store_turn(struct pg *pg, TALLOC_CTX *ctx, bool *ret_found);

#endif
