#include "services/auth/audit/audit_store.h"

#include "common/base/mem.h"
#include <string.h>

/* Number and hashes are the trigger's. What has no place of its own has its member's branch, or the root. */
static const struct pg_statement ADD = {
    .name = "audit_add",
    .each = true,
    .sql = "INSERT INTO audit (at_us, actor_id, action, subject_type, subject_id, organization_id, message_id)"
           " SELECT u.at_us, u.actor, u.action, u.type, u.subject,"
           "    coalesce(u.organization, m.branch_id, (SELECT id FROM organization WHERE parent_id IS NULL)), u.message"
           " FROM unnest($1::int8[], $2::uuid[], $3::int4[], $4::int4[], $5::uuid[], $6::uuid[], $7::uuid[])"
           "    WITH ORDINALITY u(at_us, actor, action, type, subject, organization, message, place)"
           " LEFT JOIN member m ON m.id = u.subject ORDER BY u.place"};
static const struct pg_statement NEXT = {
    .name = "audit_next",
    .sql = "SELECT number, at_us, actor_id, action, subject_type, subject_id, organization_id, message_id,"
           "    previous_hash, hash FROM audit WHERE number > $1::int8 ORDER BY number LIMIT $2::int4"};
/* Newest first behind $2, of organisations within $1. */
#define ENTRY                                                                                            \
    "SELECT a.number, a.at_us, a.actor_id, m.full_name, a.action, a.subject_type, a.subject_id, a.hash," \
    "    a.previous_hash FROM "
#define ACTORS " LEFT JOIN member m ON m.id = a.actor_id "
#define IS_MEANT                                                         \
    "a.number < $2::int8 AND a.at_us >= $3::int8 AND a.at_us < $4::int8" \
    " AND ($5::uuid IS NULL OR a.actor_id = $5::uuid) AND ($6::uuid IS NULL OR a.subject_id = $6::uuid) "
#define NEWEST "ORDER BY a.number DESC LIMIT $7::int4"
#define IS_WITHIN "EXISTS (SELECT FROM organization o WHERE o.id = a.organization_id AND o.path && $1::uuid[]) AND "

/* A statement for each plan: where everything is within, the end of the chain; else so many of each organisation's end,
 * since a ward's rows lie far apart in it; and what one person did, or what was done to one, by its index. */
static const struct pg_statement LIST_ALL = {
    .name = "audit_list_all", .sql = ENTRY "audit a" ACTORS "WHERE $1::uuid[] IS NOT NULL AND " IS_MEANT NEWEST};
static const struct pg_statement LIST_WITHIN = {
    .name = "audit_list_within",
    .sql = ENTRY "(SELECT o.id FROM organization o WHERE o.path && $1::uuid[]) o CROSS JOIN LATERAL"
                 " (SELECT * FROM audit a WHERE a.organization_id = o.id AND " IS_MEANT NEWEST ") a" ACTORS NEWEST};
static const struct pg_statement LIST_ACTOR = {
    .name = "audit_list_actor",
    .sql = ENTRY "audit a" ACTORS "WHERE a.actor_id = $5::uuid AND " IS_WITHIN IS_MEANT NEWEST};
static const struct pg_statement LIST_SUBJECT = {
    .name = "audit_list_subject",
    .sql = ENTRY "audit a" ACTORS "WHERE a.subject_id = $6::uuid AND " IS_WITHIN IS_MEANT NEWEST};
static const struct pg_statement HAS_ALL = {
    .name = "audit_has_all", .sql = "SELECT FROM organization WHERE parent_id IS NULL AND id = ANY($1::uuid[])"};

struct pg_args *audit_store_add(TALLOC_CTX *ctx)
{
    return pg_args(ctx, &ADD);
}

void audit_store_add_row(struct pg_args *args, const struct audit *audit)
{
    pg_add_int8(args, audit->at_us);
    pg_add_uuid_or_null(args, &audit->actor);
    pg_add_int4(args, (int32_t)audit->action);
    pg_add_int4(args, (int32_t)audit->subject_type);
    pg_add_uuid(args, &audit->subject);
    pg_add_uuid_or_null(args, &audit->organization);
    pg_add_uuid(args, &audit->message);
}

/* --- the chain ---------------------------------------------------------------------------------------------------- */

/* Of another length: zeroes, which are nobody's hash. */
static void read_hash(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, uint8_t *ret_hash)
{
    ProtobufCBinaryData bytes = pg_get_bytes(ctx, rows, row, column);
    if (bytes.len == AUDIT_HASH_BYTES)
        memcpy(ret_hash, bytes.data, AUDIT_HASH_BYTES);
}

