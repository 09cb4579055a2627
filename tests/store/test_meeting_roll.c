/* Rolls of services/meeting against a real PostgreSQL: who may be on one, what a batch writes is what the next one
 * loads, and who sees it. */
#include "meeting_fixture.h"

#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/store.h"
#include "services/meeting/loops.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/roll/roll_set.h"
#include "services/meeting/roll/roll_store.h"
#include <string.h>

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

static void sits(struct fixture *f, Pb__DirectoryMember *record, const struct uuid *branch)
{
    Pb__DirectoryMember__Position *position = mem_new(f->ctx, Pb__DirectoryMember__Position);
    pb__directory_member__position__init(position);
    position->role = PB__ROLE__ROLE_SECRETARY;
    position->organization_id = uuid_to_pb(f->ctx, branch);
    record->positions = mem_array(f->ctx, Pb__DirectoryMember__Position *, 1);
    record->positions[record->n_positions++] = position;
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
        if (PEOPLE[i].id == &SECRETARY)
            sits(f, record, &BRANCH_10B);
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
    begin(f);
    struct loop_batch *batch = load_roll(f);
    assert_int_equal(roll_report_absence(f->ctx, meeting_set_find(batch, &MEETING), roll_set_find(batch, &MEETING),
                                         &MEMBER, "Công tác", 500, &next),
                     ERR_OK);
    assert_true(roll_set_keep(batch, &MEETING, &next));
    write_whole(f, batch);
    const struct roll_own_filter own = {.member = &MEMBER, .has_from = true, .from_us = december(1)},
                                 late = {.member = &MEMBER, .has_from = true, .from_us = december(5)},
                                 other = {.member = &SECRETARY, .meeting = &MEETING},
                                 page = {.member = &MEMBER, .limit = 1},
                                 next_page = {
                                     .member = &MEMBER, .limit = 1, .has_after = true, .after = {december(4), MEETING}};
    struct pg_result *rows = roll_store_own_queue(f->ctx, f->pg, &own),
                     *none = roll_store_own_queue(f->ctx, f->pg, &late),
                     *of_other = roll_store_own_queue(f->ctx, f->pg, &other),
                     *first = roll_store_own_queue(f->ctx, f->pg, &page),
                     *behind = roll_store_own_queue(f->ctx, f->pg, &next_page);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    assert_int_equal(pg_rows(first), 1);
    assert_int_equal(pg_rows(none) + pg_rows(of_other) + pg_rows(behind), 0);
    struct roll_own found = roll_store_own_read(f->ctx, rows, 0);
    assert_memory_equal(&found.meeting, &MEETING, sizeof MEETING);
    assert_int_equal(found.starts_at_us, december(4));
    assert_int_equal(found.mark.state, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED);
    assert_string_equal(found.mark.reason, "Công tác");
    assert_string_equal(found.full_name, "Đảng Viên");
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

/* --- commands of one batch ---------------------------------------------------------------------------------------- */

/* What the secretary says of the meeting, one command after the other. */
struct script {
    struct loop_message said[16];
    size_t n;
};

static void say(struct script *script, const ProtobufCMessage *body, int64_t now_us)
{
    script->said[script->n++] = (struct loop_message){.topic = TOPIC_MEETING_COMMANDS,
                                                      .id = {{0x70, (uint8_t)script->n}},
                                                      .aggregate = MEETING,
                                                      .actor = SECRETARY,
                                                      .has_actor = true,
                                                      .now_us = now_us,
                                                      .appended_at_us = now_us,
                                                      .body = body};
}

static void say_schedule(struct fixture *f, struct script *script, Pb__MeetingKind kind,
                         const struct uuid *const participants[], size_t n)
{
    Pb__ScheduleMeeting *body = mem_new(f->ctx, Pb__ScheduleMeeting);
    Pb__AgendaItemInput *item = mem_new(f->ctx, Pb__AgendaItemInput);
    pb__schedule_meeting__init(body);
    pb__agenda_item_input__init(item);
    item->title = mem_text(f->ctx, "Góp ý");
    body->organization_id = uuid_to_pb(f->ctx, &BRANCH_10B);
    body->kind = kind;
    body->starts_at_us = december(4);
    body->place = mem_text(f->ctx, "Nhà văn hóa");
    body->has_publish = body->publish = true;
    body->agenda = mem_copy(f->ctx, &item, sizeof(Pb__AgendaItemInput *));
    body->n_agenda = 1;
    body->participant_ids = mem_array(f->ctx, ProtobufCBinaryData, n);
    for (; body->n_participant_ids < n; body->n_participant_ids++)
        body->participant_ids[body->n_participant_ids] = uuid_to_pb(f->ctx, participants[body->n_participant_ids]);
    say(script, &body->base, december(1));
}

static void say_participants(struct fixture *f, struct script *script, const struct uuid *const participants[],
                             size_t n)
{
    Pb__EditMeeting *body = mem_new(f->ctx, Pb__EditMeeting);
    pb__edit_meeting__init(body);
    body->meeting_id = uuid_to_pb(f->ctx, &MEETING);
    body->named_fields = mem_array(f->ctx, uint32_t, 1);
    body->named_fields[body->n_named_fields++] = FIELD_EDIT_MEETING_PARTICIPANT_IDS;
    body->participant_ids = mem_array(f->ctx, ProtobufCBinaryData, n);
    for (; body->n_participant_ids < n; body->n_participant_ids++)
        body->participant_ids[body->n_participant_ids] = uuid_to_pb(f->ctx, participants[body->n_participant_ids]);
    say(script, &body->base, december(4));
}

/* Of one that he is excused or, exempt, that he was there; of the rest that they were. */
static void say_roll_call(struct fixture *f, struct script *script, const struct uuid *member,
                          Pb__AttendanceState state)
{
    Pb__RecordAttendance *body = mem_new(f->ctx, Pb__RecordAttendance);
    Pb__RecordAttendance__Entry *entry = mem_new(f->ctx, Pb__RecordAttendance__Entry);
    pb__record_attendance__init(body);
    pb__record_attendance__entry__init(entry);
    entry->member_id = uuid_to_pb(f->ctx, member);
    entry->state = state;
    body->meeting_id = uuid_to_pb(f->ctx, &MEETING);
    body->entries = mem_copy(f->ctx, &entry, sizeof(Pb__RecordAttendance__Entry *));
    body->n_entries = 1;
    body->has_others = true;
    body->others = PB__ATTENDANCE_OF_OTHERS__ATTENDANCE_OF_OTHERS_PRESENT;
    say(script, &body->base, december(4));
}

static void say_hold(struct fixture *f, struct script *script)
{
    Pb__HoldMeeting *body = mem_new(f->ctx, Pb__HoldMeeting);
    pb__hold_meeting__init(body);
    body->meeting_id = uuid_to_pb(f->ctx, &MEETING);
    body->ended_at_us = december(4);
    say(script, &body->base, december(4));
}

static void say_reopen(struct fixture *f, struct script *script)
{
    Pb__ReopenMeeting *body = mem_new(f->ctx, Pb__ReopenMeeting);
    pb__reopen_meeting__init(body);
    body->meeting_id = uuid_to_pb(f->ctx, &MEETING);
    body->reason = mem_text(f->ctx, "Ghi nhầm");
    say(script, &body->base, december(4));
}

/* The meeting, its counts and its roll as the next batch finds them. */
static char *picture(struct fixture *f)
{
    struct loop_batch *batch = load_roll(f);
    const struct meeting *meeting = meeting_set_find(batch, &MEETING);
    const struct meeting_attendance *is = &meeting->attendance;
    const struct roll *roll = roll_set_find(batch, &MEETING);
    char *text = mem_printf(f->ctx, "version %d state %d revision %d: base %d present %d excused %d exempt %d/%d\n",
                            (int)meeting->version, meeting->state, is->revision, is->base, is->present, is->excused,
                            is->exempt_present, is->exempt);
    for (size_t i = 0; i < roll->n; i++)
        text = mem_append(text, "%s %d %d %d %d\n", roll->people[i].full_name, roll->people[i].is_frozen,
                          roll_standing(meeting, &roll->people[i]), roll->people[i].mark.has_state,
                          roll->people[i].mark.state);
    must(f->pg, "ROLLBACK");
    return text;
}

/* As batches of so many commands. */
static char *run(struct fixture *f, struct script *script, size_t in_a_batch)
{
    fixture_reset(f->pg);
    for (size_t i = 0; i < script->n; i += in_a_batch)
        parts_hear(f, MEETING_COMMANDS_LOOP.parts, MEETING_COMMANDS_LOOP.n_parts, &script->said[i],
                   script->n - i < in_a_batch ? script->n - i : in_a_batch);
    return picture(f);
}

static void assert_batches_decide_alike(struct fixture *f, struct script *script, const char *expected)
{
    char *one_by_one = run(f, script, 1);
    assert_int_equal(strncmp(one_by_one, expected, strlen(expected)), 0);
    for (size_t n = 2; n <= script->n; n++)
        assert_string_equal(run(f, script, n), one_by_one);
}

static void test_one_batch_decides_of_a_regular_meeting_as_many_do(void **state)
{
    struct fixture *f = *state;
    struct script script = {.n = 0};
    tell_people(f);
    say_schedule(f, &script, PB__MEETING_KIND__MEETING_KIND_REGULAR, NULL, 0);
    say_roll_call(f, &script, &MEMBER, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED);
    say_hold(f, &script);
    say_reopen(f, &script);
    say_roll_call(f, &script, &EXEMPT, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_PRESENT);
    say_hold(f, &script);
    say_roll_call(f, &script, &MOVED, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED);
    assert_batches_decide_alike(f, &script, "version 4 state 2 revision 6: base 3 present 1 excused 2 exempt 1/1\n");
}

static void test_one_batch_decides_of_named_participants_as_many_do(void **state)
{
    static const struct uuid *const THREE[] = {&SECRETARY, &MEMBER, &EXEMPT}, *const TWO[] = {&SECRETARY, &EXEMPT};
    struct fixture *f = *state;
    struct script script = {.n = 0};
    tell_people(f);
    say_schedule(f, &script, PB__MEETING_KIND__MEETING_KIND_EXECUTIVE, THREE, 3);
    say_roll_call(f, &script, &MEMBER, PB__ATTENDANCE_STATE__ATTENDANCE_STATE_EXCUSED);
    say_participants(f, &script, TWO, 2);
    assert_batches_decide_alike(f, &script, "version 2 state 1 revision 2: base 2 present 2 excused 0 exempt 0/0\n");
    say_participants(f, &script, NULL, 0);
    assert_batches_decide_alike(f, &script, "version 3 state 1 revision 3: base 1 present 1 excused 0 exempt 0/0\n");
    say_participants(f, &script, THREE, 3);
    say_hold(f, &script);
    assert_batches_decide_alike(f, &script, "version 5 state 2 revision 5: base 3 present 2 excused 1 exempt 0/0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_whoever_left_since_the_hour_is_on_the_roll),
        CASE(test_what_was_said_is_found_and_stays_frozen),
        CASE(test_the_heads_see_it_and_nobody_else),
        CASE(test_a_member_finds_his_own),
        CASE(test_the_secret_of_codes_stays_the_same),
        CASE(test_one_batch_decides_of_a_regular_meeting_as_many_do),
        CASE(test_one_batch_decides_of_named_participants_as_many_do),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
