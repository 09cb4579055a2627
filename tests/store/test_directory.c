/* services/directory: what a set has loaded answers as of any time. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/loop/loop_slot.h"
#include "services/directory/audience.h"
#include "services/directory/lookup.h"
#include "services/directory/migrations.h"
#include "services/directory/projection.h"

enum { JOINED_US = 1000, TRANSFERRED_US = 2000, RETURNED_US = 3000, LEFT_US = 4000 };
enum { OLD = 1 }; /* so many schema files did the older binary have */

static const struct uuid WARD = {{0xc2}}, OTHER_WARD = {{0xc3}}, BRANCH = {{0xb1}}, OTHER_BRANCH = {{0xb4}},
                         PERSON = {{0x52}};

static void migrate(struct pg *pg, size_t n)
{
    must(pg, "DROP TABLE IF EXISTS schema_migration, directory_organization, directory_member, directory_position");
    assert_int_equal(pg_migrate(pg, directory_migrations, n), ERR_OK);
    must(pg,
         "INSERT INTO directory_organization(id, version, code, name, level, path)"
         " SELECT rpad(id, 32, '0')::uuid, 1, id, id, 2, (SELECT array_agg(rpad(p, 32, '0')::uuid) FROM unnest(path) p)"
         " FROM (VALUES ('b1', '{c2,b1}'::text[]), ('b4', '{c3,b4}'), ('c2', '{c2}'), ('c3', '{c3}')) v(id, path)");
}

void fixture_fill(struct pg *pg)
{
    (void)pg; /* each case has the schema of its time */
}

void fixture_reset(struct pg *pg)
{
    migrate(pg, directory_n_migrations);
}