static void read_link(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct audit_link *ret_link)
{
    *ret_link = (struct audit_link){
        .number = pg_get_int8(rows, row, 0),
        .is = {.at_us = pg_get_int8(rows, row, 1),
               .actor = pg_get_uuid(rows, row, 2),
               .action = (Pb__AuditAction)pg_get_int8(rows, row, 3),
               .subject_type = (Pb__AuditSubject__Type)pg_get_int8(rows, row, 4),
               .subject = pg_get_uuid(rows, row, 5),
               .organization = pg_get_uuid(rows, row, 6),
               .message = pg_get_uuid(rows, row, 7)},
    };
    read_hash(ctx, rows, row, 8, ret_link->previous);
    read_hash(ctx, rows, row, 9, ret_link->hash);
}

enum err audit_store_next(struct pg *pg, TALLOC_CTX *ctx, int64_t after, int limit, struct audit_link **ret_links,
                          size_t *ret_n)
{
    struct pg_args *args = pg_args(ctx, &NEXT);
    struct pg_result *rows;
    pg_add_int8(args, after);
    pg_add_int4(args, limit);
    enum err err = pg_run(pg, args, &rows);
    if (err)
        return err;
    *ret_n = pg_rows(rows);
    *ret_links = mem_array(ctx, struct audit_link, *ret_n + 1);
    for (size_t row = 0; row < *ret_n; row++)
        read_link(ctx, rows, row, &(*ret_links)[row]);
    return ERR_OK;
}

/* --- what is shown ------------------------------------------------------------------------------------------------ */

static enum err choose(struct pg *pg, TALLOC_CTX *ctx, const struct audit_filter *filter,
                       const struct pg_statement **ret_statement)
{
    bool has_subject = !uuid_is_zero(&filter->subject), has_actor = !uuid_is_zero(&filter->actor);
    struct pg_args *args = pg_args(ctx, &HAS_ALL);
    struct pg_result *rows;
    pg_add_uuids(args, filter->admins, filter->n_admins);
    enum err err = pg_run(pg, args, &rows);
    if (!err)
        *ret_statement = has_subject         ? &LIST_SUBJECT
                         : has_actor         ? &LIST_ACTOR
                         : pg_rows(rows) > 0 ? &LIST_ALL
                                             : &LIST_WITHIN;
    return err;
}

static struct pg_args *list_args(TALLOC_CTX *ctx, const struct pg_statement *statement,
                                 const struct audit_filter *filter)
{
    struct pg_args *args = pg_args(ctx, statement);
    pg_add_uuids(args, filter->admins, filter->n_admins);
    pg_add_int8(args, filter->before);
    pg_add_int8(args, filter->from_us);
    pg_add_int8(args, filter->to_us);
    pg_add_uuid_or_null(args, &filter->actor);
    pg_add_uuid_or_null(args, &filter->subject);
    pg_add_int4(args, filter->limit);
    return args;
}

static Pb__Person *read_actor(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    if (pg_is_null(rows, row, 3))
        return NULL;
    Pb__Person *actor = mem_new(ctx, Pb__Person);
    pb__person__init(actor);
    actor->id = pg_get_bytes(ctx, rows, row, 2);
    actor->full_name = pg_get_text(ctx, rows, row, 3);
    return actor;
}

static Pb__AuditEntry *read_entry(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    Pb__AuditEntry *entry = mem_new(ctx, Pb__AuditEntry);
    pb__audit_entry__init(entry);
    entry->subject = mem_new(ctx, Pb__AuditSubject);
    pb__audit_subject__init(entry->subject);
    entry->at_us = pg_get_int8(rows, row, 1);
    entry->actor = read_actor(ctx, rows, row);
    entry->action = (Pb__AuditAction)pg_get_int8(rows, row, 4);
    entry->subject->type = (Pb__AuditSubject__Type)pg_get_int8(rows, row, 5);
    entry->subject->id = pg_get_bytes(ctx, rows, row, 6);
    entry->hash = pg_get_bytes(ctx, rows, row, 7);
    entry->previous_hash = pg_get_bytes(ctx, rows, row, 8);
    return entry;
}

enum err audit_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct audit_filter *filter,
                          struct audit_page *ret_page)
{
    const struct pg_statement *statement;
    struct pg_result *rows;
    enum err err = choose(pg, ctx, filter, &statement);
    if (!err)
        err = pg_run(pg, list_args(ctx, statement, filter), &rows);
    if (err)
        return err;
    *ret_page = (struct audit_page){.n = pg_rows(rows)};
    ret_page->items = mem_array(ctx, Pb__AuditEntry *, ret_page->n + 1);
    ret_page->numbers = mem_array(ctx, int64_t, ret_page->n + 1);
    for (size_t row = 0; row < ret_page->n; row++) {
        ret_page->items[row] = read_entry(ctx, rows, row);
        ret_page->numbers[row] = pg_get_int8(rows, row, 0);
    }
    return ERR_OK;
}
