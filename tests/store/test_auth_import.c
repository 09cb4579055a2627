/* The roster import against a real PostgreSQL: what it takes, refuses, warns of, and what becomes of it when it is
 * stopped. */
#include "roster_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/import/import_commands.h"
#include "services/auth/member/member.h"
#include "services/auth/membership/membership_set.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"

#include <stdio.h>
#include <string.h>

/* --- what it takes --- */

static void test_an_import_counts_and_a_repeated_one_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct import_job r = import_as(f, &(struct import_job){.preview = true}, ORGANIZATIONS, MEMBERS);
    assert_result(&r, 7, 0, 0, 0);
    assert_null(record_of(f, "00")->phone);
    r = import(f, ORGANIZATIONS, MEMBERS);
    assert_result(&r, 7, 0, 0, 0);
    r = import(f, ORGANIZATIONS, MEMBERS);
    assert_result(&r, 0, 0, 7, 0);
    Pb__Organization *ward = organization(f, "W"), *branch = organization(f, "B1");
    assert_int_equal(ward->members, 4);
    assert_int_equal(ward->branches, 2);
    assert_int_equal(branch->exempt, 1);
    assert_int_equal(branch->attendance_base, 1);
    assert_string_equal(branch->contact->full_name, "Nguyễn Thị Đào");
    assert_int_equal(branch->meeting_day, 4);
}

static void test_a_changed_branch_is_a_transfer(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    uint64_t version = record_of(f, "01")->version;
    static const char MOVED[] = MEMBER_COLUMNS "\n"
                                               "01,Nguyễn Thị Đào,,,,B2,official,false,,,\n";
    struct import_job r = import(f, ORGANIZATIONS, MOVED);
    assert_result(&r, 0, 1, 3, 0);
    Pb__DirectoryMember *m = record_of(f, "01");
    assert_true(m->version > version);
    assert_int_equal(m->n_intervals, 2);
    assert_true(m->intervals[0]->has_to_us && m->intervals[0]->to_us == m->intervals[1]->from_us);
    assert_false(m->intervals[1]->has_to_us);
    assert_true(m->positions[0]->has_to_us);
    assert_null(m->phone);
    assert_int_equal(organization(f, "B1")->members, 2);
    assert_int_equal(organization(f, "B2")->members, 2);
}

static void test_positions_are_replaced_and_ended(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    char text[1024];
    static const char HEADER[] = MEMBER_COLUMNS "\n";
    (void)snprintf(text, sizeof text,
                   "%s01,Nguyễn Thị Đào,,,,B1,official,false,deputy_secretary,,\n04,Phạm Thị Dế,,,,B2,left,false,,,\n",
                   HEADER);
    struct import_job r = import(f, ORGANIZATIONS, text);
    assert_int_equal(r.updated, 2);
    Pb__DirectoryMember *deputy = record_of(f, "01"), *gone = record_of(f, "04");
    assert_int_equal(deputy->n_positions, 2);
    assert_true(deputy->positions[0]->has_to_us);
    assert_int_equal(deputy->positions[1]->role, PB__ROLE__ROLE_DEPUTY_SECRETARY);
    assert_true(gone->positions[0]->has_to_us);
    assert_true(gone->n_intervals == 1 && gone->intervals[0]->has_to_us);
    (void)snprintf(text, sizeof text, "%s01,Nguyễn Thị Đào,,,,B1,official,false,none,,\n", HEADER);
    r = import(f, ORGANIZATIONS, text);
    assert_int_equal(r.updated, 1);
    assert_true(record_of(f, "01")->positions[1]->has_to_us);
}

