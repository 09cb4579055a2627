/* Commands about organisations against a real PostgreSQL: who may, what becomes of the rows, and that counts are what a
 * recount says. Beside what auth_fixture.c says there are two wards, two branches of the first, and people of these. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/auth/member/member.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/tree/tree_commands.h"
#include "services/auth/tree/tree_set.h"
#include "sotay/v1/auth.pb-c.h"

#include <stdlib.h>
#include <string.h>

static const struct loop_part *const PARTS[] = {&TREE_BIRTHS_PART, &MEMBERSHIP_PART, &TREE_PART, &TREE_COMMANDS_PART};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
static const struct uuid WARD = {{0xc2}}, OTHER_WARD = {{0xc3}}, BRANCH = {{0xb1}}, OTHER_BRANCH = {{0xb2}};
static const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, RECEIVER = {{0x53}}, DEPUTY = {{0x54}};

/* A row a line. */
/* clang-format off */
static const char PEOPLE[] =
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.code, u.name, 2, r.id, ARRAY[r.id, u.id], 1 FROM organization r, (VALUES"
    " (" ID("c2") "::uuid, 'W', 'Phường'), (" ID("c3") "::uuid, 'V', 'Phường khác')) u(id, code, name);"
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.code, u.name, 3, w.id, w.path || u.id, 1 FROM organization w, (VALUES"
    " (" ID("b1") "::uuid, 'B1', 'Chi bộ 1'),"
    " (" ID("b2") "::uuid, 'B2', 'Chi bộ 2')) u(id, code, name) WHERE w.code = 'W';"
    "INSERT INTO member(id, version, card_number, full_name, search_name, branch_id, status, exempt, since_us,"
    "    changed_at_us) SELECT id, 1, card, name, fold(name), branch, 0, false, 1, 1 FROM (VALUES"
    " (" ID("51") "::uuid, 'C1', 'Bí Thư', " ID("b1") "::uuid),"
    " (" ID("52") "::uuid, 'C2', 'Đảng Viên', " ID("b1") "::uuid),"
    " (" ID("53") "::uuid, 'C3', 'Người Nhận', " ID("b2") "::uuid),"
    " (" ID("54") "::uuid, 'C4', 'Phó', " ID("b1") "::uuid)) u(id, card, name, branch);"
    "INSERT INTO member_position(member_id, organization_id, role, from_us) VALUES"
    " (" ID("51") ", " ID("b1") ", 2, 1), (" ID("53") ", " ID("b2") ", 2, 1), (" ID("54") ", " ID("b1") ", 1, 1);";
/* clang-format on */

static const struct uuid *admin_id(void)
{
    static struct uuid id;
    id = member_id_of("00");
    return &id;
}

/* One batch of one command; what its handler returned. A refusal has changed nothing; `slot` holds its fields. */
static enum err say(struct fixture *f, struct loop_slot *slot, const struct uuid *actor, const struct uuid *aggregate,
                    const ProtobufCMessage *body)
{
    static const struct kafka_record RECORD = {.topic = TOPIC_AUTH_COMMANDS};
    static int64_t now_us = 1000000;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    *slot = (struct loop_slot){.record = &RECORD};
    slot->message = (struct loop_message){.topic = TOPIC_AUTH_COMMANDS,
                                          .id = {{0x70, (uint8_t)++now_us}},
                                          .aggregate = *aggregate,
                                          .actor = *actor,
                                          .has_actor = true,
                                          .now_us = now_us,
                                          .body = body,
                                          .batch = loop_batch_new(f->ctx, PARTS, ARRAY_LENGTH(PARTS), 0),
                                          .ctx = f->ctx};
    assert_int_equal(
        loop_find_handlers(PARTS, ARRAY_LENGTH(PARTS), TOPIC_AUTH_COMMANDS, body->descriptor->short_name, handlers), 1);
    assert_int_equal(handlers[0]->want(&slot->message), ERR_OK);
    parts_load(f->pg, slot->message.batch);
    enum err err = handlers[0]->apply(&slot->message);
    enum err written = parts_write(f->pg, slot->message.batch);
    if (written)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(written, ERR_OK);
    return err;
}

static int64_t number(struct fixture *f, const char *sql)
{
    static int n;
    struct pg_result *result;
    struct pg_statement *statement = mem_new(f->ctx, struct pg_statement); /* a connection knows it by its address */
    *statement = (struct pg_statement){.name = mem_printf(f->ctx, "number%d", ++n), .sql = sql};
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, statement), &result), ERR_OK);
    return pg_rows(result) ? pg_get_int8(result, 0, 0) : -1;
}

