#include "services/auth/member/member_view_store.h"

#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "contract_numbers.h"
#include "services/auth/position/position_store.h"
#include <string.h>

/* --- one member --- */

static const struct pg_statement MEMBER = {
    .name = "member_view",
    .sql = "SELECT m.id, m.card_number, m.full_name, m.branch_id, b.name, m.status, m.exempt, m.phone, m.version,"
           "    m.left_reason, m.occupation, CASE WHEN EXISTS (SELECT FROM member o WHERE o.branch_id = m.branch_id"
           "        AND o.name_key = m.name_key AND o.full_name = m.full_name AND o.id <> m.id"
           "        AND o.status <> " SQL_MEMBER_STATUS_LEFT ")"
           "    THEN extract(year FROM date '1970-01-01' + m.born_on)::int4 END"
           " FROM member m JOIN organization b ON b.id = m.branch_id WHERE m.id = $1::uuid"};
static const struct pg_statement PATH = {
    .name = "member_view_path",
    .sql = "SELECT o.id, o.name, o.level FROM member m JOIN organization b ON b.id = m.branch_id CROSS"
           " JOIN LATERAL unnest(b.path) WITH ORDINALITY step(id, place) JOIN organization o ON o.id = step.id"
           " WHERE m.id = $1::uuid ORDER BY step.place"};
static Pb__BranchRef *branch_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, int id_column)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = pg_get_bytes(ctx, r, row, id_column);
    ref->name = pg_get_text(ctx, r, row, id_column + 1);
    return ref;
}

static Pb__OrganizationRef *organization_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__OrganizationRef *ref = mem_new(ctx, Pb__OrganizationRef);
    pb__organization_ref__init(ref);
    ref->id = pg_get_bytes(ctx, r, row, 0);
    ref->name = pg_get_text(ctx, r, row, 1);
    ref->level = (Pb__Level)pg_get_int8(r, row, 2);
    return ref;
}

static Pb__Member *read_member(TALLOC_CTX *ctx, const struct pg_result *r)
{
    Pb__Member *m = mem_new(ctx, Pb__Member);
    pb__member__init(m);
    m->id = pg_get_bytes(ctx, r, 0, 0);
    m->card_number = pg_get_text(ctx, r, 0, 1);
    m->full_name = pg_get_text(ctx, r, 0, 2);
    m->branch = branch_ref(ctx, r, 0, 3);
    m->status = (Pb__MemberStatus)pg_get_int8(r, 0, 5);
    m->exempt = pg_get_bool(r, 0, 6);
    m->phone = pg_get_text(ctx, r, 0, 7);
    m->version = (uint64_t)pg_get_int8(r, 0, 8);
    m->has_left_reason = !pg_is_null(r, 0, 9);
    m->left_reason = (Pb__LeftReason)pg_get_int8(r, 0, 9);
    m->has_occupation = !pg_is_null(r, 0, 10);
    m->occupation = (Pb__Occupation)pg_get_int8(r, 0, 10);
    m->has_birth_year = !pg_is_null(r, 0, 11);
    m->birth_year = (int32_t)pg_get_int8(r, 0, 11);
    return m;
}

enum err member_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, Pb__Member **ret_member)
{
    struct pg_args *member = pg_args(ctx, &MEMBER), *path = pg_args(ctx, &PATH);
    pg_add_uuid(member, id);
    pg_add_uuid(path, id);
    struct pg_result *m = pg_queue(pg, member), *p = pg_queue(pg, path),
                     *held = position_store_held_queue(pg, ctx, id, 1);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_member = pg_rows(m) ? read_member(ctx, m) : NULL;
    if (!*ret_member)
        return ERR_OK;
    (*ret_member)->organizations = mem_array(ctx, Pb__OrganizationRef *, pg_rows(p) + 1);
    for (size_t i = 0; i < pg_rows(p); i++)
        (*ret_member)->organizations[(*ret_member)->n_organizations++] = organization_ref(ctx, p, i);
    (*ret_member)->roles = position_store_held_by(ctx, held, id, &(*ret_member)->n_roles);
    return ERR_OK;
}

/* --- members of an organisation --- */

/* $2: of whom what is private is shown (enum member_privacy); of others it can neither be asked for, nor is anybody
 * found by his card. $6 is a pattern for names without accents, $7 a part of one with accents, $8 a card number. */
