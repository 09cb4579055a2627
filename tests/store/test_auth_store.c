/* The stores of services/auth and the import against a real PostgreSQL. Each case begins with a root and its
 * administrator. */
#include "parts_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/migrations.h"
#include "services/auth/bootstrap.h"
#include "services/auth/device/device_store.h"
#include "services/auth/import/import.h"
#include "services/auth/import/import_store.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_store.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/organization/organization_view_store.h"
#include "services/auth/position/position.h"
#include "services/auth/session/session_store.h"
#include "services/auth/told.h"
#include "sotay/v1/directory.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ORGANIZATIONS[] = "code,parent_code,level,name,meeting_day\n"
                                    "W,R,grassroots,Đảng bộ phường,\nB1,W,branch,Chi bộ 1,4\nB2,W,branch,Chi bộ 2,\n";
static const char MEMBERS[] =
    "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,position,position_org_code,phone\n"
    "01,Nguyễn Thị Đào,1980-01-01,female,2005-01-01,B1,official,false,secretary,,+84900000001\n"
    "02,Trần Văn Bé,,,,B1,official,true,,,+84900000002\n"
    "03,Lê Văn Cò,,,,B1,suspended,false,,,\n"
    "04,Phạm Thị Dế,,,,B2,probationary,false,officer,W,\n";

static int64_t now_us;

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, auth);
}

void fixture_reset(struct pg *pg)
{
    now_us = clock_now_us();
    struct bootstrap b = {.root = organization_id_of("R"),
                          .admin = member_id_of("00"),
                          .code = "R",
                          .name = "Thành phố",
                          .admin_card = "00",
                          .admin_name = "Quản Trị",
                          .now_us = now_us};
    must(pg, "TRUNCATE organization, organization_count, member, member_past, member_position, account, recovery_code,"
             " session, refresh_token, login_throttle, device, import_job, import_error, outbox, outbox_loose,"
             " marked_key, seen, timer CASCADE");
    bootstrap_queue(pg, pg, &b);
    must_flush(pg);
}

/* --- the import --- */

