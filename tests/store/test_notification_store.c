/* services/notification/store.h against a real PostgreSQL. SOTAY_TEST_PG: conninfo of a role that may create databases; each run makes its
 * own. A ward with branch 10B (secretary, member) and branch 4 (a member who was in 10B until time 1000). Items are issued at 500 and 2000. */
#include "common/mem.h"
#include "common/migrations.h"
#include "services/directory/migrations.h"
#include "services/notification/migrations.h"
#include "services/notification/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_MS = 5000, NOW = 5000, BEFORE_MOVE = 500, AFTER_MOVE = 2000 };

static char *database, *conninfo;
static struct pg *admin;

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

static const struct uuid WARD = {{0xc2}}, BRANCH_10B = {{0xb1}};
static const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, MOVED = {{0x53}}, OUTSIDER = {{0x54}};
static const int32_t MEMBERS[] = {PB__ROLE__ROLE_MEMBER}, HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
#define STILL "9223372036854775807"
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path) VALUES"
    " (" ID("c2") ", 1, 'W', 'Phường', 2, ARRAY[" ID(
        "c2") "]::uuid[]),"
              " (" ID("b1") ", 1, '10B', 'Chi bộ 10B', 3, ARRAY[" ID("c2") ", " ID(
                  "b1") "]::uuid[]),"
                        " (" ID("b4") ", 1, '4', 'Chi bộ 4', 3, ARRAY[" ID("c2") ", " ID(
                            "b4") "]::uuid[]),"
                                  " (" ID("b9") ", 1, '9', 'Chi bộ 9', 3, ARRAY[" ID(
                                      "b9") "]::uuid[]);"
                                            "INSERT INTO membership(member_id, branch_id, from_us, to_us) VALUES"
                                            " (" ID("51") ", " ID("b1") ", 0, " STILL "), (" ID("52") ", " ID(
                                                "b1") ", 0, " STILL "),"
                                                      " (" ID("53") ", " ID("b1") ", 0, 1000), (" ID("53") ", " ID(
                                                          "b4") ", 1000, " STILL
                                                                "), (" ID("54") ", " ID(
                                                                    "b9") ", 0, " STILL ");"
                                                                          "INSERT INTO directory_position(member_id, organization_id, "
                                                                          "role, from_us) VALUES (" ID("51") ", " ID(
                                                                              "b1") ", 2, 0);"
                                                                                    "INSERT INTO device(member_id, device_id, provider, "
                                                                                    "token, at_us, removed, dead) VALUES"
                                                                                    " (" ID(
                                                                                        "51") ", 'a', 0, 't51a', 1, false, false), "
                                                                                              "(" ID(
                                                                                                  "51") ", 'b', 3, 't51b', 1, false, "
                                                                                                        "false),"
                                                                                                        " (" ID(
                                                                                                            "52") ", 'a', 0, 't52a', "
                                                                                                                  "1, false, false), "
                                                                                                                  "(" ID(
                                                                                                                      "53") ", 'a', "
                                                                                                                            "0, "
                                                                                                                            "'t53a',"
                                                                                                                            " 1, "
                                                                                                                            "false, "
                                                                                                                            "false),"
                                                                                                                            " (" ID(
                                                                                                                                "52") ", "
                                                                                                                                      "'old"
                                                                                                                                      "', "
                                                                                                                                      "0, "
                                                                                                                                      "'t52"
                                                                                                                                      "o', "
                                                                                                                                      "1, "
                                                                                                                                      "true"
                                                                                                                                      ", "
                                                                                                                                      "fals"
                                                                                                                                      "e);";