#define IS_PRIVATE "($2::int4 = 2 OR ($2::int4 = 1 AND m.branch_id = $1::uuid))"
#define HAS_CARD "(m.card_number = $8::text AND " IS_PRIVATE ")"
#define HAS_NAME \
    "(m.search_name LIKE $6::text AND ($7::text IS NULL OR strpos(replace(lower(m.full_name), ' ', ''), $7::text) > 0))"
#define MEMBERS_FILTER                                                                          \
    "AND ($3::int4 IS NULL AND m.status <> " SQL_MEMBER_STATUS_LEFT " OR m.status = $3::int4) " \
    "AND ($4::bool IS NULL OR m.exempt = $4::bool) "                                            \
    "AND ($5::bool IS NULL OR (a.activated_at_us IS NOT NULL) = $5::bool) "                     \
    "AND (($3::int4 IS NULL AND $4::bool IS NULL AND $5::bool IS NULL) OR " IS_PRIVATE ") "     \
    "AND ($6::text IS NULL OR " HAS_NAME " OR " HAS_CARD ") "                                   \
    "AND ($9::text IS NULL OR (m.name_key, m.id) > ($9::text, $10::uuid)) "                     \
    "ORDER BY m.name_key, m.id LIMIT $11::int4"
#define MEMBERS_SELECT(branch)                                                                             \
    "SELECT m.id, m.full_name, b.id, b.name, m.status, m.exempt, m.phone, a.activated_at_us IS NOT NULL, " \
    "    m.name_key, " IS_PRIVATE " FROM member m " branch " LEFT JOIN account a ON a.member_id = m.id "
#define OF_ANY "JOIN organization b ON b.id = m.branch_id"
/* OFFSET 0: members come first, in the order of the index, and each one's branch is looked up. */
#define OF_SUBTREE                                                                                        \
    "CROSS JOIN LATERAL (SELECT o.id, o.name FROM organization o WHERE o.id = m.branch_id AND o.path @> " \
    "ARRAY[$1::uuid] OFFSET 0) b"

/* A statement for each plan: members of one branch; of a subtree read whole; of one too large for that, either in
 * the order of names, of which a page is soon full, or by the part of a name that the index member_search knows. */
static const struct pg_statement DIRECT_MEMBERS = {
    .name = "member_list_direct", .sql = MEMBERS_SELECT(OF_ANY) "WHERE m.branch_id = $1::uuid " MEMBERS_FILTER};
static const struct pg_statement SUBTREE_MEMBERS = {
    .name = "member_list_subtree",
    .sql = MEMBERS_SELECT(OF_ANY) "WHERE m.branch_id = ANY(ARRAY(SELECT o.id FROM organization o "
                                  "    WHERE o.path @> ARRAY[$1::uuid])) " MEMBERS_FILTER};
static const struct pg_statement MANY_MEMBERS = {.name = "member_list_many",
                                                 .sql = MEMBERS_SELECT(OF_SUBTREE) "WHERE true " MEMBERS_FILTER};

enum { MANY = 20000 };

/* What LIKE would read as a wildcard stands for itself. */
static const char *pattern_of(TALLOC_CTX *ctx, const char *part)
{
    char *pattern = mem_array(ctx, char, 2 * strlen(part) + 3), *end = pattern;
    *end++ = '%';
    for (; *part; part++) {
        if (strchr("%_\\", *part))
            *end++ = '\\';
        *end++ = *part;
    }
    *end = '%';
    return pattern;
}

static const char *without_blanks(TALLOC_CTX *ctx, const char *card)
{
    char *bare = mem_array(ctx, char, strlen(card) + 1), *end = bare;
    for (; *card; card++)
        if (*card != ' ')
            *end++ = *card;
    return bare;
}

/* With accents that part is found alone, without them all of the name is. */
static void add_search(TALLOC_CTX *ctx, struct pg_args *args, const char *q, const char *part)
{
    const char *small = part ? name_order_small(ctx, q) : NULL;
    pg_add_text(args, part ? pattern_of(ctx, part) : NULL);
    pg_add_text(args, part && strcmp(part, small) != 0 ? small : NULL);
    pg_add_text(args, part ? without_blanks(ctx, q) : NULL);
}

