/* Reminders of services/meeting against a real PostgreSQL: which branches are asked for with what, who was reminded
 * until when, and what a recall takes back. */
#include "meeting_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/meeting/loops.h"
#include "services/meeting/reminder/prompt_store.h"
#include "services/meeting/reminder/reminder_set.h"
#include "sotay/v1/notification.pb-c.h"

#define DECEMBER (2026 * 12 + 11)

static const struct uuid SENT = {{0xe1}};

static struct reminder_ask ask_of(const struct uuid *organization)
{
    return (struct reminder_ask){.organization = *organization, .month = DECEMBER, .now_us = december(21)};
}

static struct reminder_branch *branches_of(struct fixture *f, const struct reminder_ask *ask, const struct uuid *actor,
                                           size_t *ret_n)
{
    struct reminder_actor who = {.from_us = ask->now_us, .to_us = ask->now_us};
    if (actor)
        who.id = *actor;
    struct reminder_rows rows = reminder_store_queue(f->ctx, f->pg, ask, actor ? &who : NULL);
    const struct pg_result *recent = reminder_store_recent(f->ctx, f->pg, ask);
    must_flush(f->pg);
    struct reminder_branch *branches = reminder_store_read(f->ctx, &rows, ret_n);
    reminder_store_mark(f->ctx, recent, branches, *ret_n);
    return branches;
}

static void test_branches_come_with_their_meeting_and_their_heads(void **state)
{
    struct fixture *f = *state;
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4));
    struct meeting other = meeting_of(2, &BRANCH_10B, december(5));
    const struct reminder_ask ask = ask_of(&CITY);
    size_t n;
    meeting.state = PB__MEETING_STATE__MEETING_STATE_HELD;
    meeting.resolution = (struct meeting_resolution){.document = {{0xd2}}, .due_at_us = 400};
    other.kind = PB__MEETING_KIND__MEETING_KIND_THEMATIC;
    keep(f, &meeting);
    keep(f, &other);
    const struct reminder_branch *branches = branches_of(f, &ask, NULL, &n);
    assert_int_equal(n, 2);
    assert_memory_equal(&branches[0].id, &BRANCH_10B, sizeof BRANCH_10B);
    assert_true(branches[0].has_meeting && branches[0].is_settled);
    assert_int_equal(branches[0].state, PB__MEETING_STATE__MEETING_STATE_HELD);
    assert_int_equal(branches[0].starts_at_us, december(4));
    assert_int_equal(branches[0].resolution_due_at_us, 400);
    assert_int_equal(branches[0].heads, 1);
    assert_int_equal(branches[0].n_path, 3);
    assert_memory_equal(&branches[1].id, &BRANCH_4, sizeof BRANCH_4);
    assert_false(branches[1].has_meeting);
    assert_int_equal(branches[1].heads, 0);
}

static void put_rules(struct fixture *f, const struct uuid *organization, int32_t day)
{
    Pb__RuleValues values = PB__RULE_VALUES__INIT;
    Pb__DirectoryRules__Version version = PB__DIRECTORY_RULES__VERSION__INIT, *versions[] = {&version};
    Pb__DirectoryRules rules = PB__DIRECTORY_RULES__INIT;
    static const struct pg_statement PUT = {
        .name = "put_rules", .sql = "UPDATE directory_organization SET rules = $2::bytea WHERE id = $1::uuid"};
    struct pg_args *args = pg_args(f->ctx, &PUT);
    values.has_registration_day = true;
    values.registration_day = day;
    version.organization_id = uuid_to_pb(f->ctx, organization);
    version.values = &values;
    rules.n_versions = 1;
    rules.versions = versions;
    ProtobufCBinaryData packed = mem_pack(f->ctx, &rules.base);
    pg_add_uuid(args, organization);
    pg_add_bytes(args, packed.data, packed.len);
    pg_queue(f->pg, args);
    must_flush(f->pg);
}

static int64_t due_of(const struct reminder_branch *branch)
{
    return directory_registration_due_at_us(branch->rules, branch->path, branch->n_path, DECEMBER, december(21));
}

static void test_branches_come_with_what_was_said_above_them(void **state)
{
    struct fixture *f = *state;
    const struct reminder_ask ask = ask_of(&CITY);
    size_t n;
    put_rules(f, &CITY, 10);
    put_rules(f, &BRANCH_4, 5);
    const struct reminder_branch *branches = branches_of(f, &ask, NULL, &n);
    assert_int_equal(n, 2);
    assert_int_equal(due_of(&branches[0]), directory_registration_due_us(DECEMBER, 10));
    assert_int_equal(due_of(&branches[1]), directory_registration_due_us(DECEMBER, 5));
    must(f->pg, "UPDATE directory_organization SET rules = NULL");
    branches = branches_of(f, &ask, NULL, &n);
    assert_null(branches[0].rules);
}

