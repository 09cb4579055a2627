/* Answers about organisations and members. One visibility predicate for organisations, in the SQL, before paging
 * (ACCESS.md). */
#include "services/auth/store.h"

#include "common/base/mem.h"
#include <string.h>

/* organization.read: one's own path, the organisation of a grant, the subtree of an officer's or administrator's.
 * Parameters: $1 branch, $2 organisations of grants, $3 roots of subtrees. */
#define VISIBLE                                                                                                    \
    "(o.id = ANY((SELECT b.path FROM organization b WHERE b.id = $1::uuid)::uuid[]) OR o.id = ANY($2::uuid[]) OR " \
    "o.path && $3::uuid[])"

static void add_both(TALLOC_CTX *ctx, struct pg_args *args, const struct uuid a[], size_t n_a, const struct uuid b[],
                     size_t n_b)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n_a + n_b + 1);
    for (size_t i = 0; i < n_a; i++)
        ids[i] = a[i];
    for (size_t i = 0; i < n_b; i++)
        ids[n_a + i] = b[i];
    pg_add_uuids(args, ids, n_a + n_b);
}

static struct pg_args *with_scope(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                  const struct directory_scope *scope)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuid(args, scope->has_branch ? &scope->branch : NULL);
    add_both(ctx, args, scope->heads, scope->n_heads, scope->committees, scope->n_committees);
    add_both(ctx, args, scope->officers, scope->n_officers, scope->admins, scope->n_admins);
    return args;
}

static ProtobufCBinaryData get_id(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, int column)
{
    struct uuid id = pg_get_uuid(r, row, column);
    return uuid_to_pb(ctx, &id);
}

/* --- organisations --- */

/* The contact is who was named, else the secretary. Counts are sums over the subtree's own counters. */
#define ORGANIZATION_COLUMNS                                                                                    \
    "o.id, o.code, o.name, o.level, o.parent_id, o.meeting_day, o.meeting_minute, o.meeting_place, o.version, " \
    "o.path, "                                                                                                  \
    "contact.full_name, contact.phone, n.branches, n.members, n.exempt, n.base, fold(o.name) "
#define ORGANIZATION_JOINS                                                                                             \
    "LEFT JOIN LATERAL (SELECT m.full_name, m.phone FROM member m WHERE m.id = coalesce(o.contact_member_id, "         \
    "    (SELECT p.member_id FROM member_position p WHERE p.organization_id = o.id AND p.role = 2 AND p.to_us IS "     \
    "NULL "                                                                                                            \
    "     ORDER BY p.from_us, p.member_id LIMIT 1))) contact ON true "                                                 \
    "CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE d.level = 3) AS branches, coalesce(sum(c.members), 0)::int8 "   \
    "AS members, "                                                                                                     \
    "    coalesce(sum(c.exempt), 0)::int8 AS exempt, coalesce(sum(c.attendance_base), 0)::int8 AS base "               \
    "    FROM organization d LEFT JOIN organization_count c ON c.organization_id = d.id WHERE d.path @> ARRAY[o.id]) " \
    "n "

static const struct pg_statement ORGANIZATION = {.name = "organization",
                                                 .sql = "SELECT " ORGANIZATION_COLUMNS
                                                        "FROM organization o " ORGANIZATION_JOINS
                                                        "WHERE o.id = $4::uuid AND " VISIBLE};
static const struct pg_statement CHILDREN = {
    .name = "children",
    .sql = "SELECT " ORGANIZATION_COLUMNS "FROM (SELECT * FROM organization o WHERE o.parent_id = $4::uuid AND " VISIBLE
           "      AND ($5::text IS NULL OR strpos(fold(o.name), fold($5::text)) > 0 OR strpos(lower(o.code), "
           "lower($5::text)) > 0) "
           "      AND ($6::text IS NULL OR (fold(o.name), o.id) > ($6::text, $7::uuid)) "
           "      ORDER BY fold(o.name), o.id LIMIT $8::int4) o " ORGANIZATION_JOINS "ORDER BY fold(o.name), o.id"};

static Pb__Contact *read_contact(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    if (pg_is_null(r, row, 10))
        return NULL;
    Pb__Contact *contact = mem_new(ctx, Pb__Contact);
    pb__contact__init(contact);
    contact->full_name = pg_get_text(ctx, r, row, 10);
    contact->phone = pg_get_text(ctx, r, row, 11);
    return contact;
}

static Pb__Organization *read_organization(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__Organization *o = mem_new(ctx, Pb__Organization);
    pb__organization__init(o);
    o->id = get_id(ctx, r, row, 0);
    o->code = pg_get_text(ctx, r, row, 1);
    o->name = pg_get_text(ctx, r, row, 2);
    o->level = (Pb__Level)pg_get_int8(r, row, 3);
    o->has_parent_id = !pg_is_null(r, row, 4);
    if (o->has_parent_id)
        o->parent_id = get_id(ctx, r, row, 4);
    o->has_meeting_day = !pg_is_null(r, row, 5);
    o->meeting_day = (int32_t)pg_get_int8(r, row, 5);
    o->has_meeting_time = !pg_is_null(r, row, 6);
    o->meeting_time = (int32_t)pg_get_int8(r, row, 6);
    o->meeting_place = pg_get_text(ctx, r, row, 7);
    o->version = (uint64_t)pg_get_int8(r, row, 8);
    o->contact = read_contact(ctx, r, row);
    o->branches = pg_get_int8(r, row, 12);
    o->members = pg_get_int8(r, row, 13);
    o->exempt = pg_get_int8(r, row, 14);
    o->attendance_base = pg_get_int8(r, row, 15);
    return o;
}