static void test_a_moved_organisation_takes_its_subtree_along(void **state)
{
    struct fixture *f = *state;
    import(
        f,
        "code,parent_code,level,name,meeting_day\nD,R,district,Quận,\nW,R,grassroots,Phường,\nB1,W,branch,Chi bộ 1,\n",
        MEMBERS);
    import(f, "code,parent_code,level,name,meeting_day\nW,D,grassroots,Phường,\n", MEMBERS);
    struct uuid id = organization_id_of("B1");
    struct loop_record_list records;
    assert_int_equal(organization_store_records(f->pg, f->ctx, &id, 1, &records), ERR_OK);
    Pb__DirectoryOrganization *o = (Pb__DirectoryOrganization *)mem_unpack(
        f->ctx, &pb__directory_organization__descriptor, records.items[0].value.data, records.items[0].value.len);
    assert_int_equal(o->n_path, 4);
    assert_int_equal(o->version, 2);
    assert_int_equal(organization(f, "D")->members, 3);
}

/* --- what it refuses, and warns of --- */

static void test_rows_in_error_are_named_and_the_others_taken(void **state)
{
    struct fixture *f = *state;
    static const char TREE[] = "code,parent_code,level,name,meeting_day\n"
                               "W,R,grassroots,Phường,\nB1,W,branch,Chi bộ 1,\nB1,W,branch,Lần nữa,\n"
                               "X,Y,district,Vòng,\nY,X,grassroots,Vòng,\n"
                               "L,W,branch,Lẻ,40\nN,NOBODY,branch,Lạc,\n";
    static const char PEOPLE[] =
        "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,"
        "position,position_org_code,phone\n"
        "01,Một,,,,B1,official,false,,,\n01,Một,,,,B1,official,false,,,\n02,Hai,,,,N,official,false,,,\n"
        "03,Ba,,,,W,official,false,,,\n04,Bốn,,,,B1,official,false,officer,,\n"
        "05,Năm,,,,B1,official,false,secretary,NOBODY,\n"
        "06,S\xc3\xa1u,,,,B1,official,false,,,\n";
    struct import_job r = import(f, TREE, PEOPLE);
    assert_int_equal(r.created, 2 + 2);
    assert_int_equal(r.rejected, 10);
    assert_int_equal(r.rows, 14);
    const struct import_view_errors errors = errors_of(f, &r, false);
    assert_int_equal(errors.n, 10);
    assert_error(&errors, 0, "organizations.csv", 4, "code", ERR_FIELD_DUPLICATE);
    assert_error(&errors, 1, "organizations.csv", 5, "parent_code", ERR_FIELD_CONFLICT);
    assert_error(&errors, 3, "organizations.csv", 7, "meeting_day", ERR_FIELD_TOO_LARGE);
    assert_error(&errors, 4, "organizations.csv", 8, "parent_code", ERR_FIELD_UNKNOWN_ID);
    assert_error(&errors, 5, "members.csv", 3, "card_number", ERR_FIELD_DUPLICATE);
    assert_error(&errors, 6, "members.csv", 4, "branch_code", ERR_FIELD_UNKNOWN_ID);
    assert_error(&errors, 7, "members.csv", 5, "branch_code", ERR_FIELD_CONFLICT);
    assert_error(&errors, 8, "members.csv", 6, "position", ERR_FIELD_CONFLICT);
    assert_error(&errors, 9, "members.csv", 7, "position_org_code", ERR_FIELD_UNKNOWN_ID);
}

static void test_spreadsheet_damage_is_named(void **state)
{
    struct fixture *f = *state;
    struct import_job r = import(f, ORGANIZATIONS,
                                 MEMBER_COLUMNS "\n01,Một,29221,,,B1,official,false,secretary,,\n"
                                                "02,Hai,,,,B1,official,false,secretary,,\n"
                                                "03,Ba,,,,B1,official,false,secretary,,\n");
    const struct import_view_errors errors = errors_of(f, &r, false);
    assert_int_equal(errors.n, 2);
    assert_error(&errors, 0, "members.csv", 2, "date_of_birth", ERR_FIELD_DATE_IS_NUMBER);
    assert_error(&errors, 1, "members.csv", 4, "position", ERR_FIELD_SECOND_SECRETARY);
}