static void test_those_that_are_named_and_lie_below_are_asked_for(void **state)
{
    struct fixture *f = *state;
    const struct uuid named[] = {BRANCH_4, WARD, {{0x77}}};
    struct reminder_ask ask = ask_of(&WARD);
    size_t n;
    ask.named = named;
    ask.n_named = ARRAY_LENGTH(named);
    const struct reminder_branch *branches = branches_of(f, &ask, NULL, &n);
    assert_int_equal(n, 1);
    assert_memory_equal(&branches[0].id, &BRANCH_4, sizeof BRANCH_4);
    ask.organization = BRANCH_10B;
    branches_of(f, &ask, NULL, &n);
    assert_int_equal(n, 0);
}

static void test_who_may_remind_nobody_makes_nobody_read(void **state)
{
    struct fixture *f = *state;
    static const struct uuid OFFICER = {{0x59}};
    const struct {
        const struct uuid *actor, *organization;
        size_t n;
    } CASES[] = {
        {&SECRETARY, &BRANCH_10B, 1}, {&SECRETARY, &WARD, 0},   {&MEMBER, &BRANCH_10B, 0},
        {&OFFICER, &WARD, 2},         {&OFFICER, &BRANCH_4, 1}, {&OFFICER, &CITY, 0},
    };
    must(f->pg, "INSERT INTO directory_position(member_id, organization_id, role, from_us) VALUES"
                " ('59000000-0000-0000-0000-000000000000', 'c2000000-0000-0000-0000-000000000000', 4, 0)");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct reminder_ask ask = ask_of(CASES[i].organization);
        size_t n;
        branches_of(f, &ask, CASES[i].actor, &n);
        assert_int_equal(n, CASES[i].n);
    }
    must(f->pg, "DELETE FROM directory_position WHERE member_id = '59000000-0000-0000-0000-000000000000'");
}

static struct loop_message message_of(struct loop_batch *batch, uint8_t n)
{
    return (struct loop_message){
        .id = {{n}}, .actor = SECRETARY, .batch = batch, .ctx = loop_ctx(batch), .now_us = december(21)};
}

static struct reminder reminder_of(const struct reminder_ask *ask)
{
    static const uint8_t ANSWER[] = {1};
    return (struct reminder){.id = SENT,
                             .organization = BRANCH_10B,
                             .by = SECRETARY,
                             .answer = {sizeof ANSWER, (uint8_t *)(uintptr_t)ANSWER},
                             .month = ask->month,
                             .kind = ask->kind,
                             .at_us = ask->now_us,
                             .branches = &BRANCH_10B,
                             .n_branches = 1};
}

/* 10B is reminded by its own secretary; what comes behind it in the batch sees that, what is about another thing is as
 * it was. */
static void remind(struct fixture *f)
{
    struct loop_batch *batch = new_batch(f);
    const struct loop_message first = message_of(batch, 0x71), same = message_of(batch, 0x73),
                              other = message_of(batch, 0x74);
    const struct reminder_ask ask = ask_of(&BRANCH_10B);
    const struct reminder reminder = reminder_of(&ask);
    struct reminder_ask held = ask;
    held.kind = PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD;
    reminder_set_want(&first, &ask);
    reminder_set_want(&same, &ask);
    reminder_set_want(&other, &held);
    load_wanted(f, batch);
    assert_int_equal(reminder_set_find(&first).n, 1);
    assert_int_equal(reminder_set_find(&first).items[0].reminded_at_us, 0);
    reminder_set_keep(&first, &reminder);
    assert_int_equal(reminder_set_find(&same).items[0].reminded_at_us, december(21));
    assert_int_equal(reminder_set_find(&other).items[0].reminded_at_us, 0);
    assert_int_equal(reminder_set_find(&other).items[0].heads, 1);
    write_whole(f, batch);
}

static int64_t reminded_at(struct fixture *f, Pb__ReminderKind kind)
{
    struct reminder_ask ask = ask_of(&WARD);
    size_t n;
    ask.kind = kind;
    return branches_of(f, &ask, NULL, &n)->reminded_at_us;
}

