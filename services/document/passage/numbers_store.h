/* Whom a document is for, in numbers: what a search goes by (schema/, passage.audience). A number is eight figures of a
 * hash of a word, so two words may have one: numbers choose candidates, and who may read is asked of each again.
 *
 *   m…    a member: who is named, and the author
 *   k…    an organisation whose heads and officers read it: the issuer
 *   e…    an organisation and a role (-1: any), of an audience there alone
 *   s…    the same, of an audience there and below
 *
 * What all of the city reads has none, and is searched by everyone. Macros of SQL; d is the document's row. */
#ifndef SOTAY_DOCUMENT_PASSAGE_NUMBERS_STORE_H
#define SOTAY_DOCUMENT_PASSAGE_NUMBERS_STORE_H

#include "contract_numbers.h"
#include "services/directory/audience_store.h"

/* clang-format off */
#define NUMBERS_OF(word) "('x' || left(md5(" word "), 8))::bit(32)::int4"
#define NUMBERS_ANY_ROLE "-1"

#define NUMBERS_IS_OUT "d.state IN (" SQL_DOCUMENT_STATE_PUBLISHED ", " SQL_DOCUMENT_STATE_REPLACED ")"
#define NUMBERS_IS_RESTRICTED "d.classification = " SQL_CLASSIFICATION_RESTRICTED
/* Public, or for an organisation that has none above it, with all below it. */
#define NUMBERS_IS_WIDE                                                                                            \
    "(d.classification = " SQL_CLASSIFICATION_PUBLIC                                                               \
    " OR (NOT " NUMBERS_IS_RESTRICTED " AND d.subtree AND " AUDIENCE_ASKS_NO_ROLE("d")                             \
    "  AND EXISTS (SELECT 1 FROM directory_organization o WHERE o.id = ANY(d.organization_ids)"                    \
    "   AND cardinality(o.path) = 1)))"

/* Subqueries of `word`: of a document that is not wide, and of a statement's reader (AUDIENCE_READER). */
#define NUMBERS_OF_DOCUMENT                                                                                        \
    "SELECT 'm'::text || m AS word FROM unnest(d.member_ids || d.author_id) m"                                     \
    " UNION ALL SELECT 'k'::text || d.organization_id WHERE NOT " NUMBERS_IS_RESTRICTED                            \
    " UNION ALL SELECT CASE WHEN d.subtree THEN 's' ELSE 'e' END || o || r FROM unnest(d.organization_ids) o,"     \
    "  unnest(CASE WHEN " AUDIENCE_ASKS_NO_ROLE("d") " THEN ARRAY[" NUMBERS_ANY_ROLE "] ELSE d.roles END) r"       \
    "  WHERE NOT " NUMBERS_IS_RESTRICTED
#define NUMBERS_OF_READER                                                                                          \
    "SELECT 'e'::text || p.organization || r AS word FROM place p, unnest(ARRAY[" NUMBERS_ANY_ROLE ", p.role]) r"  \
    " UNION SELECT 's'::text || above || r FROM place p, unnest(p.path) above,"                                    \
    "  unnest(ARRAY[" NUMBERS_ANY_ROLE ", p.role]) r"                                                              \
    " UNION SELECT 'k'::text || kept FROM unnest($2::uuid[] || $3::uuid[]) kept"                                   \
    " UNION SELECT 'm'::text || $4::uuid WHERE $4::uuid IS NOT NULL"
/* clang-format on */

#endif
