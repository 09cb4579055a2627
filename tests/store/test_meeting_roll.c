/* Rolls of services/meeting against a real PostgreSQL: who may be on one, what a batch writes is what the next one
 * loads, and who sees it. */
#include "meeting_fixture.h"

#include "common/base/mem.h"
#include "services/directory/store.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_set.h"
#include "services/meeting/roll/roll_store.h"

static const struct uuid MEETING = {{1}}, EXEMPT = {{0x53}}, MOVED = {{0x55}};

static void add_interval(struct fixture *f, Pb__DirectoryMember *record, const struct uuid *branch, int64_t from_us,
                         int64_t to_us)
{
    Pb__DirectoryMember__Interval *interval = mem_new(f->ctx, Pb__DirectoryMember__Interval);
    pb__directory_member__interval__init(interval);
    interval->branch_id = uuid_to_pb(f->ctx, branch);
    interval->from_us = from_us;
    interval->has_to_us = to_us > 0;
    interval->to_us = to_us;
    record->intervals[record->n_intervals++] = interval;
}

static Pb__DirectoryMember *record_of(struct fixture *f, const struct uuid *id, const char *name)
{
    static uint64_t version = 1; /* newer than what other tests have told */
    Pb__DirectoryMember *record = mem_new(f->ctx, Pb__DirectoryMember);
    pb__directory_member__init(record);
    record->id = uuid_to_pb(f->ctx, id);
    record->version = ++version;
    record->full_name = mem_text(f->ctx, name);
    record->intervals = mem_array(f->ctx, Pb__DirectoryMember__Interval *, 2);
    return record;
}

/* The secretary, a member, one who is exempt, and one who moved to branch 4 an hour after the meeting of 4 December. */
static void tell_people(struct fixture *f)
{
    static const struct {
        const struct uuid *id;
        const char *name;
    } PEOPLE[] = {{&SECRETARY, "Bí Thư"}, {&MEMBER, "Đảng Viên"}, {&EXEMPT, "Được Miễn"}, {&MOVED, "An Chuyển"}};
    struct pg_args *rows = directory_store_members(f->ctx);
    for (size_t i = 0; i < 4; i++) {
        Pb__DirectoryMember *record = record_of(f, PEOPLE[i].id, PEOPLE[i].name);
        bool moves = PEOPLE[i].id == &MOVED;
        add_interval(f, record, &BRANCH_10B, 1, moves ? december(4) + 3600 : 0);
        record->intervals[0]->exempt = PEOPLE[i].id == &EXEMPT;
        if (moves)
            add_interval(f, record, &BRANCH_4, december(4) + 3600, 0);
        directory_store_add_member(rows, f->ctx, record, mem_pack(f->ctx, &record->base));
    }
    pg_queue(f->pg, rows);
    must_flush(f->pg);
}

static struct loop_batch *load_roll(struct fixture *f)
{
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, &MEETING, 0);
    roll_set_want(batch, &MEETING);
    roll_set_want_key(batch);
    return load_wanted(f, batch);
}

static struct meeting_attendance count_of(const struct loop_batch *batch)
{
    return roll_count(meeting_set_find(batch, &MEETING), roll_set_find(batch, &MEETING));
}

static void begin(struct fixture *f)
{
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4));
    tell_people(f);
    keep(f, &meeting);
}

static void test_whoever_left_since_the_hour_is_on_the_roll(void **state)
{
    struct fixture *f = *state;
    begin(f);
    struct loop_batch *batch = load_roll(f);
    assert_int_equal(count_of(batch).base, 3);
    assert_int_equal(count_of(batch).exempt, 1);
    must(f->pg, "ROLLBACK");
    struct meeting later = meeting_of(1, &BRANCH_10B, december(5));
    later.version = 2;
    keep(f, &later);
    batch = load_roll(f);
    assert_int_equal(count_of(batch).base, 2);
    must(f->pg, "ROLLBACK");
}