static void must(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

static void must_all(struct pg *pg, const char *statements)
{
    char *copy = mem_text(NULL, statements), *rest = copy;
    for (char *sql; (sql = strsep(&rest, ";")) && *sql;)
        must(pg, sql);
    mem_free(copy);
}

static void flush(struct fixture *f)
{
    enum err err = pg_flush(f->pg);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
}

static int start(void **state)
{
    (void)state;
    const char *server = getenv("SOTAY_TEST_PG");
    if (!server) {
        print_error("SOTAY_TEST_PG is not set\n");
        return 1;
    }
    admin = pg_new(NULL, server, NULL, 20000);
    database = mem_printf(admin, "sotay_test_notification_%d", (int)getpid());
    conninfo = mem_printf(admin, "%s dbname=%s", server, database);
    must(admin, mem_printf(admin, "CREATE DATABASE %s", database));
    struct pg *pg = pg_new(admin, conninfo, NULL, DEADLINE_MS);
    assert_int_equal(pg_migrate(pg, common_migrations, common_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, directory_migrations, directory_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, notification_migrations, notification_n_migrations), ERR_OK);
    mem_free(pg);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    must(admin, mem_printf(admin, "DROP DATABASE %s WITH (FORCE)", database));
    mem_free(admin);
    return 0;
}

static int each_start(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->pg = pg_new(f, conninfo, NULL, DEADLINE_MS);
    must(f->pg, "TRUNCATE directory_organization, directory_member, directory_position, membership, device, inbox_item, inbox_read, "
                "inbox_read_up_to,"
                " push, push_shard, push_delivery, push_count, provider_account");
    must_all(f->pg, CITY_ROWS);
    *state = f;
    return 0;
}

static int each_stop(void **state)
{
    mem_free(*state);
    return 0;
}

/* --- items ------------------------------------------------------------------------------------------------------------------------ */

static struct notification item_of(uint8_t id, int64_t created_at_us, const struct audience *audience)
{
    return (struct notification){.id = {{id}},
                                 .organization = BRANCH_10B,
                                 .kind = PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED,
                                 .subject_type = PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT,
                                 .subject = {{0xd0, id}},
                                 .title = "Nghị quyết",
                                 .body = "Mới",
                                 .classification = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
                                 .audience = *audience,
                                 .created_at_us = created_at_us,
                                 .pushes = true,
                                 .expires_at_us = 1000000};
}

static const struct audience TO_10B = {.organizations = &BRANCH_10B, .n_organizations = 1, .roles = MEMBERS, .n_roles = 1};
static const struct audience TO_WARD_BELOW = {.organizations = &WARD, .n_organizations = 1, .subtree = true};
static const struct audience TO_WARD = {.organizations = &WARD, .n_organizations = 1};
static const struct audience TO_HEADS = {.organizations = &BRANCH_10B, .n_organizations = 1, .roles = HEADS, .n_roles = 2};
static const struct audience TO_ONE = {.members = &MEMBER, .n_members = 1};

static void keep(struct fixture *f, uint8_t id, int64_t created_at_us, const struct audience *audience)
{
    struct notification item = item_of(id, created_at_us, audience);
    store_queue_item(f->ctx, f->pg, &item);
    flush(f);
}

static size_t inbox_size(struct fixture *f, const struct uuid *reader)
{
    const struct inbox_filter all = {.limit = 100};
    struct pg_result *rows = store_queue_inbox(f->ctx, f->pg, reader, NOW, &all);
    flush(f);
    return pg_rows(rows);
}

static int64_t unread(struct fixture *f, const struct uuid *reader)
{
    struct pg_result *rows = store_queue_unread_count(f->ctx, f->pg, reader, NOW);
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static int64_t reach(struct fixture *f, int64_t created_at_us, const struct audience *audience)
{
    struct notification item = item_of(1, created_at_us, audience);
    struct pg_result *rows = store_queue_recipients(f->ctx, f->pg, &item);
    flush(f);
    return pg_get_int8(rows, 0, 0);
}

static void test_an_audience_is_who_belonged_then_and_belongs_now(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    keep(f, 2, AFTER_MOVE, &TO_10B);
    assert_int_equal(inbox_size(f, &SECRETARY), 2);
    assert_int_equal(inbox_size(f, &MEMBER), 2);
    assert_int_equal(inbox_size(f, &MOVED), 0); /* he no longer sees what is 10B's */
    assert_int_equal(inbox_size(f, &OUTSIDER), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_10B), 3); /* when it was issued */
    assert_int_equal(reach(f, AFTER_MOVE, &TO_10B), 2);
}

static void test_a_subtree_reaches_those_below_and_without_it_nobody_does(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_WARD_BELOW);
    keep(f, 2, BEFORE_MOVE, &TO_WARD);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 1);
    assert_int_equal(inbox_size(f, &OUTSIDER), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD_BELOW), 3);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_WARD), 0);
}