static void test_who_looks_like_somebody_present_is_warned_of_and_taken(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    struct import_job r = import(f, ORGANIZATIONS,
                                 MEMBER_COLUMNS "\n77,Nguyễn Thị Đào,1980-01-01,,,B1,official,false,,,\n"
                                                "78,Nguyễn Thị Đào,1981-01-01,,,B1,official,false,,,\n"
                                                "2,Trần Văn Bé,,,,B1,official,true,,,\n"
                                                "0003,Lê Văn Cò,,,,B2,official,false,,,\n");
    const struct import_view_errors warnings = errors_of(f, &r, true);
    assert_int_equal(r.created, 4);
    assert_int_equal(warnings.n, 3);
    assert_error(&warnings, 0, "members.csv", 2, "card_number", ERR_FIELD_LOOKS_LIKE);
    assert_error(&warnings, 1, "members.csv", 4, "card_number", ERR_FIELD_LEADING_ZEROS);
    assert_error(&warnings, 2, "members.csv", 5, "card_number", ERR_FIELD_LEADING_ZEROS);
}

static void test_who_is_in_a_branch_and_not_in_the_file_is_listed_and_stays(void **state)
{
    struct fixture *f = *state;
    struct import_view_absent *absent;
    size_t n;
    import(f, ORGANIZATIONS, MEMBERS);
    /* 01 is in the file, 02 too, though in error: only 03 is not. */
    struct import_job r = import(f, ORGANIZATIONS,
                                 MEMBER_COLUMNS "\n01,Nguyễn Thị Đào,,,,B1,official,false,,,\n"
                                                "02,Trần Văn Bé,,,,B1,here,true,,,\n");
    assert_int_equal(r.absent, 1);
    struct uuid root = organization_id_of("R"), elsewhere = organization_id_of("B2");
    struct directory_scope scope = {.admins = &root, .n_admins = 1};
    assert_int_equal(import_view_store_absent(f->pg, f->ctx, &scope, &r.id, 10, &absent, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(absent[0].card_number, "03");
    assert_string_equal(absent[0].branch_code, "B1");
    assert_int_equal(organization(f, "B1")->members, 3);
    scope.admins = &elsewhere;
    assert_int_equal(import_view_store_absent(f->pg, f->ctx, &scope, &r.id, 10, &absent, &n), ERR_OK);
    assert_int_equal(n, 0);
}

static void test_an_occupation_is_taken_and_without_its_column_kept(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS ",occupation\n01,Một,,,,B1,official,false,,,,retired\n");
    struct import_job r = import_row(f, "01,Một,,,,B1,official,false,,,");
    assert_result(&r, 0, 0, 4, 0);
    r = import(f, ORGANIZATIONS, MEMBER_COLUMNS ",occupation\n01,Một,,,,B1,official,false,,,,student\n");
    assert_result(&r, 0, 1, 3, 0);
}

static void test_a_file_with_another_header_takes_nothing_and_says_why(void **state)
{
    struct fixture *f = *state;
    struct import_job r = import_as(f, &(struct import_job){0}, ORGANIZATIONS, "card_number,full_name\n01,Một\n");
    assert_string_equal(r.problem, "roster_header");
    assert_true(errors_of(f, &r, false).n > 0);
    assert_result(&r, 0, 0, 0, 0);
}

/* --- a congress --- */

static void test_a_new_secretary_takes_the_place_of_the_old_one_whatever_his_line_says(void **state)
{
    struct fixture *f = *state;
    static const char OLD[] = "01,Nguyễn Thị Đào,1980-01-01,female,2005-01-01,B1,official,false,,,+84900000001\n",
                      NEW[] = "02,Trần Văn Bé,,,,B1,official,true,secretary,,\n";
    const char *const FILES[] = {mem_printf(f->ctx, MEMBER_COLUMNS "\n%s%s", OLD, NEW),
                                 mem_printf(f->ctx, MEMBER_COLUMNS "\n%s%s", NEW, OLD),
                                 mem_printf(f->ctx, MEMBER_COLUMNS "\n%s", NEW)};
    for (size_t i = 0; i < ARRAY_LENGTH(FILES); i++) {
        fixture_reset(f->pg);
        import(f, ORGANIZATIONS, MEMBERS);
        uint64_t version = record_of(f, "01")->version;
        int updated = i < 2 ? 2 : 1;
        struct import_job preview = import_as(f, &(struct import_job){.preview = true}, ORGANIZATIONS, FILES[i]),
                          r = import(f, ORGANIZATIONS, FILES[i]);
        assert_int_equal(preview.updated, updated);
        assert_int_equal(r.updated, updated);
        assert_int_equal(r.rejected, 0);
        Pb__DirectoryMember *old = record_of(f, "01");
        assert_true(old->positions[0]->has_to_us && old->version > version);
        assert_int_equal(record_of(f, "02")->positions[0]->role, PB__ROLE__ROLE_SECRETARY);
        assert_string_equal(organization(f, "B1")->contact->full_name, "Trần Văn Bé");
    }
}

static void test_two_secretaries_of_one_organisation_cannot_be(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    pg_queue_sql(f->pg, "INSERT INTO member_position (member_id, organization_id, role, from_us)"
                        " SELECT m.id, m.branch_id, 2, 5 FROM member m WHERE m.card_number = '02'");
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "member_position_secretary");
}