/* How many organisations are counted otherwise than a recount says. */
static int64_t miscounted(struct fixture *f)
{
    return number(f,
                  "SELECT count(*) FROM organization o LEFT JOIN organization_count c ON c.organization_id = o.id"
                  " CROSS JOIN LATERAL (SELECT count(m.id) AS members, count(m.id) FILTER (WHERE m.exempt) AS exempt,"
                  "     count(m.id) FILTER (WHERE m.status < 2 AND NOT m.exempt) AS base,"
                  "     count(m.id) FILTER (WHERE d.id = o.id) AS own,"
                  "     count(DISTINCT d.id) FILTER (WHERE d.level = 3 AND d.state = 0) AS branches"
                  "   FROM organization d LEFT JOIN member m ON m.branch_id = d.id AND m.status <> 3"
                  "   WHERE o.id = ANY(d.path)) r"
                  " WHERE (r.members, r.exempt, r.base, r.own, r.branches) IS DISTINCT FROM"
                  "   (c.all_members, c.all_exempt, c.all_attendance_base, c.members, c.all_branches)");
}

/* --- PATCH -------------------------------------------------------------------------------------------------------- */

static Pb__EditOrganization edit_of(struct fixture *f, const struct uuid *organization)
{
    Pb__EditOrganization body = PB__EDIT_ORGANIZATION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, organization);
    return body;
}

static void test_a_deputy_sets_the_rhythm_once_and_nothing_else(void **state)
{
    static uint32_t named[] = {FIELD_EDIT_ORGANIZATION_MEETING_DAY, FIELD_EDIT_ORGANIZATION_CONTACT_MEMBER_ID};
    struct fixture *f = *state;
    struct loop_slot slot;
    Pb__EditOrganization body = edit_of(f, &BRANCH);
    body.has_meeting_day = body.has_contact_member_id = true;
    body.meeting_day = 4;
    body.contact_member_id = uuid_to_pb(f->ctx, &MEMBER);
    body.named_fields = named;
    body.n_named_fields = ARRAY_LENGTH(named);
    assert_int_equal(say(f, &slot, &DEPUTY, &BRANCH, &body.base), ERR_OK);
    assert_int_equal(say(f, &slot, &DEPUTY, &BRANCH, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT version * 100 + meeting_day FROM organization WHERE code = 'B1'"
                               " AND contact_member_id = " ID("52")),
                     204);
    body.contact_member_id = uuid_to_pb(f->ctx, &RECEIVER);
    assert_int_equal(say(f, &slot, &DEPUTY, &BRANCH, &body.base), ERR_INVALID);
    body = edit_of(f, &BRANCH);
    body.name = mem_text(f->ctx, "Chi bộ mới");
    assert_int_equal(say(f, &slot, &DEPUTY, &BRANCH, &body.base), ERR_NOT_ALLOWED);
    assert_int_equal(say(f, &slot, &MEMBER, &BRANCH, &body.base), ERR_NOT_ALLOWED);
    assert_int_equal(say(f, &slot, &RECEIVER, &BRANCH, &body.base), ERR_NOT_FOUND);
}

static void test_siblings_have_names_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct loop_slot slot;
    Pb__EditOrganization body = edit_of(f, &BRANCH);
    body.name = mem_text(f->ctx, " Chi bộ 2 ");
    assert_int_equal(say(f, &slot, admin_id(), &BRANCH, &body.base), ERR_INVALID);
    body.name = mem_text(f->ctx, " Chi bộ 3 ");
    assert_int_equal(say(f, &slot, admin_id(), &BRANCH, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT version FROM organization WHERE name = 'Chi bộ 3'"), 2);
    body = edit_of(f, &OTHER_BRANCH);
    body.has_parent_id = true;
    body.parent_id = uuid_to_pb(f->ctx, &OTHER_BRANCH);
    assert_int_equal(say(f, &slot, admin_id(), &OTHER_BRANCH, &body.base), ERR_INVALID); /* not below itself */
}

static void test_a_subtree_moves_with_its_root(void **state)
{
    struct fixture *f = *state;
    struct loop_slot slot;
    Pb__EditOrganization body = edit_of(f, &BRANCH);
    body.has_parent_id = true;
    body.parent_id = uuid_to_pb(f->ctx, &OTHER_WARD);
    assert_int_equal(say(f, &slot, admin_id(), &BRANCH, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT version FROM organization WHERE code = 'B1' AND parent_id = " ID(
                                   "c3") " AND path[2] = parent_id"),
                     2);
    must(f->pg, "UPDATE organization SET level = 1 WHERE code = 'V'");
    body = edit_of(f, &WARD);
    body.has_parent_id = true;
    body.parent_id = uuid_to_pb(f->ctx, &OTHER_WARD);
    assert_int_equal(say(f, &slot, admin_id(), &WARD, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM organization WHERE version = 2 AND path[2] = " ID(
                                   "c3") " AND path[cardinality(path)] = id AND code IN ('B1', 'B2', 'W')"),
                     3);
    assert_int_equal(miscounted(f), 0);
}

