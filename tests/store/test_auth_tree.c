/* Commands about organisations against a real PostgreSQL: who may, what becomes of the rows, and that counts are what a
 * recount says. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/member/member.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/tree/tree_commands.h"
#include "services/auth/tree/tree_set.h"
#include "sotay/v1/auth.pb-c.h"

#include <stdlib.h>
#include <string.h>

static const struct loop_part *const PARTS[] = {&TREE_BIRTHS_PART, &MEMBERSHIP_PART, &TREE_PART, &TREE_COMMANDS_PART,
                                                &AUDIT_PART};

static enum err say(struct fixture *f, struct loop_slot *slot, const struct uuid *actor, const struct uuid *aggregate,
                    const ProtobufCMessage *body)
{
    const struct command command = {PARTS, ARRAY_LENGTH(PARTS), *actor, *aggregate, body, 0};
    return command_say(f, &command, slot);
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
