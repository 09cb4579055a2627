/* Party groups against a real PostgreSQL: who sets them, what a list must be, and that who leaves the branch leaves. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/group/group_commands.h"
#include "services/auth/group/group_query.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/tree/tree_set.h"
#include "sotay/v1/rules.pb-c.h"

#include <string.h>

static const struct loop_part *const PARTS[] = {&MEMBERSHIP_PART, &TREE_PART, &GROUP_PART, &AUDIT_PART};

static Pb__PutGroups__Group *group_of(struct fixture *f, const char *name, const struct uuid *head,
                                      const struct uuid *other)
{
    Pb__PutGroups__Group *group = mem_new(f->ctx, Pb__PutGroups__Group);
    pb__put_groups__group__init(group);
    group->name = mem_text(f->ctx, name);
    group->head_id = uuid_to_pb(f->ctx, head);
    group->member_ids = mem_array(f->ctx, ProtobufCBinaryData, 2);
    group->member_ids[group->n_member_ids++] = uuid_to_pb(f->ctx, head);
    if (other)
        group->member_ids[group->n_member_ids++] = uuid_to_pb(f->ctx, other);
    return group;
}

static enum err put(struct fixture *f, const struct uuid *actor, Pb__PutGroups__Group *groups[], size_t n,
                    struct loop_slot *slot)
{
    Pb__PutGroups body = PB__PUT_GROUPS__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    body.items = groups;
    body.n_items = n;
    const struct command command = {PARTS, ARRAY_LENGTH(PARTS), *actor, BRANCH, &body.base, 0};
    return command_say(f, &command, slot);
}

static Pb__PartyGroupList *get(struct fixture *f)
{
    Pb__Grant grant = PB__GRANT__INIT, *grants = &grant;
    Pb__Scope scope = PB__SCOPE__INIT;
    Pb__GetGroups body = PB__GET_GROUPS__INIT;
    grant.role = PB__ROLE__ROLE_SECRETARY;
    grant.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    scope.grants = &grants;
    scope.n_grants = 1;
    body.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    struct query query = {.ctx = f->ctx, .pg = f->pg, .scope = &scope, .body = &body.base};
    assert_int_equal(GROUP_QUERIES.rows[0].answer(&query), ERR_OK);
    return (Pb__PartyGroupList *)query.reply;
}

static void must_put(struct fixture *f, Pb__PutGroups__Group *groups[], size_t n)
{
    struct loop_slot slot;
    assert_int_equal(put(f, &DEPUTY, groups, n, &slot), ERR_OK);
}

static void test_a_head_of_the_branch_sets_the_whole_list(void **state)
{
    struct fixture *f = *state;
    struct loop_slot slot;
    Pb__PutGroups__Group *groups[] = {group_of(f, " Tổ 1 ", &SECRETARY, &MEMBER), group_of(f, "Tổ 2", &DEPUTY, NULL)};
    assert_int_equal(put(f, &MEMBER, groups, 2, &slot), ERR_NOT_ALLOWED);
    assert_int_equal(put(f, &OFFICER, groups, 2, &slot), ERR_NOT_ALLOWED);
    assert_int_equal(put(f, &RECEIVER, groups, 2, &slot), ERR_NOT_FOUND);
    assert_int_equal(put(f, admin_id(), groups, 2, &slot), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 3);
    must_put(f, groups, 0);
    assert_int_equal(get(f)->n_items, 0);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 6);
}

static void test_a_group_that_names_its_id_stays_and_the_same_again_changes_nothing(void **state)
{
    struct fixture *f = *state;
    Pb__PutGroups__Group *groups[] = {group_of(f, "Tổ 1", &SECRETARY, &MEMBER), group_of(f, "Tổ 2", &DEPUTY, NULL)};
    must_put(f, groups, 2);
    const Pb__PartyGroupList *list = get(f);
    assert_int_equal(list->n_items, 2);
    assert_string_equal(list->items[0]->name, "Tổ 1");
    assert_int_equal(list->items[0]->n_member_ids, 2);
    for (size_t i = 0; i < 2; i++) {
        groups[i]->has_id = true;
        groups[i]->id = list->items[i]->id;
    }
    must_put(f, groups, 2);
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 3);
    groups[0]->name = mem_text(f->ctx, "Tổ mới");
    must_put(f, groups, 1);
    const Pb__PartyGroupList *after = get(f);
    assert_int_equal(after->n_items, 1);
    assert_memory_equal(after->items[0]->id.data, list->items[0]->id.data, 16);
    assert_string_equal(after->items[0]->name, "Tổ mới");
    assert_int_equal(number(f, "SELECT count(*) FROM member_history"), 4); /* the deputy's */
}