static void test_roles_and_names_narrow_an_audience(void **state)
{
    struct fixture *f = *state;
    keep(f, 1, BEFORE_MOVE, &TO_HEADS);
    keep(f, 2, BEFORE_MOVE, &TO_ONE);
    assert_int_equal(inbox_size(f, &SECRETARY), 1);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 0);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_HEADS), 1);
    assert_int_equal(reach(f, BEFORE_MOVE, &TO_ONE), 1);
}

static void test_one_named_who_left_the_organisation_no_longer_sees_it(void **state)
{
    struct fixture *f = *state;
    const struct uuid named[] = {MEMBER, MOVED};
    const struct audience within = {.members = named, .n_members = 2, .has_within = true, .within = BRANCH_10B};
    keep(f, 1, BEFORE_MOVE, &within);
    assert_int_equal(inbox_size(f, &MEMBER), 1);
    assert_int_equal(inbox_size(f, &MOVED), 0);
    assert_int_equal(reach(f, AFTER_MOVE, &within), 1);
}

static void test_a_withdrawn_subject_leaves_every_inbox(void **state)
{
    struct fixture *f = *state;
    const struct uuid subject = {{0xd0, 1}};
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    store_queue_withdrawal(f->ctx, f->pg, &subject, NOW);
    flush(f);
    assert_int_equal(inbox_size(f, &MEMBER), 0);
    assert_int_equal(unread(f, &MEMBER), 0);
}

/* --- reading ---------------------------------------------------------------------------------------------------------------------- */

static void read_it(struct fixture *f, uint8_t id, int64_t created_at_us, bool up_to)
{
    const struct store_read read = {
        .member = MEMBER, .place = {.created_at_us = created_at_us, .item = {{id}}}, .up_to = up_to, .at_us = NOW};
    const struct store_read *const reads[] = {&read};
    store_queue_reads(f->ctx, f->pg, reads, 1);
    flush(f);
}

static void test_what_was_read_is_no_longer_counted(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 4; id++)
        keep(f, id, BEFORE_MOVE + id, &TO_10B);
    assert_int_equal(unread(f, &MEMBER), 4);
    read_it(f, 4, BEFORE_MOVE + 4, false);
    assert_int_equal(unread(f, &MEMBER), 3);
    read_it(f, 2, BEFORE_MOVE + 2, true);
    assert_int_equal(unread(f, &MEMBER), 1);
    assert_int_equal(unread(f, &SECRETARY), 4);
    const struct inbox_filter unread_only = {.unread_only = true, .limit = 100};
    struct pg_result *rows = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &unread_only);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_get_uuid(rows, 0, 0).bytes[0], 3);
}

static void test_a_batch_loads_the_same_unread_items_and_sees_no_other_pair(void **state)
{
    struct fixture *f = *state;
    const struct uuid item = {{1}}, members[] = {MEMBER, OUTSIDER};
    keep(f, 1, BEFORE_MOVE, &TO_10B);
    struct pg_result *rows = store_queue_unread(f->ctx, f->pg, members, 2, NOW);
    struct pg_args *pairs = store_pairs(f->ctx);
    store_add_pair(pairs, &MEMBER, &item, NOW);
    store_add_pair(pairs, &OUTSIDER, &item, NOW);
    struct pg_result *seen = pg_queue(f->pg, pairs);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_rows(seen), 1);
    struct uuid seer = pg_get_uuid(seen, 0, 0);
    assert_true(uuid_equal(&seer, &MEMBER));
}