static struct pg_args *list_args(TALLOC_CTX *ctx, const struct pg_statement *statement, const struct member_filter *f,
                                 const struct name_page *page)
{
    const char *part = page->q && *page->q ? name_order_fold(ctx, page->q) : NULL;
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, &f->organization);
    pg_add_int4(args, (int32_t)f->privacy);
    pg_add_int4_or_null(args, f->has_status, (int32_t)f->status);
    if (f->has_exempt)
        pg_add_bool(args, f->exempt);
    else
        pg_add_null(args);
    if (f->has_activated)
        pg_add_bool(args, f->activated);
    else
        pg_add_null(args);
    add_search(ctx, args, page->q, part);
    name_page_add(args, page);
    return args;
}

/* Many are read as what is asked for says, each time anew: a plan for whatever is asked for would read all of them. */
static enum err run_list(struct pg *pg, TALLOC_CTX *ctx, const struct member_filter *f, const struct name_page *page,
                         struct pg_result **ret_rows)
{
    if (f->subtree < MANY)
        return pg_run(pg, list_args(ctx, f->subtree == 0 ? &DIRECT_MEMBERS : &SUBTREE_MEMBERS, f, page), ret_rows);
    pg_queue_sql(pg, "BEGIN");
    pg_queue_sql(pg, "SET LOCAL plan_cache_mode = force_custom_plan");
    *ret_rows = pg_queue(pg, list_args(ctx, &MANY_MEMBERS, f, page));
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

static Pb__MemberItem *read_item(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__MemberItem *item = mem_new(ctx, Pb__MemberItem);
    pb__member_item__init(item);
    item->id = pg_get_bytes(ctx, r, row, 0);
    item->full_name = pg_get_text(ctx, r, row, 1);
    item->branch = branch_ref(ctx, r, row, 2);
    item->has_status = item->has_exempt = item->has_activated = pg_get_bool(r, row, 9);
    if (!item->has_status)
        return item;
    item->status = (Pb__MemberStatus)pg_get_int8(r, row, 4);
    item->exempt = pg_get_bool(r, row, 5);
    item->phone = pg_get_text(ctx, r, row, 6);
    item->activated = pg_get_bool(r, row, 7);
    return item;
}

static enum err load_roles(struct pg *pg, TALLOC_CTX *ctx, const struct pg_result *members,
                           struct pg_result **ret_roles)
{
    struct ids ids = {0};
    ids_add_rows(ctx, &ids, members);
    *ret_roles = position_store_held_queue(pg, ctx, ids.items, ids.n);
    return pg_flush(pg);
}

enum err member_view_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct member_filter *filter,
                                const struct name_page *page, struct member_row **ret_rows, size_t *ret_n)
{
    struct pg_result *roles, *r;
    enum err err = run_list(pg, ctx, filter, page, &r);
    if (!err)
        err = load_roles(pg, ctx, r, &roles);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_rows = mem_array(ctx, struct member_row, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++) {
        struct uuid id = pg_get_uuid(r, i, 0);
        Pb__MemberItem *item = read_item(ctx, r, i);
        item->roles = position_store_held_by(ctx, roles, &id, &item->n_roles);
        (*ret_rows)[i] = (struct member_row){.item = item, .name_key = pg_get_text(ctx, r, i, 8)};
    }
    return ERR_OK;
}

/* --- phones --- */

enum err member_view_store_phones(struct pg *pg, TALLOC_CTX *ctx, const struct member_phones *wanted,
                                  struct member_phone **ret_phones, size_t *ret_n)
{
    static const struct pg_statement PHONES = {
        .name = "member_phones",
        .sql = "SELECT m.id, m.branch_id, m.phone FROM member m WHERE m.id = ANY($1::uuid[])"
               " AND m.branch_id = ANY($2::uuid[]) AND m.phone IS NOT NULL AND m.status <> " SQL_MEMBER_STATUS_LEFT};
    struct pg_args *args = pg_args(ctx, &PHONES);
    struct pg_result *rows;
    pg_add_uuids(args, wanted->members, wanted->n_members);
    pg_add_uuids(args, wanted->branches, wanted->n_branches);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_phones = mem_array(ctx, struct member_phone, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_phones)[i] = (struct member_phone){pg_get_uuid(rows, i, 0), pg_get_uuid(rows, i, 1),
                                                 pg_get_text(ctx, rows, i, 2)};
    return ERR_OK;
}