static Pb__DirectoryMember__Interval *in_branch(TALLOC_CTX *ctx, const struct uuid *branch, int64_t from_us,
                                                int64_t to_us)
{
    Pb__DirectoryMember__Interval *interval = mem_new(ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = uuid_to_pb(ctx, branch);
    interval->from_us = from_us;
    interval->has_to_us = true;
    interval->to_us = to_us;
    return interval;
}

/* In BRANCH, then in OTHER_BRANCH, then in BRANCH again until he left. */
static Pb__DirectoryMember *traveller(TALLOC_CTX *ctx)
{
    Pb__DirectoryMember *record = mem_new(ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->id = uuid_to_pb(ctx, &PERSON);
    record->version = 1;
    record->full_name = mem_text(ctx, "A");
    record->n_intervals = 3;
    record->intervals = mem_array(ctx, Pb__DirectoryMember__Interval *, 3);
    record->intervals[0] = in_branch(ctx, &BRANCH, JOINED_US, TRANSFERRED_US);
    record->intervals[1] = in_branch(ctx, &OTHER_BRANCH, TRANSFERRED_US, RETURNED_US);
    record->intervals[2] = in_branch(ctx, &BRANCH, RETURNED_US, LEFT_US);
    return record;
}

static Pb__DirectoryMember *still_there(Pb__DirectoryMember *record)
{
    record->intervals[record->n_intervals - 1]->has_to_us = false;
    return record;
}

static struct loop_batch *hear(struct fixture *f, enum topic topic, const struct uuid *id, const ProtobufCMessage *body)
{
    static const struct loop_part *const PARTS[] = {&DIRECTORY_PART};
    struct loop_message message = {.topic = topic, .aggregate = *id, .body = body};
    return parts_hear(f, PARTS, 1, &message, 1);
}

static void project(struct fixture *f, const Pb__DirectoryMember *record)
{
    hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base);
}

static struct directory_set *load(struct fixture *f)
{
    struct directory_set *set = directory_set_new(f->ctx);
    directory_set_want_person(set, &PERSON);
    directory_set_load(set, f->pg);
    must_flush(f->pg);
    assert_int_equal(directory_set_loaded(set), ERR_OK);
    return set;
}

static bool knew(const struct directory_set *set, const struct uuid *ward, int64_t at_us)
{
    const struct directory_org org = {.id = *ward, .path = ward, .n_path = 1};
    return directory_knows(set, directory_set_person(set, &PERSON), &org, at_us);
}

static bool was_addressed(const struct directory_set *set, const struct uuid *ward, int64_t at_us)
{
    const struct audience audience = {.organizations = ward, .n_organizations = 1, .subtree = true};
    return audience_holds(set, &audience, directory_set_person(set, &PERSON), at_us);
}

static void is_found_where_he_was(struct fixture *f, int64_t last_us)
{
    const struct directory_set *set = load(f);
    const struct {
        int64_t at_us;
        const struct uuid *in, *not_in;
    } CASES[] = {{JOINED_US, &WARD, &OTHER_WARD}, {TRANSFERRED_US, &OTHER_WARD, &WARD}, {last_us, &WARD, &OTHER_WARD}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        assert_true(knew(set, CASES[i].in, CASES[i].at_us));
        assert_false(knew(set, CASES[i].not_in, CASES[i].at_us));
        assert_true(was_addressed(set, CASES[i].in, CASES[i].at_us));
        assert_false(was_addressed(set, CASES[i].not_in, CASES[i].at_us));
    }
}

static void test_who_was_transferred_is_judged_by_the_branch_of_that_time(void **state)
{
    struct fixture *f = *state;
    project(f, still_there(traveller(f->ctx)));
    is_found_where_he_was(f, LEFT_US);
}

static void test_who_left_is_judged_by_the_branch_of_that_time(void **state)
{
    struct fixture *f = *state;
    project(f, traveller(f->ctx));
    is_found_where_he_was(f, RETURNED_US);
    assert_false(knew(load(f), &WARD, LEFT_US));
}

static void test_records_of_an_older_binary_get_their_branches(void **state)
{
    struct fixture *f = *state;
    static const struct pg_statement KEEP = {
        .name = "keep_old_record",
        .sql = "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record)"
               " VALUES ($1::uuid, 1, 'A', $2::uuid, 0, false, $3::bytea)"};
    ProtobufCBinaryData record = mem_pack(f->ctx, &still_there(traveller(f->ctx))->base);
    struct pg_args *args = pg_args(f->ctx, &KEEP);
    migrate(f->pg, OLD);
    pg_add_uuid(args, &PERSON);
    pg_add_uuid(args, &BRANCH);
    pg_add_bytes(args, record.data, record.len);
    pg_queue(f->pg, args);
    must_flush(f->pg);
    assert_int_equal(pg_migrate(f->pg, directory_migrations, directory_n_migrations), ERR_OK);
    is_found_where_he_was(f, LEFT_US);
}

/* A member of BRANCH, and one who leads it. */
static void test_an_audience_is_organisations_with_their_subtrees_and_roles(void **state)
{
    struct fixture *f = *state;
    static const int32_t SECRETARY = PB__ROLE__ROLE_SECRETARY, MEMBER = PB__ROLE__ROLE_MEMBER;
    const struct {
        const struct uuid *organization; /* NULL: none */
        bool subtree;
        const int32_t *role; /* NULL: every member */
        bool member, secretary;
    } CASES[] = {
        {&BRANCH, false, NULL, true, true},    {&WARD, false, NULL, false, false},
        {&WARD, true, NULL, true, true},       {&WARD, true, &SECRETARY, false, true},
        {&BRANCH, false, &MEMBER, true, true}, {NULL, false, NULL, false, false},
    };
    Pb__DirectoryMember *record = still_there(traveller(f->ctx));
    Pb__DirectoryMember__Position leads = PB__DIRECTORY_MEMBER__POSITION__INIT, *positions = &leads;
    const struct directory_person person = {.id = PERSON, .record = record};
    project(f, record);
    const struct directory_set *set = load(f);
    leads.role = PB__ROLE__ROLE_SECRETARY;
    leads.organization_id = uuid_to_pb(f->ctx, &BRANCH);
    record->positions = &positions;
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct audience audience = {.organizations = CASES[i].organization,
                                          .n_organizations = CASES[i].organization != NULL,
                                          .subtree = CASES[i].subtree,
                                          .roles = CASES[i].role,
                                          .n_roles = CASES[i].role != NULL};
        record->n_positions = 0;
        assert_int_equal(audience_holds(set, &audience, &person, LEFT_US), CASES[i].member);
        record->n_positions = 1;
        assert_int_equal(audience_holds(set, &audience, &person, LEFT_US), CASES[i].secretary);
    }
}