enum err store_read_organization(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                 const struct uuid *id, Pb__Organization **ret_organization,
                                 struct directory_org *ret_org)
{
    struct pg_args *args = with_scope(ctx, &ORGANIZATION, scope);
    struct pg_result *r;
    pg_add_uuid(args, id);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_organization = pg_rows(r) ? read_organization(ctx, r, 0) : NULL;
    if (*ret_organization && ret_org) {
        *ret_org = (struct directory_org){
            .id = *id, .name = (*ret_organization)->name, .level = (*ret_organization)->level};
        ret_org->path = pg_get_uuids(ctx, r, 0, 9, &ret_org->n_path);
    }
    return ERR_OK;
}

static void add_page(struct pg_args *args, const struct store_page *page)
{
    pg_add_text(args, page->q && *page->q ? page->q : NULL);
    pg_add_text(args, page->has_after ? page->after_name : NULL);
    pg_add_uuid(args, &page->after_id);
    pg_add_int4(args, page->limit + 1);
}

enum err store_read_children(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                             const struct uuid *parent, const struct store_page *page,
                             struct store_child **ret_children, size_t *ret_n)
{
    struct pg_args *args = with_scope(ctx, &CHILDREN, scope);
    struct pg_result *r;
    pg_add_uuid(args, parent);
    add_page(args, page);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_children = mem_array(ctx, struct store_child, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_children)[i] = (struct store_child){.item = read_organization(ctx, r, i),
                                                  .search_name = pg_get_text(ctx, r, i, 16)};
    return ERR_OK;
}

/* --- one member --- */

static const struct pg_statement MEMBER = {
    .name = "member",
    .sql = "SELECT m.id, m.card_number, m.full_name, m.branch_id, b.name, m.status, m.exempt, m.phone, m.version "
           "FROM member m JOIN organization b ON b.id = m.branch_id WHERE m.id = $1::uuid"};
static const struct pg_statement PATH = {
    .name = "member_path",
    .sql = "SELECT o.id, o.name, o.level FROM member m JOIN organization b ON b.id = m.branch_id "
           "CROSS JOIN LATERAL unnest(b.path) WITH ORDINALITY step(id, place) JOIN organization o ON o.id = step.id "
           "WHERE m.id = $1::uuid ORDER BY step.place"};
static const struct pg_statement ROLES = {
    .name = "member_roles",
    .sql = "SELECT p.member_id, p.role, o.id, o.name FROM member_position p JOIN organization o ON o.id = "
           "p.organization_id "
           "WHERE p.member_id = ANY($1::uuid[]) AND p.to_us IS NULL ORDER BY p.member_id, p.role DESC, o.id"};

static Pb__BranchRef *branch_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, int id_column)
{
    Pb__BranchRef *ref = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(ref);
    ref->id = get_id(ctx, r, row, id_column);
    ref->name = pg_get_text(ctx, r, row, id_column + 1);
    return ref;
}

static Pb__OrganizationRef *organization_ref(TALLOC_CTX *ctx, const struct pg_result *r, size_t row)
{
    Pb__OrganizationRef *ref = mem_new(ctx, Pb__OrganizationRef);
    pb__organization_ref__init(ref);
    ref->id = get_id(ctx, r, row, 0);
    ref->name = pg_get_text(ctx, r, row, 1);
    ref->level = (Pb__Level)pg_get_int8(r, row, 2);
    return ref;
}

static Pb__Member__RoleHeld **read_roles(TALLOC_CTX *ctx, const struct pg_result *r, const struct uuid *member,
                                         size_t *ret_n)
{
    Pb__Member__RoleHeld **roles = mem_array(ctx, Pb__Member__RoleHeld *, pg_rows(r) + 1);
    *ret_n = 0;
    for (size_t i = 0; i < pg_rows(r); i++) {
        struct uuid holder = pg_get_uuid(r, i, 0);
        if (!uuid_equal(&holder, member))
            continue;
        Pb__Member__RoleHeld *role = mem_new(ctx, Pb__Member__RoleHeld);
        pb__member__role_held__init(role);
        role->role = (Pb__Role)pg_get_int8(r, i, 1);
        role->organization = branch_ref(ctx, r, i, 2);
        roles[(*ret_n)++] = role;
    }
    return roles;
}