/* --- birth, end, split -------------------------------------------------------------------------------------------- */

static enum err create(struct fixture *f, const char *code, const char *name, Pb__Level level)
{
    const struct uuid id = {{0x99}};
    struct loop_slot slot;
    Pb__CreateOrganization body = PB__CREATE_ORGANIZATION__INIT;
    body.code = mem_text(f->ctx, code);
    body.name = mem_text(f->ctx, name);
    body.level = level;
    body.parent_id = uuid_to_pb(f->ctx, &WARD);
    return say(f, &slot, admin_id(), &id, &body.base);
}

static void test_an_organisation_is_born_below_another_one(void **state)
{
    struct fixture *f = *state;
    struct uuid id = organization_id_of("B9");
    struct loop_slot slot;
    assert_int_equal(create(f, "B9", "Chi bộ 9", PB__LEVEL__LEVEL_BRANCH), ERR_OK);
    assert_int_equal(create(f, "B9", "Chi bộ 10", PB__LEVEL__LEVEL_BRANCH), ERR_CODE_TAKEN);
    assert_int_equal(create(f, "B10", "Chi bộ 9", PB__LEVEL__LEVEL_BRANCH), ERR_INVALID);
    assert_int_equal(create(f, "B10", "Chi bộ 10", PB__LEVEL__LEVEL_GRASSROOTS), ERR_INVALID);
    Pb__EditOrganization body = edit_of(f, &id);
    body.name = mem_text(f->ctx, "Chi bộ chín");
    assert_int_equal(say(f, &slot, admin_id(), &id, &body.base), ERR_OK);
    assert_int_equal(number(f, "SELECT version FROM organization WHERE code = 'B9' AND cardinality(path) = 3"), 2);
    assert_int_equal(miscounted(f), 0);
}

static enum err close(struct fixture *f, const struct uuid *actor, const struct uuid *organization,
                      const struct uuid *into)
{
    struct loop_slot slot;
    Pb__CloseOrganization body = PB__CLOSE_ORGANIZATION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, organization);
    body.reason = mem_text(f->ctx, "Sáp nhập");
    body.has_into_id = into != NULL;
    if (into)
        body.into_id = uuid_to_pb(f->ctx, into);
    return say(f, &slot, actor, organization, &body.base);
}

static void test_only_who_is_empty_is_closed(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(close(f, &SECRETARY, &BRANCH, NULL), ERR_NOT_ALLOWED);
    assert_int_equal(close(f, admin_id(), &BRANCH, NULL), ERR_ORGANIZATION_HAS_MEMBERS);
    assert_int_equal(close(f, admin_id(), &WARD, NULL), ERR_ORGANIZATION_HAS_CHILDREN);
    assert_int_equal(close(f, admin_id(), &OTHER_WARD, NULL), ERR_OK);
    assert_int_equal(close(f, admin_id(), &OTHER_WARD, NULL), ERR_ORGANIZATION_CLOSED);
    assert_int_equal(number(f, "SELECT state * 10 + version FROM organization WHERE code = 'V'"), 12);
    pg_queue_sql(f->pg, "UPDATE member SET branch_id = " ID("c3") " WHERE id = " ID("52"));
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "organization_ended");
}