static char *file_of(TALLOC_CTX *ctx, const char *text)
{
    char *path = mem_text(ctx, "/tmp/sotay-import-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

static struct import_result import_as(struct fixture *f, const char *organizations, const char *members, bool dry_run)
{
    struct import_options options = {.organizations_path = file_of(f->ctx, organizations),
                                     .members_path = file_of(f->ctx, members),
                                     .dry_run = dry_run,
                                     .granter = ROLE_OPERATOR,
                                     .pg = f->pg,
                                     .now_us = now_us += CLOCK_SECOND_US};
    struct import_result result;
    enum err err = import_run(f->ctx, &options, &result);
    if (err)
        print_error("import: %s: %s\n", err_word(err), pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    unlink(options.organizations_path);
    unlink(options.members_path);
    return result;
}

static struct import_result import(struct fixture *f, const char *organizations, const char *members)
{
    return import_as(f, organizations, members, false);
}

static void assert_result(const struct import_result *r, int created, int updated, int unchanged, int rejected)
{
    assert_int_equal(r->created, created);
    assert_int_equal(r->updated, updated);
    assert_int_equal(r->unchanged, unchanged);
    assert_int_equal(r->rejected, rejected);
}

static Pb__DirectoryMember *record_of(struct fixture *f, const char *card)
{
    struct uuid id = member_id_of(card);
    struct loop_record_list records;
    assert_int_equal(member_store_records(f->pg, f->ctx, &id, 1, &records), ERR_OK);
    assert_int_equal(records.n, 1);
    return (Pb__DirectoryMember *)mem_unpack(f->ctx, &pb__directory_member__descriptor, records.items[0].value.data,
                                             records.items[0].value.len);
}

static Pb__Organization *organization(struct fixture *f, const char *code)
{
    Pb__Organization *found = NULL;
    struct uuid root = organization_id_of("R"), id = organization_id_of(code);
    struct directory_scope all = {.admins = &root, .n_admins = 1};
    assert_int_equal(organization_view_store_read(f->pg, f->ctx, &all, &id, &found, NULL), ERR_OK);
    assert_non_null(found);
    return found;
}

static void test_an_import_counts_and_a_repeated_one_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct import_result r = import_as(f, ORGANIZATIONS, MEMBERS, true);
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

static void test_phones_travel_with_positions_only(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    assert_string_equal(record_of(f, "01")->phone, "+84900000001");
    assert_null(record_of(f, "02")->phone);
    assert_int_equal(record_of(f, "04")->positions[0]->role, PB__ROLE__ROLE_OFFICER);
}

static void test_a_changed_branch_is_a_transfer(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    uint64_t version = record_of(f, "01")->version;
    static const char MOVED[] = "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,"
                                "position,position_org_code,phone\n"
                                "01,Nguyễn Thị Đào,,,,B2,official,false,,,\n";
    struct import_result r = import(f, ORGANIZATIONS, MOVED);
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
    static const char HEADER[] = "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,"
                                 "position,position_org_code,phone\n";
    (void)snprintf(text, sizeof text,
                   "%s01,Nguyễn Thị Đào,,,,B1,official,false,deputy_secretary,,\n04,Phạm Thị Dế,,,,B2,left,false,,,\n",
                   HEADER);
    struct import_result r = import(f, ORGANIZATIONS, text);
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

/* One row of members.csv, imported. */
static void import_row(struct fixture *f, const char *row)
{
    import(f, ORGANIZATIONS,
           mem_printf(f->ctx,
                      "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,position,"
                      "position_org_code,phone\n%s\n",
                      row));
}

static void test_older_access_tokens_end_with_a_membership_or_a_grant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *card, *row;
        bool ends;
    } ROWS[] = {
        {"02", "02,Trần Văn Bé,,,,B1,suspended,true,,,", true},
        {"02", "02,Trần Văn Bé,,,,B1,official,true,,,", false},
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,,,", false}, /* another name, a transfer without a grant */
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,secretary,,", false},
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,deputy_secretary,,", true},
        {"02", "02,Trần Văn Lớn,,,,B1,official,false,,,", true}, /* the grant was the old branch's */
        {"02", "02,Trần Văn Lớn,,,,B1,left,false,,,", true},
        {"04", "04,Phạm Thị Dế,,,,B2,probationary,false,none,W,", true},
    };
    import(f, ORGANIZATIONS, MEMBERS);
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        uint32_t before = record_of(f, ROWS[i].card)->token_generation;
        import_row(f, ROWS[i].row);
        assert_int_equal(record_of(f, ROWS[i].card)->token_generation > before, ROWS[i].ends);
    }
}

static void test_who_leaves_is_signed_out_and_has_no_device(void **state)
{
    struct fixture *f = *state;
    const struct uuid gone = member_id_of("02"), stays = member_id_of("03");
    const struct uuid *members[] = {&gone, &stays};
    struct pg_args *devices = device_store_put(f->ctx);
    import(f, ORGANIZATIONS, MEMBERS);
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        struct new_session session = {.id = uuid_random(), .member = *members[i], .now_us = 1};
        struct device device = {.member = *members[i], .device_id = "phone", .app_version = NULL};
        device.token = mem_printf(f->ctx, "token %zu", i);
        device_hash_token(device.token, device.token_hash);
        session_store_add_queue(f->pg, f->ctx, &session);
        device_store_put_add(devices, &device);
    }
    pg_queue(f->pg, devices);
    must_flush(f->pg);
    import_row(f, "02,Trần Văn Bé,,,,B1,left,true,,,");
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        Pb__LoginSessionList sessions = PB__LOGIN_SESSION_LIST__INIT;
        struct devices left;
        assert_int_equal(session_store_of_member(f->pg, f->ctx, members[i], 0, &sessions), ERR_OK);
        assert_int_equal(device_store_of_member(f->pg, f->ctx, members[i], &left), ERR_OK);
        assert_int_equal(sessions.n_items, i);
        assert_int_equal(left.n, i);
    }
    static const struct pg_statement SAID = {.name = "said", .sql = "SELECT announcement FROM outbox_loose"};
    struct pg_result *said;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &SAID), &said), ERR_OK);
    assert_int_equal(pg_rows(said), 1);
    ProtobufCBinaryData packed = pg_get_bytes(f->ctx, said, 0, 0);
    const Pb__Announcement *a = (const Pb__Announcement *)mem_unpack(f->ctx, &pb__announcement__descriptor, packed.data,
                                                                     packed.len);
    assert_int_equal(a->n_messages, 2); /* SessionEnded, DeviceRemoved */
}