static void test_pages_go_from_the_newest_to_the_oldest(void **state)
{
    struct fixture *f = *state;
    for (uint8_t id = 1; id <= 3; id++)
        keep(f, id, BEFORE_MOVE, &TO_10B); /* the same moment: by id */
    struct inbox_filter page = {.limit = 2};
    struct pg_result *first = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &page);
    flush(f);
    assert_int_equal(pg_rows(first), 2);
    assert_int_equal(pg_get_uuid(first, 0, 0).bytes[0], 3);
    page.has_before = true;
    page.before = (struct inbox_place){pg_get_int8(first, 1, 6), pg_get_uuid(first, 1, 0)};
    struct pg_result *second = store_queue_inbox(f->ctx, f->pg, &MEMBER, NOW, &page);
    flush(f);
    assert_int_equal(pg_rows(second), 1);
    assert_int_equal(pg_get_uuid(second, 0, 0).bytes[0], 1);
}

/* --- pushes ----------------------------------------------------------------------------------------------------------------------- */

static bool claim(struct fixture *f, const char *owner, int64_t now_us, struct push_shard *ret_shard)
{
    struct pg_result *rows = store_queue_claim(f->ctx, f->pg, owner, now_us);
    flush(f);
    if (pg_rows(rows) == 0)
        return false;
    store_read_claim(f->ctx, rows, ret_shard);
    struct pg_result *item = store_queue_claimed(f->ctx, f->pg, &ret_shard->notification);
    flush(f);
    assert_int_equal(pg_rows(item), 1);
    store_read_claimed(f->ctx, item, ret_shard);
    return true;
}

static void push(struct fixture *f, const struct audience *audience, int64_t recipients)
{
    struct notification item = item_of(1, AFTER_MOVE, audience);
    store_queue_item(f->ctx, f->pg, &item);
    store_queue_push(f->ctx, f->pg, &item, recipients);
    flush(f);
}

static void record(struct fixture *f, struct push_shard *shard, struct push_target *targets, size_t n, bool again)
{
    store_queue_results(f->ctx, f->pg, &shard->notification, targets, n, NOW, again);
    if (!again) {
        struct pg_result *moved = store_queue_cursor(f->ctx, f->pg, shard, "one", true);
        flush(f);
        assert_int_equal(pg_affected(moved), 1);
    }
    store_queue_settle(f->ctx, f->pg, &shard->notification, NOW);
    flush(f);
}

static bool is_settled(struct fixture *f)
{
    struct pg_result *rows = store_queue_delivery(f->ctx, f->pg, &(struct uuid){{1}});
    flush(f);
    return !pg_is_null(rows, 0, 2);
}

static void test_a_shard_has_the_live_devices_of_its_audience_once(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    assert_false(claim(f, "two", NOW, &(struct push_shard){0}));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 2);
    flush(f);
    struct push_target *targets = store_read_targets(f->ctx, rows);
    assert_int_equal(pg_rows(rows), 2);
    assert_string_equal(targets[0].token, "t51a");
    assert_string_equal(targets[1].token, "t51b");
    shard.cursor_member = targets[1].member;
    shard.cursor_device = targets[1].device_id;
    rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 2);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    assert_string_equal(store_read_targets(f->ctx, rows)[0].token, "t52a");
}

/* The two ways to find devices, from the audience and from the devices, say the same. */
static void test_one_shard_of_many_finds_the_same_devices(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *whole = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    shard.has_to = true;
    shard.to = OUTSIDER;
    struct pg_result *between = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    shard.to = MEMBER;
    struct pg_result *below = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    assert_int_equal(pg_rows(whole), 3);
    assert_int_equal(pg_rows(between), 3);
    assert_int_equal(pg_rows(below), 2);
}

static void test_a_mass_push_waits_a_minute_and_is_split(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_WARD_BELOW, 12000);
    assert_false(claim(f, "one", AFTER_MOVE + 59 * 1000000, &shard));
    assert_true(claim(f, "one", AFTER_MOVE + 60 * 1000000, &shard));
    assert_true(shard.has_to);
    store_queue_withdrawal(f->ctx, f->pg, &(struct uuid){{0xd0, 1}}, NOW);
    flush(f);
    assert_false(claim(f, "one", AFTER_MOVE + 60 * 1000000, &shard)); /* withdrawn: no phone rings */
    assert_true(is_settled(f));
}

