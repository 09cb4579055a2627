/* services/directory/audience.c: whom an audience holds. The set knows no organisation above; subtrees are tried in
 * tests/access. */
#include "rules.h"

#include "services/directory/directory.h"

#include <string.h>

enum { JOINED_US = 1000, TRANSFERRED_US = 2000, RESIGNED_US = 3000, LEFT_US = 4000 };

static const struct uuid OLD_BRANCH = {{1}}, BRANCH = {{2}}, WARD = {{3}}, PERSON = {{4}};

static Pb__DirectoryMember__Interval *in_branch(const struct uuid *branch, int64_t from_us, int64_t to_us)
{
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = uuid_to_pb(ctx, branch);
    interval->status = to_us ? PB__MEMBER_STATUS__MEMBER_STATUS_OFFICIAL : PB__MEMBER_STATUS__MEMBER_STATUS_LEFT;
    interval->from_us = from_us;
    interval->has_to_us = to_us > 0;
    interval->to_us = to_us;
    return interval;
}

/* A member of OLD_BRANCH, then of BRANCH, who left; an officer of WARD until he resigned. */
static struct directory_person person(void)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->n_intervals = 3;
    record->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, 3);
    record->intervals[0] = in_branch(&OLD_BRANCH, JOINED_US, TRANSFERRED_US);
    record->intervals[1] = in_branch(&BRANCH, TRANSFERRED_US, LEFT_US);
    record->intervals[2] = in_branch(&BRANCH, LEFT_US, 0);
    record->n_positions = 1;
    record->positions = mem_array(ctx, Pb__DirectoryMember__Position *, 1);
    Pb__DirectoryMember__Position *position = mem_new(ctx, Pb__DirectoryMember__Position);
    pb__directory_member__position__init(position);
    position->role = PB__ROLE__ROLE_OFFICER;
    position->organization_id = uuid_to_pb(ctx, &WARD);
    position->from_us = JOINED_US;
    position->has_to_us = true;
    position->to_us = RESIGNED_US;
    record->positions[0] = position;
    return (struct directory_person){.id = PERSON, .full_name = "A", .record = record};
}

static Pb__Audience *audience(const struct uuid *organization, int role)
{
    Pb__Audience *made = mem_new(ctx, Pb__Audience);
    pb__audience__init(made);
    made->n_organization_ids = 1;
    made->organization_ids = mem_array(ctx, ProtobufCBinaryData, 1);
    made->organization_ids[0] = uuid_to_pb(ctx, organization);
    made->n_roles = role >= 0;
    made->roles = mem_array(ctx, Pb__Role, 1);
    made->roles[0] = (Pb__Role)role;
    return made;
}

static void test_an_audience_holds_a_place_while_it_is_held(void **state)
{
    (void)state;
    enum {
        ANY = -1,
        MEMBER = PB__ROLE__ROLE_MEMBER,
        OFFICER = PB__ROLE__ROLE_OFFICER,
        SECRETARY = PB__ROLE__ROLE_SECRETARY
    };
    static const struct {
        const char *who;
        const struct uuid *organization;
        int role;
        int64_t at_us;
        bool holds;
    } CASES[] = {
        {"his branch", &OLD_BRANCH, ANY, JOINED_US, true},
        {"not the one before a transfer", &OLD_BRANCH, ANY, TRANSFERRED_US, false},
        {"the one after it", &BRANCH, MEMBER, TRANSFERRED_US, true},
        {"in his branch he is a member only", &BRANCH, OFFICER, TRANSFERRED_US, false},
        {"where he has a position", &WARD, ANY, JOINED_US, true},
        {"by its role", &WARD, OFFICER, JOINED_US, true},
        {"everyone is a member too", &WARD, MEMBER, JOINED_US, true},
        {"not by another role", &WARD, SECRETARY, JOINED_US, false},
        {"not once he resigned", &WARD, ANY, RESIGNED_US, false},
        {"nobody before he joined", &OLD_BRANCH, ANY, JOINED_US - 1, false},
        {"nobody who left", &BRANCH, ANY, LEFT_US, false},
    };
    struct directory_person he = person();
    const struct directory_set *set = directory_set_new(ctx);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (directory_audience_holds(set, audience(CASES[i].organization, CASES[i].role), &he, CASES[i].at_us) !=
            CASES[i].holds)
            fail_msg("%s", CASES[i].who);
}

static void test_an_audience_names_members(void **state)
{
    (void)state;
    Pb__Audience *named = audience(&WARD, -1);
    assert_false(directory_audience_names(named, &PERSON));
    named->n_member_ids = 2;
    named->member_ids = mem_array(ctx, ProtobufCBinaryData, 2);
    named->member_ids[1] = uuid_to_pb(ctx, &PERSON);
    assert_true(directory_audience_names(named, &PERSON));
    assert_false(directory_audience_names(named, &WARD));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_audience_holds_a_place_while_it_is_held, start, stop),
        cmocka_unit_test_setup_teardown(test_an_audience_names_members, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
