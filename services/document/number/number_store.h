/* Numbers in SQL: their words, as document.number_words keeps them (schema/016_number_words.sql), and which documents a
 * question (number.h) names; d is the document's row. Macros; arguments are text between string literals. */
#ifndef SOTAY_DOCUMENT_NUMBER_NUMBER_STORE_H
#define SOTAY_DOCUMENT_NUMBER_NUMBER_STORE_H

#include "common/pg/pg.h"
#include "services/document/number/number.h"

#define NUMBER_WORDS(text)                                                                                   \
    "array_remove(regexp_split_to_array(regexp_replace(lower(unaccent(" text ")), '\\m0+(?=\\d)', '', 'g')," \
    " '[^a-z0-9]+'), '')"

/* Worked out once for a statement: for where no index is asked. */
#define NUMBER_WORDS_ONCE(text) "(SELECT " NUMBER_WORDS(text) ")"

/* `words`: NUMBER_WORDS, which an index serves, or NUMBER_WORDS_ONCE, of number_add_asked's first parameter. Where the
 * question is none, no row is; where it names no kind of ours, no kind is meant: never NULL but where it is none. */
#define NUMBER_IS_ASKED(words, initial, kind)                                                                 \
    "(d.number_words @> " words " AND (" initial "::text IS NULL OR coalesce(d.kind = " kind "::int4, false)" \
    " OR " initial "::text = ANY(d.number_words)))"
/* Nothing of its number was left out: it stands before those of which something was. */
#define NUMBER_IS_WHOLE(words, initial) "(d.number_words <@ (" words " || " initial "::text))"

/* Three parameters. */
static inline void number_add_asked(struct pg_args *args, const struct number_asked *asked)
{
    pg_add_text(args, asked->words);
    pg_add_text(args, asked->initial);
    pg_add_int4_or_null(args, asked->has_kind, asked->kind);
}

#endif
