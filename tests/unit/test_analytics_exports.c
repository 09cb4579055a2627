/* services/analytics/export: who may have which list as a file, how it is asked for, and what stands in it. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/analytics/export/export.h"
#include "services/analytics/export/export_file.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COMPLIANCE PB__TABLE_KIND__TABLE_KIND_COMPLIANCE
#define MEETINGS PB__TABLE_KIND__TABLE_KIND_MEETINGS
#define MEMBERS PB__TABLE_KIND__TABLE_KIND_MEMBERS
#define NOVEMBER (2026 * 12 + 10)
#define CSV PB__TABLE_FORMAT__TABLE_FORMAT_CSV
#define XLSX PB__TABLE_FORMAT__TABLE_FORMAT_XLSX

static char *text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

/* --- who ---------------------------------------------------------------------------------------------------------- */

static void test_secretaries_and_officers_may_have_lists_as_files(void **state)
{
    (void)state;
    static const struct {
        unsigned standing;
        bool may;
    } ROWS[] = {
        {0, false},
        {STANDING_MEMBER, false},
        {STANDING_DEPUTY, false},
        {STANDING_COMMITTEE, false},
        {STANDING_ADMIN, false},
        {STANDING_ABOVE, false},
        {STANDING_SECRETARY | STANDING_MEMBER, true},
        {STANDING_OFFICER, true},
        {STANDING_OFFICER | STANDING_OFFICER_HERE, true},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++)
        assert_int_equal(export_may(ROWS[i].standing), ROWS[i].may);
}

/* --- filters ------------------------------------------------------------------------------------------------------ */