/* --- by an administrator of a part --- */

static void test_an_administrator_of_a_part_imports_into_that_part_and_nobody_of_his_rank(void **state)
{
    struct fixture *f = *state;
    import(f,
           "code,parent_code,level,name,meeting_day\nW,R,grassroots,Phường,\nB1,W,branch,Một,\nB2,W,branch,Hai,\n"
           "V,R,grassroots,Phường khác,\nC1,V,branch,Ba,\n",
           MEMBER_COLUMNS "\n01,Một,,,,B1,official,false,admin,W,\n02,Hai,,,,B2,official,false,admin,W,\n"
                          "03,Ba,,,,C1,official,false,,,\n04,Bốn,,,,B1,official,false,,,\n");
    const struct uuid ward = organization_id_of("W");
    const struct import_job as = {.actor = member_id_of("01"), .scope = {.organizations = &ward, .n = 1}};
    struct import_job r = import_as(f, &as,
                                    "code,parent_code,level,name,meeting_day\nB3,W,branch,Mới,\nV,R,grassroots,Tên,\n"
                                    "C2,V,branch,Lạ,\nB1,V,branch,Một,\n",
                                    MEMBER_COLUMNS
                                    "\n01,Một,,,,B1,official,false,none,W,\n"
                                    "02,Hai,,,,B2,left,false,,,\n03,Ba,,,,B3,official,false,,,\n"
                                    "04,Bốn,,,,C1,official,false,,,\n05,Năm,,,,B3,official,false,admin,W,\n"
                                    "06,Sáu,,,,B3,official,false,secretary,,\n"
                                    "07,Bảy,,,,B3,official,false,officer,R,\n");
    const struct import_view_errors errors = errors_of(f, &r, false);
    assert_int_equal(errors.n, 9);
    assert_error(&errors, 0, "organizations.csv", 3, "code", ERR_NOT_ALLOWED);
    assert_error(&errors, 1, "organizations.csv", 4, "parent_code", ERR_NOT_ALLOWED);
    assert_error(&errors, 2, "organizations.csv", 5, "parent_code", ERR_NOT_ALLOWED);
    assert_error(&errors, 3, "members.csv", 2, "position", ERR_NOT_ALLOWED);
    assert_error(&errors, 4, "members.csv", 3, "status", ERR_NOT_ALLOWED);
    assert_error(&errors, 5, "members.csv", 4, "branch_code", ERR_NOT_ALLOWED);
    assert_error(&errors, 6, "members.csv", 5, "branch_code", ERR_NOT_ALLOWED);
    assert_error(&errors, 7, "members.csv", 6, "position", ERR_NOT_ALLOWED);
    assert_error(&errors, 8, "members.csv", 8, "position_org_code", ERR_NOT_ALLOWED);
    assert_int_equal(r.created, 2); /* B3 and its secretary */
}