static void test_results_are_counted_once_and_settle_the_push(void **state)
{
    struct fixture *f = *state;
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    struct push_target *targets = store_read_targets(f->ctx, rows);
    assert_int_equal(pg_rows(rows), 3);
    targets[0].result = push_result_of_fcm(200, "", 0);
    targets[1].result = push_result_of_fcm(404, "UNREGISTERED", 0);
    targets[2].result = push_result_of_fcm(503, "UNAVAILABLE", 0);
    targets[2].next_at_us = NOW + 10;
    record(f, &shard, targets, 3, false);
    assert_false(is_settled(f));
    rows = store_queue_again(f->ctx, f->pg, &shard.notification, NOW + 20, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 1);
    targets = store_read_targets(f->ctx, rows);
    assert_int_equal(targets[0].attempts, 1);
    assert_true(targets[0].is_addressed);
    targets[0].result = push_result_of_fcm(200, "", 0);
    record(f, &shard, targets, 1, true);
    assert_true(is_settled(f));
    struct pg_result *counts = store_queue_counts(f->ctx, f->pg, &shard.notification);
    flush(f);
    assert_int_equal(pg_rows(counts), 2);
    assert_int_equal(pg_get_int8(counts, 0, 0), PUSH_DELIVERED);
    assert_int_equal(pg_get_int8(counts, 0, 2), 2);
    assert_int_equal(pg_get_int8(counts, 1, 0), PUSH_DEAD);
    rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10); /* the unregistered token is gone */
    flush(f);
    assert_int_equal(pg_rows(rows), 2);
}

static void test_one_sender_holds_an_account(void **state)
{
    struct fixture *f = *state;
    struct pg_result *one = store_queue_account(f->ctx, f->pg, "fcm", "one"), *two = store_queue_account(f->ctx, f->pg, "fcm", "two");
    flush(f);
    assert_int_equal(pg_rows(one), 1);
    assert_int_equal(pg_rows(two), 0);
    store_queue_account_release(f->ctx, f->pg, "fcm", "one");
    two = store_queue_account(f->ctx, f->pg, "fcm", "two");
    flush(f);
    assert_int_equal(pg_rows(two), 1);
}

/* --- devices ---------------------------------------------------------------------------------------------------------------------- */

static void test_the_newest_word_about_a_device_wins(void **state)
{
    struct fixture *f = *state;
    const struct store_device newer = {.member = OUTSIDER, .device_id = "a", .token = "t51a", .at_us = 20}; /* the secretary's old phone */
    const struct store_device older = {.member = OUTSIDER, .device_id = "a", .token = "old", .at_us = 10};
    const struct store_device *const first[] = {&newer}, *const second[] = {&older};
    store_queue_devices(f->ctx, f->pg, first, 1);
    flush(f);
    store_queue_devices(f->ctx, f->pg, second, 1);
    flush(f);
    struct push_shard shard;
    push(f, &TO_10B, 2);
    assert_true(claim(f, "one", NOW, &shard));
    struct pg_result *rows = store_queue_targets(f->ctx, f->pg, &shard, NOW, 10);
    flush(f);
    assert_int_equal(pg_rows(rows), 2); /* it rings for its new owner only */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_audience_is_who_belonged_then_and_belongs_now, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_a_subtree_reaches_those_below_and_without_it_nobody_does, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_roles_and_names_narrow_an_audience, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_one_named_who_left_the_organisation_no_longer_sees_it, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_a_withdrawn_subject_leaves_every_inbox, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_what_was_read_is_no_longer_counted, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_a_batch_loads_the_same_unread_items_and_sees_no_other_pair, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_pages_go_from_the_newest_to_the_oldest, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_a_shard_has_the_live_devices_of_its_audience_once, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_one_shard_of_many_finds_the_same_devices, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_a_mass_push_waits_a_minute_and_is_split, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_results_are_counted_once_and_settle_the_push, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_one_sender_holds_an_account, each_start, each_stop),
        cmocka_unit_test_setup_teardown(test_the_newest_word_about_a_device_wins, each_start, each_stop),
    };
    return cmocka_run_group_tests_name("notification store", tests, start, stop);
}
