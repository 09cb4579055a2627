/* services/directory/audience.c: whom an audience holds. The set knows no organisation above; subtrees are tried in
 * tests/access. And document_kind.c: what kinds of documents are called. */
#include "rules.h"

#include "common/base/array.h"
#include "services/directory/audience.h"
#include "services/directory/document_kind.h"
#include "sotay/v1/document.pb-c.h"

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
        int32_t role;
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
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct audience audience = {.organizations = CASES[i].organization,
                                          .n_organizations = 1,
                                          .roles = &CASES[i].role,
                                          .n_roles = CASES[i].role != ANY};
        if (audience_holds(set, &audience, &he, CASES[i].at_us) != CASES[i].holds)
            fail_msg("%s", CASES[i].who);
    }
}

static void test_an_audience_names_members(void **state)
{
    (void)state;
    const struct uuid NAMES[] = {OLD_BRANCH, PERSON};
    struct audience audience = {.organizations = &WARD, .n_organizations = 1};
    assert_false(audience_names(&audience, &PERSON));
    audience.members = NAMES;
    audience.n_members = 2;
    assert_true(audience_names(&audience, &PERSON));
    assert_false(audience_names(&audience, &WARD));
}

static void test_an_audience_is_the_same_after_a_message(void **state)
{
    (void)state;
    static const int32_t ROLES[] = {PB__ROLE__ROLE_SECRETARY, PB__ROLE__ROLE_OFFICER};
    const struct audience sent = {&WARD, 1, true, ROLES, 2, &PERSON, 1};
    Pb__Audience *message = audience_to_pb(ctx, &sent);
    struct audience read;
    assert_int_equal(audience_from_pb(ctx, message, &read), ERR_OK);
    assert_int_equal(read.n_organizations, 1);
    assert_true(uuid_equal(&read.organizations[0], &WARD));
    assert_true(read.subtree);
    assert_int_equal(read.n_roles, 2);
    assert_int_equal(read.roles[1], PB__ROLE__ROLE_OFFICER);
    assert_true(audience_names(&read, &PERSON));
    message->member_ids[0].len = 3;
    assert_int_equal(audience_from_pb(ctx, message, &read), ERR_MALFORMED);
    assert_true(audience_names(&read, &PERSON)); /* untouched */
    assert_int_equal(audience_from_pb(ctx, NULL, &read), ERR_OK);
    assert_int_equal(read.n_organizations + read.n_roles + read.n_members, 0);
    assert_false(read.subtree);
}

static void test_what_is_issued_is_read_by_whom_it_is_for(void **state)
{
    (void)state;
    enum {
        PUBLIC = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC,
        INTERNAL = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
        RESTRICTED = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED
    };
    static const struct {
        const char *who;
        int classification;
        struct audience_reader reader;
        bool may;
    } CASES[] = {
        {"what is public is every member's", PUBLIC, {.is_member = true}, true},
        {"and not theirs who left", PUBLIC, {0}, false},
        {"a stranger is not addressed", INTERNAL, {.is_member = true}, false},
        {"the addressed", INTERNAL, {.is_addressed = true}, true},
        {"the named", INTERNAL, {.is_named = true}, true},
        {"heads of the issuer", INTERNAL, {.standing = STANDING_DEPUTY}, true},
        {"officers of the issuer", INTERNAL, {.standing = STANDING_OFFICER | STANDING_OFFICER_HERE}, true},
        {"an officer above is not addressed", INTERNAL, {.standing = STANDING_OFFICER}, false},
        {"an officer above who made it", INTERNAL, {.standing = STANDING_OFFICER, .is_author = true}, true},
        {"who made it and left", INTERNAL, {.is_author = true}, false},
        {"a secretary above", INTERNAL, {.standing = STANDING_ABOVE}, false},
        {"restricted: not the addressed", RESTRICTED, {.standing = STANDING_MEMBER, .is_addressed = true}, false},
        {"restricted: not even a secretary", RESTRICTED, {.standing = STANDING_SECRETARY, .is_addressed = true}, false},
        {"restricted: the named", RESTRICTED, {.is_named = true}, true},
        {"restricted: its author", RESTRICTED, {.standing = STANDING_SECRETARY, .is_author = true}, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        if (audience_may_read((Pb__Classification)CASES[i].classification, false, &CASES[i].reader) != CASES[i].may)
            fail_msg("%s", CASES[i].who);
}

static void test_every_kind_of_documents_has_a_word(void **state)
{
    (void)state;
    const ProtobufCEnumDescriptor *kinds = &pb__document_kind__descriptor;
    for (unsigned i = 0; i < kinds->n_values; i++)
        assert_string_not_equal(document_kind_word(kinds->values[i].value), "Văn bản");
    assert_string_equal(document_kind_word(PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION), "Nghị quyết");
    assert_string_equal(document_kind_word(-1), "Văn bản"); /* of a newer service */
    assert_string_equal(document_kind_word(1000), "Văn bản");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_audience_holds_a_place_while_it_is_held, start, stop),
        cmocka_unit_test_setup_teardown(test_an_audience_names_members, start, stop),
        cmocka_unit_test_setup_teardown(test_an_audience_is_the_same_after_a_message, start, stop),
        cmocka_unit_test_setup_teardown(test_what_is_issued_is_read_by_whom_it_is_for, start, stop),
        cmocka_unit_test(test_every_kind_of_documents_has_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
