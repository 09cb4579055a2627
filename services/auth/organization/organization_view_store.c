#include "services/auth/organization/organization_view_store.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

/* organization.read: one's own path, the organisation of a grant, the subtree of an officer's or administrator's.
 * Parameters: $1 branch, $2 organisations of grants, $3 roots of subtrees. */
#define VISIBLE                                       \
    "(o.id = ANY((SELECT b.path FROM organization b " \
    "WHERE b.id = $1::uuid)::uuid[]) OR o.id = ANY($2::uuid[]) OR o.path && $3::uuid[])"

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

/* The contact is the member named for it, else the secretary. Counts are of the subtree, and kept
 * (013_subtrees.sql). */
#define ORGANIZATION_COLUMNS                                                                          \
    "o.id, o.code, o.name, o.level, o.parent_id, o.meeting_day, o.meeting_minute, o.meeting_place, "  \
    "    o.version, o.path, contact.full_name, contact.phone, coalesce(n.all_branches, 0), "          \
    "    coalesce(n.all_members, 0), coalesce(n.all_exempt, 0), coalesce(n.all_attendance_base, 0), " \
    "    fold(o.name), o.state "
#define ORGANIZATION_JOINS                                                                                           \
    "LEFT JOIN LATERAL (SELECT m.full_name, m.phone FROM member m "                                                  \
    "    WHERE m.id = coalesce(o.contact_member_id, "                                                                \
    "    (SELECT p.member_id FROM member_position p WHERE p.organization_id = o.id AND p.role = " SQL_ROLE_SECRETARY \
    " AND p.to_us IS NULL "                                                                                          \
    "     ORDER BY p.from_us, p.member_id LIMIT 1))) contact ON true "                                               \
    "LEFT JOIN organization_count n ON n.organization_id = o.id "

static const struct pg_statement ORGANIZATION = {.name = "organization_view",
                                                 .sql = "SELECT " ORGANIZATION_COLUMNS
                                                        "FROM organization o " ORGANIZATION_JOINS
                                                        "WHERE o.id = $4::uuid AND " VISIBLE};
static const struct pg_statement CHILDREN = {
    .name = "organization_children",
    .sql = "SELECT " ORGANIZATION_COLUMNS "FROM (SELECT * FROM organization o"
           "      WHERE o.parent_id = $4::uuid AND o.state = " SQL_ORGANIZATION_STATE_ACTIVE " AND " VISIBLE
           "      AND ($5::text IS NULL OR strpos(fold(o.name), fold($5::text)) > 0 OR strpos(lower(o.code), "
           "    lower($5::text)) > 0) "
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
    o->id = pg_get_bytes(ctx, r, row, 0);
    o->code = pg_get_text(ctx, r, row, 1);
    o->name = pg_get_text(ctx, r, row, 2);
    o->level = (Pb__Level)pg_get_int8(r, row, 3);
    o->has_parent_id = !pg_is_null(r, row, 4);
    if (o->has_parent_id)
        o->parent_id = pg_get_bytes(ctx, r, row, 4);
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
    o->state = (Pb__OrganizationState)pg_get_int8(r, row, 17);
    return o;
}

enum err organization_view_store_read(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
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

enum err organization_view_store_children(struct pg *pg, TALLOC_CTX *ctx, const struct directory_scope *scope,
                                          const struct uuid *parent, const struct name_page *page,
                                          struct organization_child **ret_children, size_t *ret_n)
{
    struct pg_args *args = with_scope(ctx, &CHILDREN, scope);
    struct pg_result *r;
    pg_add_uuid(args, parent);
    pg_add_text(args, page->q && *page->q ? page->q : NULL);
    name_page_add(args, page);
    enum err err = pg_run(pg, args, &r);
    if (err)
        return err;
    *ret_n = pg_rows(r);
    *ret_children = mem_array(ctx, struct organization_child, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_children)[i] = (struct organization_child){.item = read_organization(ctx, r, i),
                                                         .search_name = pg_get_text(ctx, r, i, 16)};
    return ERR_OK;
}