static void test_a_branch_is_reminded_of_one_thing_until_that_is_recalled(void **state)
{
    struct fixture *f = *state;
    Pb__NotificationRecalled recalled = PB__NOTIFICATION_RECALLED__INIT;
    struct loop_message message = {
        .id = {{0x72}}, .topic = TOPIC_NOTIFICATION_EVENTS, .aggregate = SENT, .body = &recalled.base};
    recalled.notification_id = uuid_to_pb(f->ctx, &SENT);
    remind(f);
    assert_int_equal(reminded_at(f, PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED), december(21));
    assert_int_equal(reminded_at(f, PB__REMINDER_KIND__REMINDER_KIND_NOT_HELD), 0);
    struct pg_result *own = reminder_store_answer(f->ctx, f->pg, &SENT, &SECRETARY),
                     *others = reminder_store_answer(f->ctx, f->pg, &SENT, &MEMBER);
    must_flush(f->pg);
    assert_int_equal(pg_rows(own), 1);
    assert_int_equal(pg_get_bytes(f->ctx, own, 0, 0).len, 1);
    assert_int_equal(pg_rows(others), 0);
    parts_hear(f, MEETING_PROJECTIONS_LOOP.parts, MEETING_PROJECTIONS_LOOP.n_parts, &message, 1);
    assert_int_equal(reminded_at(f, PB__REMINDER_KIND__REMINDER_KIND_NOT_REGISTERED), 0);
}

/* --- what days remind of ------------------------------------------------------------------------------------------ */

static void test_branches_are_gone_through_with_their_meetings(void **state)
{
    struct fixture *f = *state;
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4)), draft = meeting_of(2, &BRANCH_4, december(4));
    draft.state = PB__MEETING_STATE__MEETING_STATE_DRAFT;
    keep(f, &meeting);
    keep(f, &draft);
    struct prompt_rows all = prompt_store_branches(f->ctx, f->pg, NULL, DECEMBER - 1),
                       rest = prompt_store_branches(f->ctx, f->pg, &BRANCH_10B, DECEMBER);
    size_t n;
    must_flush(f->pg);
    const struct prompt_branch *branches = prompt_store_read(f->ctx, &all, &n);
    assert_int_equal(n, 2);
    assert_memory_equal(&branches[0].id, &BRANCH_10B, sizeof BRANCH_10B);
    assert_memory_equal(&branches[0].root, &CITY, sizeof CITY);
    assert_int_equal(branches[0].n_path, 3);
    assert_int_equal(branches[0].n_meetings, 1);
    assert_int_equal(branches[0].meetings[0].month, DECEMBER);
    assert_int_equal(branches[0].meetings[0].starts_at_us, december(4));
    assert_false(branches[0].meetings[0].is_held);
    branches = prompt_store_read(f->ctx, &rest, &n);
    assert_int_equal(n, 1);
    assert_memory_equal(&branches[0].id, &BRANCH_4, sizeof BRANCH_4);
    assert_int_equal(branches[0].n_meetings, 0);
}

static void test_a_meeting_that_was_held_says_until_when_it_owes_its_resolution(void **state)
{
    struct fixture *f = *state;
    struct meeting owed = meeting_of(1, &BRANCH_10B, december(4)), settled = meeting_of(2, &BRANCH_4, december(4));
    owed.state = settled.state = PB__MEETING_STATE__MEETING_STATE_HELD;
    owed.resolution.due_at_us = settled.resolution.due_at_us = 400;
    settled.resolution.document = (struct uuid){{0xd2}};
    keep(f, &owed);
    keep(f, &settled);
    struct prompt_rows rows = prompt_store_branches(f->ctx, f->pg, NULL, DECEMBER);
    size_t n;
    must_flush(f->pg);
    const struct prompt_branch *branches = prompt_store_read(f->ctx, &rows, &n);
    assert_int_equal(n, 2);
    assert_true(branches[0].meetings[0].is_held && branches[1].meetings[0].is_held);
    assert_int_equal(branches[0].meetings[0].settle_due_us, 400);
    assert_int_equal(branches[1].meetings[0].settle_due_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_branches_come_with_their_meeting_and_their_heads),
        CASE(test_branches_come_with_what_was_said_above_them),
        CASE(test_those_that_are_named_and_lie_below_are_asked_for),
        CASE(test_who_may_remind_nobody_makes_nobody_read),
        CASE(test_a_branch_is_reminded_of_one_thing_until_that_is_recalled),
        CASE(test_branches_are_gone_through_with_their_meetings),
        CASE(test_a_meeting_that_was_held_says_until_when_it_owes_its_resolution),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