static void test_a_double_that_was_merged_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS "\n01,Một,,,,B1,official,false,,,\n02,Hai,,,,B1,official,false,,,\n");
    must(f->pg, "UPDATE member SET status = 3, left_reason = 4, merged_into = (SELECT id FROM member WHERE"
                " card_number = '01') WHERE card_number = '02'");
    struct import_job r = import_row(f, "02,Hai,,,,B1,official,false,,,");
    const struct import_view_errors errors = errors_of(f, &r, false);
    assert_int_equal(errors.n, 1);
    assert_error(&errors, 0, "members.csv", 2, "card_number", ERR_FIELD_CLOSED);
    assert_int_equal(r.updated, 0);
}

static void test_who_comes_back_has_no_reason_of_leaving(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS "\n01,Một,,,,B1,official,false,,,\n");
    must(f->pg, "UPDATE member SET status = 3, left_reason = 1 WHERE card_number = '01'");
    assert_int_equal(import_row(f, "01,Một,,,,B1,official,false,,,").updated, 1);
    must(f->pg, "UPDATE member SET version = 1 / (left_reason IS NULL)::int WHERE card_number = '01'");
}

/* --- stopped, and run again --- */

static const char TREE[] = "code,parent_code,level,name,meeting_day\nW,R,grassroots,Phường,\nB1,W,branch,Một,\n"
                           "B2,W,branch,Hai,\nV,R,grassroots,Phường khác,\n";
static const char OF_TREE[] = MEMBER_COLUMNS "\n01,Một,,,,B1,official,false,admin,W,\n";
static const char NEW[] = MEMBER_COLUMNS "\n02,Hai,,,,B1,official,false,,,\n03,Ba,,,,B2,official,false,,,\n";

/* What an administrator of the ward W asks for, staged; then `meanwhile` happens, and it goes on. */
static struct import_view_errors import_while(struct fixture *f, const char *meanwhile)
{
    const struct uuid ward = organization_id_of("W");
    struct import_job job = {.id = {{7}}, .actor = member_id_of("01"), .scope = {.organizations = &ward, .n = 1}};
    struct import_job done;
    import(f, TREE, OF_TREE);
    assert_int_equal(import_store_renew(f->pg, f->ctx, &job, now_us), ERR_OK);
    assert_int_equal(run_stopped(f, &job.id, NEW, &done), ERR_UNAVAILABLE);
    must(f->pg, meanwhile);
    assert_int_equal(run_on(f, &job.id, NEW, &done), ERR_OK);
    return errors_of(f, &done, false);
}

static void test_organisations_that_a_command_changed_meanwhile_are_not_written_over(void **state)
{
    struct fixture *f = *state;
    const struct import_scope all = {.is_all = true};
    const struct organization_row change = {.id = organization_id_of("B1"), .parent_id = organization_id_of("W")};
    struct import_errors errors = {.ctx = f->ctx};
    struct import_tree *tree;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS "\n");
    assert_int_equal(import_tree_read(f->ctx, f->pg, NULL, &all, &errors, &tree), ERR_OK);
    assert_int_equal(import_tree_hold(tree, f->pg, &change, 1), ERR_OK);
    must(f->pg, "UPDATE organization SET name = 'Tên mới' WHERE code = 'B2'"); /* not of the change */
    assert_int_equal(import_tree_hold(tree, f->pg, &change, 1), ERR_OK);
    must(f->pg, "UPDATE organization SET state = 1 WHERE code = 'W'"); /* what it stands below */
    assert_int_equal(import_tree_hold(tree, f->pg, &change, 1), ERR_RETRY);
}

static void test_who_is_administrator_no_more_imports_nothing_more(void **state)
{
    const struct import_view_errors errors = import_while(
        *state, "UPDATE member_position SET to_us = from_us + 1 WHERE role = 5 AND organization_id IN"
                " (SELECT id FROM organization WHERE code = 'W')");
    assert_int_equal(errors.n, 2);
    assert_error(&errors, 0, "members.csv", 2, "branch_code", ERR_NOT_ALLOWED);
}

static void test_a_branch_that_left_the_importers_part_gets_nobody(void **state)
{
    const struct import_view_errors errors = import_while(
        *state, "UPDATE organization b SET parent_id = v.id, path = v.path || b.id FROM organization v"
                " WHERE v.code = 'V' AND b.code = 'B2'");
    assert_int_equal(errors.n, 1);
    assert_error(&errors, 0, "members.csv", 3, "branch_code", ERR_NOT_ALLOWED);
}

