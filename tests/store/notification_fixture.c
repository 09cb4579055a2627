#include "notification_fixture.h"

#include "common/base/mem.h"
#include "common/loop/migrations.h"
#include "services/directory/migrations.h"
#include "services/notification/migrations.h"
#include "services/notification/push/delivery_store.h"
#include "sotay/v1/auth.pb-c.h"

const struct uuid WARD = {{0xc2}}, BRANCH_10B = {{0xb1}};
const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, MOVED = {{0x53}}, OUTSIDER = {{0x54}};
static const int32_t MEMBERS[] = {PB__ROLE__ROLE_MEMBER},
                     HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};

const struct address TO_10B = {
    .audience = {.organizations = &BRANCH_10B, .n_organizations = 1, .roles = MEMBERS, .n_roles = 1}};
const struct address TO_WARD_BELOW = {.audience = {.organizations = &WARD, .n_organizations = 1, .subtree = true}};
const struct address TO_WARD = {.audience = {.organizations = &WARD, .n_organizations = 1}};
const struct address TO_HEADS = {
    .audience = {.organizations = &BRANCH_10B, .n_organizations = 1, .roles = HEADS, .n_roles = 2}};
static const int32_t FCM_DEVICES[] = {PB__PROVIDER__PROVIDER_FCM, PB__PROVIDER__PROVIDER_SIM};
const struct push_account FCM = {.name = "fcm", .owner = "one", .devices = FCM_DEVICES, .n_devices = 2};

const struct address TO_ONE = {.audience = {.members = &MEMBER, .n_members = 1}};

/* id('c2') is the id that begins with this byte; see fixture_fill. */
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path) VALUES"
    " (id('c2'), 1, 'W', 'Phường', 2, ARRAY[id('c2')]),"
    " (id('b1'), 1, '10B', 'Chi bộ 10B', 3, ARRAY[id('c2'), id('b1')]),"
    " (id('b4'), 1, '4', 'Chi bộ 4', 3, ARRAY[id('c2'), id('b4')]),"
    " (id('b9'), 1, '9', 'Chi bộ 9', 3, ARRAY[id('b9')]);"
    "INSERT INTO membership(member_id, branch_id, from_us, to_us) VALUES"
    " (id('51'), id('b1'), 0, 9223372036854775807), (id('52'), id('b1'), 0, 9223372036854775807),"
    " (id('53'), id('b1'), 0, 1000), (id('53'), id('b4'), 1000, 9223372036854775807),"
    " (id('54'), id('b9'), 0, 9223372036854775807);"
    "INSERT INTO directory_position(member_id, organization_id, role, from_us) VALUES (id('51'), id('b1'), 2, 0);"
    "INSERT INTO provider_account(name) VALUES ('fcm');"
    "INSERT INTO device(member_id, device_id, provider, token, at_us, removed, dead) VALUES"
    " (id('51'), 'a', 0, 't51a', 1, false, false), (id('51'), 'b', 3, 't51b', 1, false, false),"
    " (id('52'), 'a', 0, 't52a', 1, false, false), (id('53'), 'a', 0, 't53a', 1, false, false),"
    " (id('52'), 'old', 0, 't52o', 1, true, false);";

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, directory);
    MUST_MIGRATE(pg, notification);
    must(pg, "CREATE FUNCTION id(text) RETURNS uuid LANGUAGE sql AS $$SELECT rpad($1, 32, '0')::uuid$$");
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE directory_organization, directory_member, directory_position, membership, device, inbox_item,"
             " inbox_read, inbox_read_up_to, push, push_shard, push_delivery, push_count, provider_account, digest,"
             " subject, restoration, preference");
    must_all(pg, CITY_ROWS);
}

void flush(struct fixture *f)
{
    must_flush(f->pg);
}

struct notification item_of(uint8_t id, int64_t created_at_us, const struct address *to)
{
    return (struct notification){.id = {{id}},
                                 .organization = BRANCH_10B,
                                 .kind = PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED,
                                 .subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT,
                                 .subject = {{0xd0, id}},
                                 .title = "Nghị quyết",
                                 .body = "Mới",
                                 .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                                 .to = *to,
                                 .created_at_us = created_at_us,
                                 .pushes = true,
                                 .expires_at_us = 1000000};
}

struct subject subject_of(uint8_t id, const struct address *to)
{
    return (struct subject){
        .id = {{0xd0, id}}, .version = 2, .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, .to = *to};
}

void keep_subject(struct fixture *f, const struct subject *subject)
{
    struct item_rows *rows = item_store_rows(f->ctx);
    item_store_add_subject(rows, subject);
    item_store_queue(rows, f->pg);
    flush(f);
}

void keep(struct fixture *f, const struct item *item)
{
    struct item_rows *rows = item_store_rows(f->ctx);
    item_store_add(rows, item);
    item_store_queue(rows, f->pg);
    flush(f);
}

bool is_settled(struct fixture *f, uint8_t id)
{
    struct pg_result *rows = delivery_store_push(f->ctx, f->pg, &(struct uuid){{id}});
    flush(f);
    return !pg_is_null(rows, 0, 2);
}

int64_t counted(struct fixture *f, uint8_t id, enum push_status status)
{
    int64_t n = 0;
    struct pg_result *counts = delivery_store_counts(f->ctx, f->pg, &(struct uuid){{id}});
    flush(f);
    for (size_t row = 0; row < pg_rows(counts); row++)
        n += pg_get_int8(counts, row, 0) == (int64_t)status ? pg_get_int8(counts, row, 2) : 0;
    return n;
}
