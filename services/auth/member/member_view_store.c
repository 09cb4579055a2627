#include "services/auth/member/member_view_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/auth/position/position_store.h"

/* --- one member --- */

static const struct pg_statement MEMBER = {
    .name = "member_view",
    .sql = "SELECT m.id, m.card_number, m.full_name, m.branch_id, b.name, m.status, m.exempt, m.phone, m.version,"
           "    m.left_reason, m.occupation, CASE WHEN EXISTS (SELECT FROM member o WHERE o.branch_id = m.branch_id"
           "        AND o.search_name = m.search_name AND o.full_name = m.full_name AND o.id <> m.id"
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

#define MEMBERS_FILTER                                                        \
    "AND ($3::int4 IS NULL AND m.status <> " SQL_MEMBER_STATUS_LEFT           \
    " OR m.status = $3::int4) AND ($4::bool IS NULL OR m.exempt = $4::bool) " \
    "AND ($5::bool IS NULL OR (a.activated_at_us IS NOT NULL) = $5::bool) "   \
    "AND ($6::text IS NULL OR strpos(m.search_name, fold($6::text)) > 0) "    \
    "AND ($7::text IS NULL OR (m.search_name, m.id) > ($7::text, $8::uuid)) "
#define MEMBERS_SELECT                                                                                     \
    "SELECT m.id, m.full_name, b.id, b.name, m.status, m.exempt, m.phone, a.activated_at_us IS NOT NULL, " \
    "    m.search_name "                                                                                   \
    "FROM member m JOIN organization b ON b.id = m.branch_id LEFT JOIN account a ON a.member_id = m.id "
#define MEMBERS_ORDER "ORDER BY m.search_name, m.id LIMIT $9::int4"

/* Two statements, so that each has the plan of its index: members of one branch, or of a subtree. $2 says which one is
 * meant, and keeps the numbers of the other parameters the same in both. */
static const struct pg_statement DIRECT_MEMBERS = {
    .name = "member_list_direct",
    .sql = MEMBERS_SELECT "WHERE m.branch_id = $1::uuid AND NOT $2::bool " MEMBERS_FILTER MEMBERS_ORDER};
static const struct pg_statement SUBTREE_MEMBERS = {
    .name = "member_list_subtree",
    .sql = MEMBERS_SELECT "WHERE b.path @> ARRAY[$1::uuid] AND $2::bool " MEMBERS_FILTER MEMBERS_ORDER};

static struct pg_result *queue_members(struct pg *pg, TALLOC_CTX *ctx, const struct member_filter *f,
                                       const struct name_page *page)
{
    struct pg_args *args = pg_args(ctx, f->subtree ? &SUBTREE_MEMBERS : &DIRECT_MEMBERS);
    pg_add_uuid(args, &f->organization);
    pg_add_bool(args, f->subtree);
    if (f->has_status)
        pg_add_int4(args, (int32_t)f->status);
    else
        pg_add_null(args);
    if (f->has_exempt)
        pg_add_bool(args, f->exempt);
    else
        pg_add_null(args);
    if (f->has_activated)
        pg_add_bool(args, f->activated);
    else
        pg_add_null(args);
    name_page_add(args, page);
    return pg_queue(pg, args);
}

static Pb__MemberItem *read_item(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, bool private_fields)
{
    Pb__MemberItem *item = mem_new(ctx, Pb__MemberItem);
    pb__member_item__init(item);
    item->id = pg_get_bytes(ctx, r, row, 0);
    item->full_name = pg_get_text(ctx, r, row, 1);
    item->branch = branch_ref(ctx, r, row, 2);
    item->has_status = item->has_exempt = item->has_activated = private_fields;
    if (!private_fields)
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
    struct pg_result *roles, *r = queue_members(pg, ctx, filter, page);
    enum err err = pg_flush(pg);
    if (!err)
        err = load_roles(pg, ctx, r, &roles);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_rows = mem_array(ctx, struct member_row, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++) {
        struct uuid id = pg_get_uuid(r, i, 0);
        Pb__MemberItem *item = read_item(ctx, r, i, filter->private_fields);
        item->roles = position_store_held_by(ctx, roles, &id, &item->n_roles);
        (*ret_rows)[i] = (struct member_row){.item = item, .search_name = pg_get_text(ctx, r, i, 8)};
    }
    return ERR_OK;
}