static Pb__Member *read_member(TALLOC_CTX *ctx, const struct pg_result *r)
{
    Pb__Member *m = mem_new(ctx, Pb__Member);
    pb__member__init(m);
    m->id = get_id(ctx, r, 0, 0);
    m->card_number = pg_get_text(ctx, r, 0, 1);
    m->full_name = pg_get_text(ctx, r, 0, 2);
    m->branch = branch_ref(ctx, r, 0, 3);
    m->status = (Pb__MemberStatus)pg_get_int8(r, 0, 5);
    m->exempt = pg_get_bool(r, 0, 6);
    m->phone = pg_get_text(ctx, r, 0, 7);
    m->version = (uint64_t)pg_get_int8(r, 0, 8);
    return m;
}

enum err store_read_member(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *id, Pb__Member **ret_member)
{
    struct pg_args *member = pg_args(ctx, &MEMBER), *path = pg_args(ctx, &PATH), *roles = pg_args(ctx, &ROLES);
    pg_add_uuid(member, id);
    pg_add_uuid(path, id);
    pg_add_uuids(roles, id, 1);
    struct pg_result *m = pg_queue(pg, member), *p = pg_queue(pg, path), *held = pg_queue(pg, roles);
    enum err err = pg_flush(pg);
    if (err)
        return err;
    *ret_member = pg_rows(m) ? read_member(ctx, m) : NULL;
    if (!*ret_member)
        return ERR_OK;
    (*ret_member)->organizations = mem_array(ctx, Pb__OrganizationRef *, pg_rows(p) + 1);
    for (size_t i = 0; i < pg_rows(p); i++)
        (*ret_member)->organizations[(*ret_member)->n_organizations++] = organization_ref(ctx, p, i);
    (*ret_member)->roles = read_roles(ctx, held, id, &(*ret_member)->n_roles);
    return ERR_OK;
}

/* --- members of an organisation --- */

#define MEMBERS_FILTER                                                                                               \
    "AND ($3::int4 IS NULL AND m.status <> 3 OR m.status = $3::int4) AND ($4::bool IS NULL OR m.exempt = $4::bool) " \
    "AND ($5::bool IS NULL OR (a.activated_at_us IS NOT NULL) = $5::bool) "                                          \
    "AND ($6::text IS NULL OR strpos(m.search_name, fold($6::text)) > 0) "                                           \
    "AND ($7::text IS NULL OR (m.search_name, m.id) > ($7::text, $8::uuid)) "
#define MEMBERS_SELECT                                                                                     \
    "SELECT m.id, m.full_name, b.id, b.name, m.status, m.exempt, m.phone, a.activated_at_us IS NOT NULL, " \
    "m.search_name "                                                                                       \
    "FROM member m JOIN organization b ON b.id = m.branch_id LEFT JOIN account a ON a.member_id = m.id "
#define MEMBERS_ORDER "ORDER BY m.search_name, m.id LIMIT $9::int4"

/* $2 keeps the numbers of both statements the same: the subtree's may leave its depth to the index. */
static const struct pg_statement DIRECT_MEMBERS = {
    .name = "direct_members",
    .sql = MEMBERS_SELECT "WHERE m.branch_id = $1::uuid AND NOT $2::bool " MEMBERS_FILTER MEMBERS_ORDER};
static const struct pg_statement SUBTREE_MEMBERS = {
    .name = "subtree_members",
    .sql = MEMBERS_SELECT "WHERE b.path @> ARRAY[$1::uuid] AND $2::bool " MEMBERS_FILTER MEMBERS_ORDER};

static struct pg_result *queue_members(struct pg *pg, TALLOC_CTX *ctx, const struct store_member_filter *f,
                                       const struct store_page *page)
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
    add_page(args, page);
    return pg_queue(pg, args);
}

static Pb__MemberItem *read_item(TALLOC_CTX *ctx, const struct pg_result *r, size_t row, bool private_fields)
{
    Pb__MemberItem *item = mem_new(ctx, Pb__MemberItem);
    pb__member_item__init(item);
    item->id = get_id(ctx, r, row, 0);
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
    size_t n = pg_rows(members);
    struct uuid *ids = mem_array(ctx, struct uuid, n + 1);
    for (size_t i = 0; i < n; i++)
        ids[i] = pg_get_uuid(members, i, 0);
    struct pg_args *args = pg_args(ctx, &ROLES);
    pg_add_uuids(args, ids, n);
    return pg_run(pg, args, ret_roles);
}

enum err store_read_members(struct pg *pg, TALLOC_CTX *ctx, const struct store_member_filter *filter,
                            const struct store_page *page, struct store_member_row **ret_rows, size_t *ret_n)
{
    struct pg_result *roles, *r = queue_members(pg, ctx, filter, page);
    enum err err = pg_flush(pg);
    if (!err)
        err = load_roles(pg, ctx, r, &roles);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_rows = mem_array(ctx, struct store_member_row, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++) {
        struct uuid id = pg_get_uuid(r, i, 0);
        Pb__MemberItem *item = read_item(ctx, r, i, filter->private_fields);
        item->roles = read_roles(ctx, roles, &id, &item->n_roles);
        (*ret_rows)[i] = (struct store_member_row){.item = item, .search_name = pg_get_text(ctx, r, i, 8)};
    }
    return ERR_OK;
}