static void test_a_filter_that_the_list_does_not_have_names_its_field(void **state)
{
    (void)state;
    static const Pb__TableFilter NONE = PB__TABLE_FILTER__INIT;
    Pb__TableFilter month = NONE, state_ = NONE, range = NONE, kind = NONE, status = NONE, both = NONE, back = NONE;
    month.has_month = true;
    state_.has_state = true;
    range.has_to = true;
    kind.has_kind = true;
    status.has_status = true;
    both.has_month = both.has_from = true;
    back.has_from = back.has_to = true;
    back.from = NOVEMBER;
    back.to = NOVEMBER - 1;
    const struct {
        Pb__TableKind kind;
        const Pb__TableFilter *filter;
        unsigned standing;
        enum err err;
        const char *field;
    } rows[] = {
        {COMPLIANCE, NULL, STANDING_OFFICER, ERR_OK, NULL},
        {COMPLIANCE, &NONE, STANDING_OFFICER, ERR_OK, NULL},
        {COMPLIANCE, &month, STANDING_OFFICER, ERR_OK, NULL},
        {COMPLIANCE, &state_, STANDING_OFFICER, ERR_OK, NULL},
        {COMPLIANCE, &range, STANDING_OFFICER, ERR_FIELD_UNKNOWN, "/filter/to"},
        {COMPLIANCE, &kind, STANDING_OFFICER, ERR_FIELD_UNKNOWN, "/filter/kind"},
        {COMPLIANCE, &status, STANDING_SECRETARY, ERR_FIELD_UNKNOWN, "/filter/status"},
        {MEETINGS, &month, STANDING_OFFICER, ERR_OK, NULL},
        {MEETINGS, &range, STANDING_OFFICER, ERR_OK, NULL},
        {MEETINGS, &kind, STANDING_OFFICER, ERR_OK, NULL},
        {MEETINGS, &both, STANDING_OFFICER, ERR_FIELD_CONFLICT, "/filter/month"},
        {MEETINGS, &back, STANDING_OFFICER, ERR_FIELD_TOO_SMALL, "/filter/to"},
        {MEETINGS, &state_, STANDING_OFFICER, ERR_FIELD_CHOICE, "/filter/state"}, /* not_registered */
        {MEETINGS, &status, STANDING_OFFICER, ERR_FIELD_UNKNOWN, "/filter/status"},
        {MEMBERS, &month, STANDING_SECRETARY, ERR_FIELD_UNKNOWN, "/filter/month"},
        {MEMBERS, &state_, STANDING_SECRETARY, ERR_FIELD_UNKNOWN, "/filter/state"},
        {MEMBERS, &status, STANDING_SECRETARY, ERR_OK, NULL},
        {MEMBERS, &status, STANDING_OFFICER, ERR_NOT_ALLOWED, NULL},
        {MEMBERS, &status, STANDING_OFFICER | STANDING_ADMIN, ERR_OK, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *field;
        assert_int_equal(export_check(rows[i].kind, rows[i].filter, rows[i].standing, &field), rows[i].err);
        if (rows[i].field)
            assert_string_equal(field, rows[i].field);
        else
            assert_null(field);
    }
}

static void test_every_word_of_a_state_is_one_of_the_lists_that_have_it(void **state)
{
    (void)state;
    static const bool OF[][2] = {
        [PB__TABLE_STATE__TABLE_STATE_NOT_REGISTERED] = {true, false},
        [PB__TABLE_STATE__TABLE_STATE_REGISTERED] = {true, false},
        [PB__TABLE_STATE__TABLE_STATE_NOT_HELD] = {true, false},
        [PB__TABLE_STATE__TABLE_STATE_HELD] = {true, true},
        [PB__TABLE_STATE__TABLE_STATE_RESOLUTION_OVERDUE] = {true, false},
        [PB__TABLE_STATE__TABLE_STATE_COMPLETE] = {true, false},
        [PB__TABLE_STATE__TABLE_STATE_DRAFT] = {false, true},
        [PB__TABLE_STATE__TABLE_STATE_SCHEDULED] = {false, true},
        [PB__TABLE_STATE__TABLE_STATE_CANCELLED] = {false, true},
    };
    assert_int_equal(ARRAY_LENGTH(OF), pb__table_state__descriptor.n_values);
    Pb__TableFilter filter = PB__TABLE_FILTER__INIT;
    const char *field;
    filter.has_state = true;
    for (size_t i = 0; i < ARRAY_LENGTH(OF); i++) {
        filter.state = (Pb__TableState)i;
        assert_int_equal(export_check(COMPLIANCE, &filter, STANDING_OFFICER, &field) == ERR_OK, OF[i][0]);
        assert_int_equal(export_check(MEETINGS, &filter, STANDING_OFFICER, &field) == ERR_OK, OF[i][1]);
    }
}

static void test_an_export_of_compliance_keeps_the_month_in_which_it_was_asked_for(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const int64_t now_us = clock_month_start_us(NOVEMBER + 1) - 1;
    assert_int_equal(export_settle(ctx, COMPLIANCE, NULL, now_us)->month, NOVEMBER);
    Pb__TableFilter filter = PB__TABLE_FILTER__INIT;
    filter.has_month = true;
    filter.month = NOVEMBER - 3;
    assert_int_equal(export_settle(ctx, COMPLIANCE, &filter, now_us)->month, NOVEMBER - 3);
    assert_null(export_settle(ctx, MEETINGS, NULL, now_us));
    mem_free(ctx);
}

/* --- questions ---------------------------------------------------------------------------------------------------- */

static void test_the_list_is_asked_for_as_its_route_would(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    Pb__TableFilter filter = PB__TABLE_FILTER__INIT;
    const struct uuid org = uuid_random();
    ProtobufCBinaryData cursor = mem_bytes(ctx, "cursor", 6), none = {0};
    filter.has_from = filter.has_to = filter.has_state = true;
    filter.from = NOVEMBER;
    filter.to = NOVEMBER + 1;
    filter.state = PB__TABLE_STATE__TABLE_STATE_HELD;
    struct export export = {.kind = MEETINGS, .organization = org, .filter = &filter};
    struct export_question question = export_ask(ctx, &export, cursor);
    const Pb__ListMeetings *meetings = (const Pb__ListMeetings *)question.message;
    assert_string_equal(question.service, "meeting");
    assert_int_equal(meetings->from, clock_date_join(2026, 11, 1));
    assert_int_equal(meetings->to, clock_date_join(2026, 12, 31));
    assert_int_equal(meetings->state, PB__MEETING_STATE__MEETING_STATE_HELD);
    assert_true(meetings->has_cursor && !meetings->has_month && !meetings->has_kind);
    struct uuid asked = uuid_or_zero(meetings->organization_id);
    assert_true(uuid_equal(&asked, &org));
    export = (struct export){.kind = MEMBERS, .organization = org};
    question = export_ask(ctx, &export, none);
    assert_string_equal(question.service, "auth");
    assert_false(((const Pb__ListMembers *)question.message)->has_cursor);
    mem_free(ctx);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void test_a_member_of_whom_no_status_is_shown_has_empty_cells(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    Pb__BranchRef branch = PB__BRANCH_REF__INIT;
    Pb__MemberItem shown = PB__MEMBER_ITEM__INIT, hidden = PB__MEMBER_ITEM__INIT, *items[] = {&shown, &hidden};
    Pb__Member__RoleHeld role = PB__MEMBER__ROLE_HELD__INIT, *roles[] = {&role};
    Pb__MemberList list = PB__MEMBER_LIST__INIT;
    branch.name = text("Chi bộ 4");
    role.role = PB__ROLE__ROLE_SECRETARY;
    role.organization = &branch;
    shown.full_name = hidden.full_name = text("Đặng Thị Út");
    shown.branch = hidden.branch = &branch;
    shown.has_status = shown.has_exempt = shown.exempt = shown.has_activated = true;
    shown.roles = roles;
    shown.n_roles = 1;
    list.items = items;
    list.n_items = 2;
    struct export_rows rows = export_rows(ctx, MEMBERS, &list.base);
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.n_columns, 6);
    assert_string_equal(rows.cells[2].text, "Bí thư (Chi bộ 4)");
    assert_string_equal(rows.cells[3].text, "Chính thức");
    assert_string_equal(rows.cells[4].text, "Có");
    assert_string_equal(rows.cells[5].text, "Không");
    for (size_t i = 2; i < 6; i++)
        assert_int_equal(rows.cells[6 + i].type, CELL_NOTHING);
    mem_free(ctx);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static char *make_folder(TALLOC_CTX *ctx)
{
    char *folder = mem_text(ctx, "/tmp/sotay-export-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static const char *read_file(TALLOC_CTX *ctx, const struct export_place *place, size_t *ret_n)
{
    char *bytes = mem_array(ctx, char, 1 << 20);
    FILE *file = fopen(mem_printf(ctx, "%s/%s", place->folder, export_file_path(ctx, place)), "re");
    assert_non_null(file);
    *ret_n = fread(bytes, 1, (1 << 20) - 1, file);
    fclose(file);
    return bytes;
}

static struct export_rows row_of(TALLOC_CTX *ctx, const char *name)
{
    struct export_rows rows = {.cells = mem_array(ctx, struct cell, 6), .n = 1, .n_columns = 6};
    rows.cells[0] = (struct cell){.type = CELL_TEXT, .text = name};
    rows.cells[1] = (struct cell){.type = CELL_NUMBER, .number = 7};
    rows.cells[2] = (struct cell){.type = CELL_TIME, .number = clock_month_start_us(NOVEMBER) + 90 * CLOCK_MINUTE_US};
    rows.cells[3] = (struct cell){.type = CELL_MONTH, .number = NOVEMBER};
    return rows;
}

static void test_another_take_goes_on_behind_what_was_kept(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct export_place place = {.folder = make_folder(ctx), .id = uuid_random(), .take = 1};
    struct export_rows first = row_of(ctx, "=1"), second = row_of(ctx, "B"), lost = row_of(ctx, "lost");
    struct export_file *file;
    int64_t kept, bytes;
    size_t n;
    assert_int_equal(export_file_begin(ctx, &place, MEMBERS, CSV, &file), ERR_OK);
    assert_int_equal(export_file_add(file, &first), ERR_OK);
    assert_int_equal(export_file_keep(file, &kept), ERR_OK);
    assert_int_equal(export_file_add(file, &lost), ERR_OK);
    mem_free(file);
    place.take = 2;
    assert_int_equal(export_file_resume(ctx, &place, 7, kept, &file), ERR_NOT_FOUND);
    assert_int_equal(export_file_resume(ctx, &place, 1, kept + 10000, &file), ERR_NOT_FOUND);
    assert_int_equal(export_file_resume(ctx, &place, 1, kept, &file), ERR_OK);
    assert_int_equal(export_file_add(file, &second), ERR_OK);
    assert_int_equal(export_file_finish(file, &bytes), ERR_OK);
    const char *got = read_file(ctx, &place, &n);
    assert_int_equal(n, bytes);
    assert_string_equal(got, "\xef\xbb\xbf"
                             "\"Họ và tên\",\"Chi bộ\",\"Chức vụ\",\"Tình trạng\",\"Được miễn sinh hoạt\","
                             "\"Đã kích hoạt ứng dụng\"\r\n"
                             "\"'=1\",7,2026-11-01 01:30,2026-11,,\r\n\"B\",7,2026-11-01 01:30,2026-11,,\r\n");
    mem_free(file);
    export_file_remove(&place, 1);
    assert_int_equal(rmdir(place.folder), 0);
    mem_free(ctx);
}

static void test_a_workbook_that_is_not_finished_leaves_nothing(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct export_place place = {.folder = make_folder(ctx), .id = uuid_random(), .take = 1};
    struct export_rows rows = row_of(ctx, "=1");
    struct export_file *file;
    int64_t bytes;
    size_t n;
    assert_int_equal(export_file_begin(ctx, &place, MEMBERS, XLSX, &file), ERR_OK);
    assert_int_equal(export_file_add(file, &rows), ERR_OK);
    assert_int_equal(export_file_keep(file, &bytes), ERR_OK);
    mem_free(file);
    assert_int_equal(rmdir(place.folder), 0);
    place.folder = make_folder(ctx);
    assert_int_equal(export_file_begin(ctx, &place, MEMBERS, XLSX, &file), ERR_OK);
    assert_int_equal(export_file_add(file, &rows), ERR_OK);
    assert_int_equal(export_file_finish(file, &bytes), ERR_OK);
    assert_memory_equal(read_file(ctx, &place, &n), "PK", 2);
    assert_int_equal(n, bytes);
    mem_free(file);
    export_file_remove(&place, 1);
    assert_int_equal(rmdir(place.folder), 0);
    mem_free(ctx);
}

static void test_a_file_is_named_in_vietnamese_and_as_every_system_takes_it(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    Pb__TableFilter filter = PB__TABLE_FILTER__INIT;
    filter.has_month = true;
    filter.month = NOVEMBER;
    const struct export compliance = {.kind = COMPLIANCE, .format = XLSX, .filter = &filter},
                        members = {.kind = MEMBERS, .format = CSV};
    assert_string_equal(export_file_name(ctx, &compliance, "Đảng ủy phường"),
                        "Tình hình sinh hoạt 11-2026 - Đảng ủy phường.xlsx");
    assert_string_equal(export_file_name(ctx, &members, "Chi bộ 1/2 \"A\"\n"),
                        "Danh sách đảng viên - Chi bộ 1-2 -A--.csv");
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secretaries_and_officers_may_have_lists_as_files),
        cmocka_unit_test(test_a_filter_that_the_list_does_not_have_names_its_field),
        cmocka_unit_test(test_every_word_of_a_state_is_one_of_the_lists_that_have_it),
        cmocka_unit_test(test_an_export_of_compliance_keeps_the_month_in_which_it_was_asked_for),
        cmocka_unit_test(test_the_list_is_asked_for_as_its_route_would),
        cmocka_unit_test(test_a_member_of_whom_no_status_is_shown_has_empty_cells),
        cmocka_unit_test(test_another_take_goes_on_behind_what_was_kept),
        cmocka_unit_test(test_a_workbook_that_is_not_finished_leaves_nothing),
        cmocka_unit_test(test_a_file_is_named_in_vietnamese_and_as_every_system_takes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
