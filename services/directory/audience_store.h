/* Audiences in SQL: audience.h's rule as fragments of statements, and the columns in which an audience is kept. A
 * fragment is text between string literals; its arguments are literals too, aliases or expressions of the statement:
 *
 *     "SELECT d.id FROM document d WHERE " AUDIENCE_NAMES("d", "$4::uuid")
 *
 * `a` is the alias of a row with
 *     organization_ids uuid[], subtree boolean, roles int[], member_ids uuid[]     none of them NULL
 * and `organization` a place's id with its `path` (directory_organization.path: root first, itself last). Everything
 * queues on the pipeline; the thread that owns the pg. */
#ifndef SOTAY_DIRECTORY_AUDIENCE_STORE_H
#define SOTAY_DIRECTORY_AUDIENCE_STORE_H

#include "common/pg/pg.h"
#include "contract_numbers.h"
#include "services/directory/audience.h"

/* --- whom an audience holds: audience_holds, audience_names ------------------------------------------------------- */

/* It holds places of this organisation. Written so that indexes serve from both sides: on the organisation's path, and
 * on the audience's organisations. */
#define AUDIENCE_COVERS(a, organization, path) \
    "(" path " && " a ".organization_ids AND (" a ".subtree OR " organization " = ANY(" a ".organization_ids)))"
/* The same of a reader's own place, where no index serves: mostly it is asked of his branch itself, so that comes
 * first. */
#define AUDIENCE_COVERS_HIS(a, organization, path) \
    "(" organization " = ANY(" a ".organization_ids) OR (" a ".subtree AND " path " && " a ".organization_ids))"
/* All organisations of which it holds the places, as a subquery of ids; each by an index, however few or many. */
#define AUDIENCE_ORGANIZATIONS(a)                                                                          \
    " (SELECT o.id FROM directory_organization o WHERE " a ".subtree AND o.path && " a ".organization_ids" \
    "  UNION ALL"                                                                                          \
    "  SELECT o.id FROM directory_organization o WHERE NOT " a ".subtree AND o.id = ANY(" a ".organization_ids))"
/* It asks for no role, or for members, who are all. */
#define AUDIENCE_ASKS_NO_ROLE(a) "(" a ".roles = '{}' OR " SQL_ROLE_MEMBER " = ANY(" a ".roles))"
#define AUDIENCE_ASKS(a, role) \
    "(" a ".roles = '{}' OR " SQL_ROLE_MEMBER " = ANY(" a ".roles) OR " role " = ANY(" a ".roles))"
/* A member who is NULL (an answer that is shared) is named by nobody. */
#define AUDIENCE_NAMES(a, member) "coalesce(" member " = ANY(" a ".member_ids), false)"

/* --- who may read: audience_may_read ------------------------------------------------------------------------------ */

/* A statement whose first six parameters are the reader's (audience_store_add_reader) begins with AUDIENCE_READER; its
 * own are $7 and on. $1 a member (or who acts for his branch), $2 organisations where he is a head, $3 where he is an
 * officer, $4 himself (NULL where answers are shared), $5 and $6 his places: a role and where.
 *
 * AUDIENCE_VISIBLE then holds for what he may read, of rows `d` with an audience and
 *     organization_id uuid, author_id uuid, classification int (Pb__Classification), state int (Pb__DocumentState)
 * joined with the organisation that issued it, `o`, a row of directory_organization, as AUDIENCE_VISIBLE_FROM does. */
#define AUDIENCE_READER                                                                                          \
    "WITH place AS MATERIALIZED (SELECT g.role, g.organization, coalesce(o.path, ARRAY[g.organization]) AS path" \
    " FROM unnest($5::int4[], $6::uuid[]) g(role, organization)"                                                 \
    " LEFT JOIN directory_organization o ON o.id = g.organization) "
#define AUDIENCE_KEEPS "(d.organization_id = ANY($2::uuid[]) OR o.path && $3::uuid[])"
#define AUDIENCE_NAMED AUDIENCE_NAMES("d", "$4::uuid")
#define AUDIENCE_HOLDS_PLACE AUDIENCE_ASKS("d", "p.role") " AND " AUDIENCE_COVERS_HIS("d", "p.organization", "p.path")
#define AUDIENCE_ADDRESSED "EXISTS (SELECT 1 FROM place p WHERE " AUDIENCE_HOLDS_PLACE ")"
#define AUDIENCE_VISIBLE                                                                            \
    "coalesce(CASE WHEN d.classification = " SQL_CLASSIFICATION_RESTRICTED " THEN (" AUDIENCE_KEEPS \
    " AND (d.author_id = $4::uuid OR " AUDIENCE_NAMED "))"                                          \
    "  OR (d.state <> " SQL_DOCUMENT_STATE_DRAFT " AND " AUDIENCE_NAMED ")"                         \
    " WHEN d.state = " SQL_DOCUMENT_STATE_DRAFT " THEN " AUDIENCE_KEEPS                             \
    " ELSE (d.classification = " SQL_CLASSIFICATION_PUBLIC " AND $1::bool) OR " AUDIENCE_ADDRESSED  \
    "  OR " AUDIENCE_NAMED " OR d.organization_id = ANY($2::uuid[] || $3::uuid[])"                  \
    "  OR (" AUDIENCE_KEEPS " AND d.author_id = $4::uuid) END, false)"
/* Of a table with those columns: the clauses FROM and WHERE, to which a statement adds its own conditions. */
#define AUDIENCE_VISIBLE_FROM(table) \
    " FROM " table " d JOIN directory_organization o ON o.id = d.organization_id WHERE " AUDIENCE_VISIBLE
void audience_store_add_reader(TALLOC_CTX *ctx, struct pg_args *args, const struct directory_scope *scope);

/* --- the columns of an audience ----------------------------------------------------------------------------------- */

#define AUDIENCE_COLUMNS(a) a ".organization_ids, " a ".subtree, " a ".roles, " a ".member_ids"
enum { AUDIENCE_N_COLUMNS = 4 };
/* From `column` on, in the order of AUDIENCE_COLUMNS. */
void audience_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column,
                         struct audience *ret_audience);
/* Four parameters of an `each` statement in that order: text (cast to uuid[]), bool, text (int4[]), text (uuid[]).
 * NULL: four NULLs. */
void audience_store_add(TALLOC_CTX *ctx, struct pg_args *args, const struct audience *audience);

#endif