/* --- what a record makes stale ------------------------------------------------------------------------------------ */

static void has_the_tag_alone(const struct loop_batch *batch, enum tag tag, const struct uuid *id)
{
    char text[TAG_TEXT_BYTES];
    size_t n;
    char **told = loop_batch_tags(batch, &n);
    tag_format(tag, id, text);
    assert_int_equal(n, 1);
    assert_string_equal(told[0], text);
}

static void has_no_tag(struct loop_batch *batch)
{
    size_t n;
    (void)loop_batch_tags(batch, &n);
    assert_int_equal(n, 0);
}

static void test_views_are_stale_when_a_members_record_says_something_new(void **state)
{
    struct fixture *f = *state;
    Pb__DirectoryMember *record = traveller(f->ctx);
    has_the_tag_alone(hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base), TAG_DIRECTORY, NULL);
    has_no_tag(hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base)); /* published once more */
    record->version++;
    record->has_token_generation = true;
    record->token_generation = 7;
    has_no_tag(hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base)); /* nothing that anybody is shown */
    record->version++;
    record->full_name = mem_text(f->ctx, "B");
    has_the_tag_alone(hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base), TAG_DIRECTORY, NULL);
    record->version--;
    record->full_name = mem_text(f->ctx, "A");
    has_no_tag(hear(f, TOPIC_DIRECTORY_MEMBERS, &PERSON, &record->base)); /* an older one */
    struct directory_set *set = load(f);
    assert_string_equal(directory_set_person(set, &PERSON)->full_name, "B");
    assert_int_equal(directory_set_person(set, &PERSON)->record->token_generation, 7);
}

static void test_views_are_stale_when_an_organisations_record_is_newer(void **state)
{
    struct fixture *f = *state;
    Pb__DirectoryOrganization record = PB__DIRECTORY_ORGANIZATION__INIT;
    record.id = uuid_to_pb(f->ctx, &WARD);
    record.version = 2;
    record.code = record.name = mem_text(f->ctx, "c2");
    record.level = PB__LEVEL__LEVEL_GRASSROOTS;
    has_the_tag_alone(hear(f, TOPIC_DIRECTORY_ORGANIZATIONS, &WARD, &record.base), TAG_DIRECTORY, NULL);
    has_no_tag(hear(f, TOPIC_DIRECTORY_ORGANIZATIONS, &WARD, &record.base));
}

/* --- a batch's people --------------------------------------------------------------------------------------------- */

static void test_a_batch_finds_whom_its_commands_want(void **state)
{
    struct fixture *f = *state;
    static const struct loop_part *const PARTS[] = {&DIRECTORY_LOOKUP_PART};
    struct loop_batch *batch = loop_batch_new(f->ctx, PARTS, 1, 0);
    project(f, still_there(traveller(f->ctx)));
    directory_set_want_person(directory_lookup(batch), &PERSON);
    directory_set_want_person(directory_lookup(batch), &BRANCH); /* nobody */
    parts_load(f->pg, batch);
    assert_non_null(directory_set_person(directory_lookup(batch), &PERSON));
    assert_non_null(directory_set_org(directory_lookup(batch), &BRANCH));
    assert_null(directory_set_person(directory_lookup(batch), &BRANCH));
    assert_null(directory_set_org(directory_lookup(batch), &WARD));
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_who_was_transferred_is_judged_by_the_branch_of_that_time),
        CASE(test_who_left_is_judged_by_the_branch_of_that_time),
        CASE(test_an_audience_is_organisations_with_their_subtrees_and_roles),
        CASE(test_records_of_an_older_binary_get_their_branches),
        CASE(test_views_are_stale_when_a_members_record_says_something_new),
        CASE(test_views_are_stale_when_an_organisations_record_is_newer),
        CASE(test_a_batch_finds_whom_its_commands_want),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