static void assert_error(const struct import_result *r, size_t i, const char *file, int64_t line, const char *field,
                         enum err code)
{
    assert_string_equal(r->errors.kept.items[i].file, file);
    assert_int_equal(r->errors.kept.items[i].line, line);
    assert_string_equal(r->errors.kept.items[i].field, field);
    assert_int_equal(r->errors.kept.items[i].code, code);
}

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
    struct import_result r = import(f, TREE, PEOPLE);
    assert_int_equal(r.created, 2 + 2);
    assert_int_equal(r.rejected, 10);
    assert_int_equal(r.rows, 14);
    assert_error(&r, 0, "organizations.csv", 4, "code", ERR_FIELD_DUPLICATE);
    assert_error(&r, 1, "organizations.csv", 7, "meeting_day", ERR_FIELD_TOO_LARGE);
    assert_error(&r, 2, "organizations.csv", 8, "parent_code", ERR_FIELD_UNKNOWN_ID);
    assert_error(&r, 3, "organizations.csv", 5, "parent_code", ERR_FIELD_CONFLICT);
    assert_error(&r, 5, "members.csv", 3, "card_number", ERR_FIELD_DUPLICATE);
    assert_error(&r, 6, "members.csv", 4, "branch_code", ERR_FIELD_UNKNOWN_ID);
    assert_error(&r, 7, "members.csv", 5, "branch_code", ERR_FIELD_CONFLICT);
    assert_error(&r, 8, "members.csv", 6, "position", ERR_FIELD_CONFLICT);
    assert_error(&r, 9, "members.csv", 7, "position_org_code", ERR_FIELD_UNKNOWN_ID);
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

static void test_an_import_whose_stage_was_lost_goes_on(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    /* As a kill between two commits leaves it, and a crash of PostgreSQL on top: staged, nothing applied, nothing in
     * the stage. */
    must(f->pg, "DELETE FROM member_position");
    must(f->pg, "DELETE FROM member WHERE card_number <> '00'");
    must(f->pg, "UPDATE import_job SET finished_at_us = NULL, applied = 0, leased_until_us = 0");
    struct import_result r = import(f, ORGANIZATIONS, MEMBERS);
    assert_int_equal(r.created, 4);
    assert_string_equal(record_of(f, "01")->full_name, "Nguyễn Thị Đào");
}

static enum err take_job(struct fixture *f, uint8_t id, uint8_t holder, bool preview)
{
    const struct uuid job_id = {{id}};
    const struct import_lease lease = {.holder = {{holder}}, .us = CLOCK_MINUTE_US, .preview = preview};
    struct import_job job;
    return import_store_take(f->pg, f->ctx, &job_id, &lease, now_us, &job);
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
    import_store_let_go(f->pg, f->ctx, &first); /* it has failed */
    assert_int_equal(take_job(f, 3, 4, false), ERR_OK);
}

/* --- records --- */

static int64_t marks_of(struct fixture *f, enum topic topic, const struct uuid *key)
{
    static const struct pg_statement COUNT = {
        .name = "marks_of", .sql = "SELECT count(*) FROM marked_key WHERE topic = $1::int4 AND key = $2::uuid"};
    struct pg_args *args = pg_args(f->ctx, &COUNT);
    struct pg_result *row;
    pg_add_int4(args, (int32_t)topic);
    pg_add_uuid(args, key);
    assert_int_equal(pg_run(f->pg, args, &row), ERR_OK);
    return pg_get_int8(row, 0, 0);
}

static void test_every_change_of_a_record_marks_its_key(void **state)
{
    struct fixture *f = *state;
    const struct uuid root = organization_id_of("R"), branch = organization_id_of("B1"), first = member_id_of("00"),
                      member = member_id_of("01");
    assert_true(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &root) > 0); /* bootstrap */
    assert_true(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &first) > 0);
    import(f, ORGANIZATIONS, MEMBERS);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch), 2); /* the row, and its path */
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 1);
    must(f->pg, "TRUNCATE marked_key");
    import(f, ORGANIZATIONS, MEMBERS);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch), 0);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 0);
    uint64_t version = record_of(f, "01")->version;
    must(f->pg, "UPDATE member_position SET to_us = from_us + 1 WHERE to_us IS NULL AND role = 2"); /* a grant ends */
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 1);
    assert_int_equal(record_of(f, "01")->version, version + 1);
}