static void test_lines_of_a_branch_that_ends_meanwhile_are_left_out_and_the_others_taken(void **state)
{
    struct fixture *f = *state;
    const struct import_job as = {.id = {{7}}};
    struct import_job job = as, done;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS "\n");
    job.scope.is_all = true;
    assert_int_equal(import_store_renew(f->pg, f->ctx, &job, now_us), ERR_OK);
    /* Staged, and stopped before its first chunk. */
    assert_int_equal(run_stopped(f, &job.id, MEMBERS, &done), ERR_UNAVAILABLE);
    must(f->pg, "UPDATE organization SET state = 1 WHERE code = 'B2'");
    assert_int_equal(run_on(f, &job.id, MEMBERS, &done), ERR_OK);
    const struct import_view_errors errors = errors_of(f, &done, false);
    assert_int_equal(errors.n, 1);
    assert_error(&errors, 0, "members.csv", 5, "branch_code", ERR_FIELD_CLOSED);
    assert_int_equal(done.created, 3);
    assert_int_equal(done.rejected, 1);
}

static void test_an_import_whose_stage_was_lost_goes_on(void **state)
{
    struct fixture *f = *state;
    struct import_job job = {.id = {{7}}, .scope = {.is_all = true}}, done;
    import(f, ORGANIZATIONS, MEMBER_COLUMNS "\n");
    assert_int_equal(import_store_renew(f->pg, f->ctx, &job, now_us), ERR_OK);
    assert_int_equal(run_stopped(f, &job.id, MEMBERS, &done), ERR_UNAVAILABLE);
    must(f->pg, "TRUNCATE import_member, import_stage"); /* as a crash of PostgreSQL leaves them */
    assert_int_equal(run_on(f, &job.id, MEMBERS, &done), ERR_OK);
    assert_result(&done, 4, 0, 3, 0);
    assert_string_equal(record_of(f, "01")->full_name, "Nguyễn Thị Đào");
}

static enum err take_job(struct fixture *f, uint8_t id, uint8_t holder, bool preview)
{
    const struct import_job made = {.id = {{id}}, .preview = preview, .scope = {.is_all = true}};
    const struct import_lease lease = {.holder = {{holder}}, .us = CLOCK_MINUTE_US};
    struct import_job job;
    assert_int_equal(import_store_renew(f->pg, f->ctx, &made, now_us), ERR_OK);
    return import_store_take(f->pg, f->ctx, &made.id, &lease, now_us, &job);
}

static void test_two_imports_of_the_same_files_do_not_run_at_once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(take_job(f, 1, 2, false), ERR_OK);
    assert_int_equal(take_job(f, 1, 3, false), ERR_OWNER_LOST);
    assert_int_equal(take_job(f, 1, 2, false), ERR_OK);
}

static void test_imports_run_one_at_a_time_and_previews_beside_them(void **state)
{
    struct fixture *f = *state;
    const struct import_job first = {.id = {{1}}, .holder = {{2}}};
    assert_int_equal(take_job(f, 9, 9, true), ERR_OK);
    assert_int_equal(take_job(f, 1, 2, false), ERR_OK);
    assert_int_equal(take_job(f, 3, 4, false), ERR_OWNER_LOST);
    assert_int_equal(take_job(f, 5, 6, true), ERR_OK);
    import_store_let_go(f->pg, f->ctx, &first, false); /* it has failed */
    assert_int_equal(take_job(f, 3, 4, false), ERR_OK);
}

static void test_nothing_is_saved_under_a_lease_that_has_run_out(void **state)
{
    struct fixture *f = *state;
    struct import_job job = {.id = {{1}}, .holder = {{2}}};
    assert_int_equal(take_job(f, 1, 2, false), ERR_OK);
    must(f->pg, "UPDATE import_job SET leased_until_us = 1");
    struct pg_result *saved = import_store_save_queue(f->pg, f->ctx, &job, now_us);
    must_flush(f->pg);
    assert_int_equal(pg_rows(saved), 0);
}