static void test_a_wrong_list_is_refused_field_by_field(void **state)
{
    struct fixture *f = *state;
    static const struct uuid UNKNOWN = {{0x77}};
    const struct {
        Pb__PutGroups__Group *groups[2];
        const char *field;
        enum err code;
    } CASES[] = {
        {{group_of(f, "A", &SECRETARY, &RECEIVER)}, "/items/0/member_ids/1", ERR_FIELD_ELSEWHERE},
        {{group_of(f, "A", &SECRETARY, &UNKNOWN)}, "/items/0/member_ids/1", ERR_FIELD_ELSEWHERE},
        {{group_of(f, "A", &SECRETARY, NULL), group_of(f, "B", &DEPUTY, &SECRETARY)},
         "/items/1/member_ids/1",
         ERR_FIELD_DUPLICATE},
        {{group_of(f, "A", &SECRETARY, NULL), group_of(f, " A", &DEPUTY, NULL)}, "/items/1/name", ERR_FIELD_DUPLICATE},
        {{group_of(f, " ", &SECRETARY, NULL)}, "/items/0/name", ERR_FIELD_TOO_SHORT},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct loop_slot slot;
        Pb__PutGroups__Group *groups[] = {CASES[i].groups[0], CASES[i].groups[1]};
        assert_int_equal(put(f, &SECRETARY, groups, groups[1] ? 2 : 1, &slot), ERR_INVALID);
        assert_int_equal(slot.fields.n, 1);
        assert_string_equal(slot.fields.items[0]->field, CASES[i].field);
        assert_string_equal(slot.fields.items[0]->code, err_word(CASES[i].code));
    }
    Pb__PutGroups__Group *group = group_of(f, "A", &SECRETARY, NULL);
    struct loop_slot slot;
    group->n_member_ids = 0;
    assert_int_equal(put(f, &SECRETARY, &group, 1, &slot), ERR_INVALID);
    assert_string_equal(slot.fields.items[0]->field, "/items/0/head_id");
}

static void test_who_leaves_the_branch_leaves_his_group(void **state)
{
    struct fixture *f = *state;
    Pb__PutGroups__Group *groups[] = {group_of(f, "Tổ 1", &SECRETARY, &MEMBER), group_of(f, "Tổ 2", &DEPUTY, NULL)};
    must_put(f, groups, 2);
    must(f->pg, "UPDATE member SET phone = '+84900000000'");
    assert_int_equal(number(f, "SELECT count(*) FROM party_group_member"), 3);
    must(f->pg, "UPDATE member SET branch_id = " ID("b2") " WHERE id = " ID("51"));
    must(f->pg, "UPDATE member SET status = 3 WHERE id = " ID("54"));
    const Pb__PartyGroupList *list = get(f);
    assert_false(list->items[0]->has_head_id);
    assert_int_equal(list->items[0]->n_member_ids, 1);
    assert_int_equal(list->items[1]->n_member_ids, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(test_a_head_of_the_branch_sets_the_whole_list),
        WITH_PEOPLE(test_a_group_that_names_its_id_stays_and_the_same_again_changes_nothing),
        WITH_PEOPLE(test_a_wrong_list_is_refused_field_by_field),
        WITH_PEOPLE(test_who_leaves_the_branch_leaves_his_group),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
