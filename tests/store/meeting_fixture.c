#include "meeting_fixture.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_slot.h"
#include "common/loop/migrations.h"
#include "services/directory/migrations.h"
#include "services/meeting/comment/comment_set.h"
#include "services/meeting/loops.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/migrations.h"

const struct uuid CITY = {{0xc1}}, WARD = {{0xc2}}, BRANCH_10B = {{0xb1}}, BRANCH_4 = {{0xb4}};
const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
/* A row a line. */
/* clang-format off */
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path) VALUES"
    " (" ID("c1") ", 1, 'C', 'Thành phố', 0, ARRAY[" ID("c1") "]::uuid[]),"
    " (" ID("c2") ", 1, 'W', 'Phường', 2, ARRAY[" ID("c1") ", " ID("c2") "]::uuid[]),"
    " (" ID("b1") ", 1, '10B', 'Chi bộ 10B', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID("b1") "]::uuid[]),"
    " (" ID("b4") ", 1, '4', 'Chi bộ 4', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID("b4") "]::uuid[]);"
    "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record) VALUES"
    " (" ID("51") ", 1, 'Bí Thư', " ID("b1") ", 0, false, ''),"
    " (" ID("52") ", 1, 'Đảng Viên', " ID("b1") ", 0, false, ''),"
    " (" ID("53") ", 1, 'Được Miễn', " ID("b1") ", 0, true, ''),"
    " (" ID("54") ", 1, 'Đã Rời', " ID("b1") ", 3, false, '');"
    "INSERT INTO directory_position(member_id, organization_id, role, from_us, phone) VALUES"
    " (" ID("51") ", " ID("b1") ", 2, 0, '+84900000001');"
    "INSERT INTO document(id, version, title) VALUES (" ID("d1") ", 1, 'Nghị quyết 15');";
/* clang-format on */

void fixture_fill(struct pg *pg)
{
    must(pg, "CREATE EXTENSION unaccent");
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, directory);
    MUST_MIGRATE(pg, meeting);
    must_all(pg, CITY_ROWS);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE meeting, meeting_comment, meeting_proposal, meeting_attendance, meeting_minutes, meeting_told,"
             " task, agenda_template, reminder, reminder_recalled CASCADE");
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct loop_batch *new_batch(struct fixture *f)
{
    return loop_batch_new(f->ctx, MEETING_COMMANDS_LOOP.parts, MEETING_COMMANDS_LOOP.n_parts, 0);
}

struct loop_batch *load_wanted(struct fixture *f, struct loop_batch *batch)
{
    parts_load(f->pg, batch);
    return batch;
}

struct loop_batch *load(struct fixture *f, const struct uuid *meeting)
{
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, meeting, MEETING_WANT_AGENDA | MEETING_WANT_AUDIENCE);
    return load_wanted(f, batch);
}

void write_whole(struct fixture *f, struct loop_batch *batch)
{
    enum err err = parts_write(f->pg, batch);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
}

int64_t december(int day)
{
    return clock_date_start_us(clock_date_join(2026, 12, day)) + 19 * CLOCK_HOUR_US;
}

struct meeting meeting_of(uint8_t id, const struct uuid *org, int64_t starts_at_us)
{
    static const struct agenda_document documents[] = {{.id = {{0xd1}}, .title = "Nghị quyết 15"}};
    static const struct agenda_item agenda[] = {
        {.id = {{0xa1}}, .title = "Đọc nghị quyết", .minutes = 30, .documents = documents, .n_documents = 1},
        {.id = {{0xa2}}, .title = "Góp ý", .minutes = 15},
    };
    struct meeting meeting = {.id = {{id}},
                              .organization = *org,
                              .version = 1,
                              .state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
                              .starts_at_us = starts_at_us,
                              .place = "Nhà văn hóa Đống Đa",
                              .created_at_us = 1,
                              .registered_at_us = 2};
    if (id == 1) { /* the ids of items are one meeting's */
        meeting.agenda = agenda;
        meeting.n_agenda = 2;
    }
    return meeting;
}

void keep(struct fixture *f, const struct meeting *meeting)
{
    struct loop_batch *batch = load(f, &meeting->id);
    assert_int_equal(meeting_set_keep(batch, meeting), ERR_OK);
    write_whole(f, batch);
}

struct named_comment comment_of(uint8_t id, const struct uuid *author, int visibility)
{
    return (struct named_comment){.is = {.id = {{id}},
                                         .meeting = {{1}},
                                         .author = *author,
                                         .text = "Đồng ý",
                                         .created_at_us = 100 + id,
                                         .visibility = (Pb__CommentVisibility)visibility}};
}

void comment_thrice(struct fixture *f)
{
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    const struct named_comment comments[] = {comment_of(0x11, &MEMBER, 0), comment_of(0x12, &MEMBER, 1),
                                             comment_of(0x13, &SECRETARY, 0)};
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    for (size_t i = 0; i < 3; i++) {
        comment_set_keep(batch, &comments[i]);
        meeting_set_count(batch, &made.id, MEETING_COMMENTS, comment_is_counted(&comments[i].is));
    }
    write_whole(f, batch);
}