/* --- after a restore --- */

static void hear(struct fixture *f, enum topic topic, const struct uuid *id, const ProtobufCMessage *record)
{
    static const struct loop_part *const PARTS[] = {&TOLD_PART};
    struct loop_message message = {.topic = topic, .aggregate = *id, .body = record};
    parts_hear(f, PARTS, ARRAY_LENGTH(PARTS), &message, 1);
}

static void test_what_was_once_told_lifts_rows_that_are_behind(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    const struct uuid branch = organization_id_of("B1"), member = member_id_of("02");
    Pb__DirectoryMember *told = record_of(f, "02");
    Pb__DirectoryOrganization told_branch = PB__DIRECTORY_ORGANIZATION__INIT;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->version, told->version); /* it is what was told */
    told->version += 7;
    told->has_token_generation = true;
    told->token_generation = 4;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->version, told->version + 1);
    assert_int_equal(record_of(f, "02")->token_generation, 4);
    told->version--;
    told->token_generation = 9;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->token_generation, 4);
    told_branch.version = 5;
    hear(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch, &told_branch.base);
    assert_int_equal(organization(f, "B1")->version, 6);
}

/* --- visibility --- */

static void test_an_organisation_is_visible_from_its_path_grants_and_subtrees_only(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    struct uuid root = organization_id_of("R"), ward = organization_id_of("W"), one = organization_id_of("B1"),
                two = organization_id_of("B2");
    struct directory_scope member = {.has_branch = true, .branch = one}, head = {.heads = &two, .n_heads = 1},
                           officer = {.officers = &ward, .n_officers = 1}, nobody = {0};
    const struct {
        const struct directory_scope *scope;
        const struct uuid *id;
        bool seen;
    } rows[] = {
        {&member, &one, true},    {&member, &ward, true},  {&member, &root, true}, {&member, &two, false},
        {&head, &two, true},      {&head, &ward, false},   {&officer, &one, true}, {&officer, &two, true},
        {&officer, &root, false}, {&nobody, &root, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        Pb__Organization *found;
        assert_int_equal(organization_view_store_read(f->pg, f->ctx, rows[i].scope, rows[i].id, &found, NULL), ERR_OK);
        assert_int_equal(found != NULL, rows[i].seen);
    }
}

static void test_members_are_found_by_the_middle_of_a_name_without_accents(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    struct member_filter filter = {.organization = organization_id_of("W"), .subtree = true, .private_fields = true};
    struct name_page page = {.q = "thi d", .limit = 1};
    struct member_row *rows;
    size_t n;
    assert_int_equal(member_view_store_list(f->pg, f->ctx, &filter, &page, &rows, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].item->full_name, "Nguyễn Thị Đào");
    assert_string_equal(rows[0].item->phone, "+84900000001");
    page = (struct name_page){.q = "THỊ", .limit = 1, .has_after = true, .after_name = rows[0].search_name};
    assert_int_equal(uuid_from_pb(rows[0].item->id, &page.after_id), ERR_OK);
    assert_int_equal(member_view_store_list(f->pg, f->ctx, &filter, &page, &rows, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].item->full_name, "Phạm Thị Dế");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_an_import_counts_and_a_repeated_one_changes_nothing),
        CASE(test_phones_travel_with_positions_only),
        CASE(test_a_changed_branch_is_a_transfer),
        CASE(test_positions_are_replaced_and_ended),
        CASE(test_older_access_tokens_end_with_a_membership_or_a_grant),
        CASE(test_who_leaves_is_signed_out_and_has_no_device),
        CASE(test_what_was_once_told_lifts_rows_that_are_behind),
        CASE(test_rows_in_error_are_named_and_the_others_taken),
        CASE(test_a_moved_organisation_takes_its_subtree_along),
        CASE(test_an_import_whose_stage_was_lost_goes_on),
        CASE(test_two_imports_of_the_same_files_do_not_run_at_once),
        CASE(test_imports_run_one_at_a_time_and_previews_beside_them),
        CASE(test_every_change_of_a_record_marks_its_key),
        CASE(test_an_organisation_is_visible_from_its_path_grants_and_subtrees_only),
        CASE(test_members_are_found_by_the_middle_of_a_name_without_accents),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