/* --- commands --- */

static const struct loop_part *const PARTS[] = {&MEMBERSHIP_PART, &IMPORT_PART, &AUDIT_PART};

static struct loop_message message_of(uint8_t number, const struct uuid *actor, const struct uuid *aggregate,
                                      const ProtobufCMessage *body)
{
    return (struct loop_message){.topic = TOPIC_AUTH_COMMANDS,
                                 .id = {{number}},
                                 .aggregate = *aggregate,
                                 .has_actor = true,
                                 .actor = *actor,
                                 .now_us = now_us,
                                 .appended_at_us = now_us,
                                 .body = body};
}

static void test_a_command_makes_a_job_that_waits_for_its_turn(void **state)
{
    struct fixture *f = *state;
    const struct uuid actor = member_id_of("00"), id = {{5}};
    uint8_t hash[IMPORT_HASH_BYTES] = {1};
    Pb__Blob blob = PB__BLOB__INIT;
    Pb__ImportRoster body = PB__IMPORT_ROSTER__INIT;
    struct uuid found;
    bool is_found;
    blob.sha256 = body.members_sha256 = (ProtobufCBinaryData){sizeof hash, hash};
    blob.media_type = "text/plain";
    body.members = &blob;
    struct loop_message message = message_of(1, &actor, &id, &body.base);
    parts_hear(f, PARTS, ARRAY_LENGTH(PARTS), &message, 1);
    assert_int_equal(import_store_next(f->pg, f->ctx, true, &found, &is_found), ERR_OK);
    assert_false(is_found);
    assert_int_equal(import_store_next(f->pg, f->ctx, false, &found, &is_found), ERR_OK);
    assert_true(is_found && uuid_equal(&found, &id));
    const struct import_lease lease = {.holder = {{1}}, .us = CLOCK_MINUTE_US};
    struct import_job job;
    assert_int_equal(import_store_take(f->pg, f->ctx, &id, &lease, now_us, &job), ERR_OK);
    assert_true(job.has_blobs && !job.has_organizations && !job.scope.is_all);
    assert_int_equal(job.scope.n, 1);
    assert_memory_equal(job.members_sha256, hash, sizeof hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_import_counts_and_a_repeated_one_changes_nothing),
        CASE(test_a_changed_branch_is_a_transfer),
        CASE(test_positions_are_replaced_and_ended),
        CASE(test_a_moved_organisation_takes_its_subtree_along),
        CASE(test_rows_in_error_are_named_and_the_others_taken),
        CASE(test_spreadsheet_damage_is_named),
        CASE(test_who_looks_like_somebody_present_is_warned_of_and_taken),
        CASE(test_who_is_in_a_branch_and_not_in_the_file_is_listed_and_stays),
        CASE(test_an_occupation_is_taken_and_without_its_column_kept),
        CASE(test_a_file_with_another_header_takes_nothing_and_says_why),
        CASE(test_a_new_secretary_takes_the_place_of_the_old_one_whatever_his_line_says),
        CASE(test_two_secretaries_of_one_organisation_cannot_be),
        CASE(test_an_administrator_of_a_part_imports_into_that_part_and_nobody_of_his_rank),
        CASE(test_a_double_that_was_merged_does_not_come_back),
        CASE(test_who_comes_back_has_no_reason_of_leaving),
        CASE(test_organisations_that_a_command_changed_meanwhile_are_not_written_over),
        CASE(test_who_is_administrator_no_more_imports_nothing_more),
        CASE(test_a_branch_that_left_the_importers_part_gets_nobody),
        CASE(test_lines_of_a_branch_that_ends_meanwhile_are_left_out_and_the_others_taken),
        CASE(test_an_import_whose_stage_was_lost_goes_on),
        CASE(test_two_imports_of_the_same_files_do_not_run_at_once),
        CASE(test_imports_run_one_at_a_time_and_previews_beside_them),
        CASE(test_nothing_is_saved_under_a_lease_that_has_run_out),
        CASE(test_a_command_makes_a_job_that_waits_for_its_turn),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