static void test_a_merged_branchs_people_move_and_hold_nothing_there(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(close(f, admin_id(), &BRANCH, &WARD), ERR_INVALID);
    assert_int_equal(close(f, admin_id(), &BRANCH, &OTHER_BRANCH), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member WHERE branch_id = " ID("b2")), 4);
    assert_int_equal(number(f, "SELECT count(*) FROM member_past WHERE branch_id = " ID("b1")), 3);
    assert_int_equal(
        number(f, "SELECT count(*) FROM member_position WHERE organization_id = " ID("b1") " AND to_us IS NULL"), 0);
    assert_int_equal(number(f, "SELECT state FROM organization WHERE code = 'B1' AND merged_into = " ID("b2")), 2);
    assert_int_equal(number(f, "SELECT all_members * 10 + all_branches FROM organization_count"
                               " WHERE organization_id = " ID("c2")),
                     41);
    assert_int_equal(miscounted(f), 0);
}

static enum err split(struct fixture *f, struct loop_slot *slot, const struct uuid members[], size_t n,
                      const struct uuid *secretary)
{
    Pb__SplitOrganization body = PB__SPLIT_ORGANIZATION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.name = mem_text(f->ctx, "Chi bộ 1B");
    body.code = mem_text(f->ctx, "B1B");
    body.secretary_id = uuid_to_pb(f->ctx, secretary);
    body.n_member_ids = n;
    body.member_ids = mem_array(f->ctx, ProtobufCBinaryData, n);
    for (size_t i = 0; i < n; i++)
        body.member_ids[i] = uuid_to_pb(f->ctx, &members[i]);
    return say(f, slot, admin_id(), &BRANCH, &body.base);
}

static void test_a_branch_is_split(void **state)
{
    struct fixture *f = *state;
    struct loop_slot slot;
    const struct uuid all[] = {SECRETARY, MEMBER, DEPUTY}, strangers[] = {MEMBER, RECEIVER};
    assert_int_equal(split(f, &slot, all, 3, &MEMBER), ERR_INVALID);
    assert_int_equal(split(f, &slot, strangers, 2, &MEMBER), ERR_INVALID);
    assert_int_equal(split(f, &slot, all + 1, 1, &DEPUTY), ERR_INVALID);
    assert_int_equal(split(f, &slot, all + 1, 2, &MEMBER), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member m JOIN organization o ON o.id = m.branch_id"
                               " WHERE o.code = 'B1B' AND o.path[2] = " ID("c2")),
                     2);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position p JOIN organization o ON o.id = p.organization_id"
                               " WHERE p.to_us IS NULL AND o.code = 'B1B' AND p.role = 2 AND p.member_id = " ID("52")),
                     1);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE to_us IS NULL"
                               " AND organization_id = " ID("b1")),
                     1);
    assert_int_equal(miscounted(f), 0);
}

/* --- counts ------------------------------------------------------------------------------------------------------- */

/* Any writer's changes: of people, of the tree, and several at once. */
static const char *const CHANGES[] = {
    "UPDATE member SET branch_id = (SELECT id FROM organization WHERE state = 0 ORDER BY random() LIMIT 1)"
    " WHERE id IN (SELECT id FROM member ORDER BY random() LIMIT 7)",
    "UPDATE member SET status = (4 * random())::int % 4, exempt = random() < 0.5"
    " WHERE id IN (SELECT m.id FROM member m JOIN organization o ON o.id = m.branch_id AND o.state = 0"
    "     ORDER BY random() LIMIT 9)", /* who left one that has ended does not come back to it */
    "INSERT INTO member(id, version, card_number, full_name, search_name, branch_id, status, exempt, since_us,"
    " changed_at_us) SELECT gen_random_uuid(), 1, gen_random_uuid(), 'A', 'a', b.id, 0, false, 1, 1"
    " FROM (SELECT id FROM organization WHERE state = 0 ORDER BY random() LIMIT 3) b",
    "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
    " SELECT u.id, 1, u.id, 'A', 3, w.id, w.path || u.id, 1 FROM (SELECT gen_random_uuid() AS id) u,"
    " (SELECT * FROM organization WHERE level = 2 ORDER BY random() LIMIT 1) w",
    "UPDATE organization o SET parent_id = w.id, path = w.path || o.id FROM"
    " (SELECT * FROM organization WHERE level = 2 ORDER BY random() LIMIT 1) w,"
    " (SELECT id FROM organization WHERE level = 3 ORDER BY random() LIMIT 2) b WHERE o.id = b.id",
    "UPDATE organization SET state = 1 WHERE id IN (SELECT o.id FROM organization o JOIN organization_count c"
    " ON c.organization_id = o.id WHERE o.level = 3 AND c.members = 0 ORDER BY random() LIMIT 1)",
};

static void test_counts_are_what_a_recount_says_after_any_change(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 300; i++) {
        must(f->pg, CHANGES[(size_t)i % ARRAY_LENGTH(CHANGES)]);
        if (i % 25 == 24)
            assert_int_equal(miscounted(f), 0);
    }
}

static int with_people(void **state)
{
    int failed = each_start(state);
    if (!failed)
        must_all(((struct fixture *)*state)->pg, PEOPLE);
    return failed;
}
#define WITH_PEOPLE(test) cmocka_unit_test_setup_teardown(test, with_people, each_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(test_a_deputy_sets_the_rhythm_once_and_nothing_else),
        WITH_PEOPLE(test_siblings_have_names_of_their_own),
        WITH_PEOPLE(test_a_subtree_moves_with_its_root),
        WITH_PEOPLE(test_an_organisation_is_born_below_another_one),
        WITH_PEOPLE(test_only_who_is_empty_is_closed),
        WITH_PEOPLE(test_a_merged_branchs_people_move_and_hold_nothing_there),
        WITH_PEOPLE(test_a_branch_is_split),
        WITH_PEOPLE(test_counts_are_what_a_recount_says_after_any_change),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