static void test_what_was_said_is_found_and_stays_frozen(void **state)
{
    struct fixture *f = *state;
    const struct roll_entry entries[] = {{MEMBER, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED, "Ốm"}};
    const struct roll_call call = {entries, 1, true, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT};
    struct problems problems = {.n = 0};
    struct roll next;
    begin(f);
    struct loop_batch *batch = load_roll(f);
    struct meeting held = *meeting_set_find(batch, &MEETING);
    assert_int_equal(roll_call(f->ctx, &held, roll_set_find(batch, &MEETING), &call, 500, &problems, &next), ERR_OK);
    next = roll_freeze(f->ctx, &held, &next);
    held.state = PB__MEETING_STATE__MEETING_STATE_HELD;
    held.version++;
    assert_int_equal(meeting_set_keep(batch, &held), ERR_OK);
    assert_true(roll_set_keep(batch, &MEETING, &next));
    assert_false(roll_set_keep(batch, &MEETING, &next));
    struct meeting_attendance counts = count_of(batch);
    counts.revision = 1;
    meeting_set_attend(batch, &MEETING, &counts);
    write_whole(f, batch);
    must(f->pg, "UPDATE directory_member SET branch_id = NULL, exempt = true");

    batch = load_roll(f);
    assert_int_equal(count_of(batch).base, 3);
    assert_int_equal(count_of(batch).present, 2);
    assert_int_equal(count_of(batch).excused, 1);
    assert_int_equal(meeting_set_find(batch, &MEETING)->attendance.present, 2);
    assert_int_equal(meeting_set_find(batch, &MEETING)->attendance.revision, 1);
    assert_string_equal(roll_find(roll_set_find(batch, &MEETING), &MEMBER)->mark.reason, "Ốm");
    must(f->pg, "ROLLBACK");
}

static void test_the_heads_see_it_and_nobody_else(void **state)
{
    struct fixture *f = *state;
    struct uuid here[] = {BRANCH_10B}, elsewhere[] = {BRANCH_4}, meeting;
    const struct directory_scope head = {.heads = here, .n_heads = 1}, other = {.heads = elsewhere, .n_heads = 1},
                                 member = {.branch = BRANCH_10B, .has_branch = true};
    begin(f);
    struct pg_result *seen = roll_store_queue_seen(f->ctx, f->pg, &head, &MEETING),
                     *of_other = roll_store_queue_seen(f->ctx, f->pg, &other, &MEETING),
                     *of_member = roll_store_queue_seen(f->ctx, f->pg, &member, &MEETING);
    must_flush(f->pg);
    assert_int_equal(pg_rows(of_other) + pg_rows(of_member), 0);
    const struct roll roll = roll_store_read(f->ctx, seen, 0, &meeting);
    assert_true(roll.n >= 3);
    for (size_t i = 1; i < roll.n; i++)
        assert_true(uuid_compare(&roll.people[i - 1].id, &roll.people[i].id) < 0);
}

static void test_a_member_finds_his_own(void **state)
{
    struct fixture *f = *state;
    struct roll next;
    struct roll_mark mark;
    const char *name;
    begin(f);
    struct loop_batch *batch = load_roll(f);
    assert_int_equal(roll_report_absence(f->ctx, meeting_set_find(batch, &MEETING), roll_set_find(batch, &MEETING),
                                         &MEMBER, "Công tác", 500, &next),
                     ERR_OK);
    assert_true(roll_set_keep(batch, &MEETING, &next));
    write_whole(f, batch);
    const struct roll_own_filter own = {.member = &MEMBER, .has_from = true, .from_us = december(1)},
                                 late = {.member = &MEMBER, .has_from = true, .from_us = december(5)},
                                 other = {.member = &SECRETARY, .meeting = &MEETING};
    struct pg_result *rows = roll_store_own_queue(f->ctx, f->pg, &own),
                     *none = roll_store_own_queue(f->ctx, f->pg, &late),
                     *of_other = roll_store_own_queue(f->ctx, f->pg, &other);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_rows(none) + pg_rows(of_other), 0);
    struct uuid meeting = roll_store_own_read(f->ctx, rows, 0, &mark, &name);
    assert_memory_equal(&meeting, &MEETING, sizeof meeting);
    assert_int_equal(mark.state, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED);
    assert_string_equal(mark.reason, "Công tác");
    assert_string_equal(name, "Đảng Viên");
}

static void test_the_secret_of_codes_stays_the_same(void **state)
{
    struct fixture *f = *state;
    static const struct check_in_key NOTHING;
    begin(f);
    struct loop_batch *batch = load_roll(f);
    const struct check_in_key first = *roll_set_key(batch);
    must(f->pg, "ROLLBACK");
    batch = load_roll(f);
    assert_memory_equal(&first, roll_set_key(batch), sizeof first);
    assert_memory_not_equal(&first, &NOTHING, sizeof first);
    must(f->pg, "ROLLBACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_whoever_left_since_the_hour_is_on_the_roll), CASE(test_what_was_said_is_found_and_stays_frozen),
        CASE(test_the_heads_see_it_and_nobody_else),           CASE(test_a_member_finds_his_own),
        CASE(test_the_secret_of_codes_stays_the_same),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
