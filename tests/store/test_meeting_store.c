/* services/meeting/store.h against a real PostgreSQL. SOTAY_TEST_PG: conninfo of a role that may create databases; each run makes its
 * own. A city with one ward, and in it branch 10B (secretary, member, one exempt, one who left) and branch 4. */
#include "common/clock.h"
#include "common/mem.h"
#include "common/migrations.h"
#include "services/directory/migrations.h"
#include "services/meeting/migrations.h"
#include "services/meeting/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { DEADLINE_MS = 5000 };

static char *database, *conninfo;
static struct pg *admin;

struct fixture {
    TALLOC_CTX *ctx;
    struct pg *pg;
};

static const struct uuid CITY = {{0xc1}}, WARD = {{0xc2}}, BRANCH_10B = {{0xb1}}, BRANCH_4 = {{0xb4}};
static const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}};
static const struct uuid DOCUMENT = {{0xd1}};

#define ID(byte) "'" byte "000000-0000-0000-0000-000000000000'"
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path) VALUES"
    " (" ID("c1") ", 1, 'C', 'Thành phố', 0, ARRAY[" ID("c1") "]::uuid[]),"
    " (" ID("c2") ", 1, 'W', 'Phường', 2, ARRAY[" ID("c1") ", " ID("c2") "]::uuid[]),"
    " (" ID("b1") ", 1, '10B', 'Chi bộ 10B', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID("b1") "]::uuid[]),"
    " (" ID("b4") ", 1, '4', 'Chi bộ 4', 3, ARRAY[" ID("c1") ", " ID("c2") ", " ID("b4") "]::uuid[]);"
    "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record) VALUES"
    " (" ID("51") ", 1, 'Bí Thư', " ID("b1") ", 0, false, ''), (" ID("52") ", 1, 'Đảng Viên', " ID("b1") ", 0, false, ''),"
    " (" ID("53") ", 1, 'Được Miễn', " ID("b1") ", 0, true, ''), (" ID("54") ", 1, 'Đã Rời', " ID("b1") ", 3, false, '');"
    "INSERT INTO directory_position(member_id, organization_id, role, from_us, phone) VALUES"
    " (" ID("51") ", " ID("b1") ", 2, 0, '+84900000001');"
    "INSERT INTO document(id, version, organization_id, state, classification, title) VALUES"
    " (" ID("d1") ", 1, " ID("b1") ", 1, 1, 'Nghị quyết 15');";

static void must(struct pg *pg, const char *sql)
{
    pg_queue_sql(pg, sql);
    enum err err = pg_flush(pg);
    if (err)
        print_error("%s: %s\n", sql, pg_message(pg));
    assert_int_equal(err, ERR_OK);
}

static void must_all(struct pg *pg, const char *statements)
{
    char *copy = mem_text(NULL, statements), *rest = copy;
    for (char *sql; (sql = strsep(&rest, ";")) && *sql;)
        must(pg, sql);
    mem_free(copy);
}

static int start(void **state)
{
    (void)state;
    const char *server = getenv("SOTAY_TEST_PG");
    if (!server) {
        print_error("SOTAY_TEST_PG is not set\n");
        return 1;
    }
    admin = pg_new(NULL, server, NULL, 20000);
    database = mem_printf(admin, "sotay_test_meeting_%d", (int)getpid());
    conninfo = mem_printf(admin, "%s dbname=%s", server, database);
    must(admin, mem_printf(admin, "CREATE DATABASE %s", database));
    struct pg *pg = pg_new(admin, conninfo, NULL, DEADLINE_MS);
    must(pg, "CREATE EXTENSION unaccent");
    assert_int_equal(pg_migrate(pg, common_migrations, common_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, directory_migrations, directory_n_migrations), ERR_OK);
    assert_int_equal(pg_migrate(pg, meeting_migrations, meeting_n_migrations), ERR_OK);
    must_all(pg, CITY_ROWS);
    mem_free(pg);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    must(admin, mem_printf(admin, "DROP DATABASE %s WITH (FORCE)", database));
    mem_free(admin);
    return 0;
}

static int each_start(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    f->ctx = f;
    f->pg = pg_new(f, conninfo, NULL, DEADLINE_MS);
    must(f->pg, "TRUNCATE meeting, meeting_comment CASCADE");
    *state = f;
    return 0;
}

static int each_stop(void **state)
{
    mem_free(*state);
    return 0;
}

/* --- batches -------------------------------------------------------------------------------------------------------------------- */

static struct work *load_named(struct fixture *f, struct work *work)
{
    pg_queue_sql(f->pg, "BEGIN");
    work_load(work, f->pg);
    enum err err = pg_flush(f->pg);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    assert_int_equal(work_loaded(work), ERR_OK);
    return work;
}

static struct work *load(struct fixture *f, const struct uuid *meeting)
{
    struct work *work = work_new(f->ctx);
    work_name_meeting(work, meeting, WORK_AGENDA | WORK_AUDIENCE);
    return load_named(f, work);
}

static enum err write_batch(struct fixture *f, struct work *work)
{
    work_write(work, f->pg);
    pg_queue_sql(f->pg, "COMMIT");
    return pg_flush(f->pg);
}

static void write_whole(struct fixture *f, struct work *work)
{
    enum err err = write_batch(f, work);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
}

static int64_t december(int day)
{
    return clock_date_start_us(clock_date_join(2026, 12, day)) + 19 * CLOCK_HOUR_US;
}

static struct meeting meeting_of(uint8_t id, const struct uuid *org, int64_t starts_at_us)
{
    static const struct agenda_document documents[] = {{.id = {{0xd1}}, .title = "Nghị quyết 15"}};
    static const struct agenda_item agenda[] = {
        {.id = {{0xa1}}, .title = "Đọc nghị quyết", .minutes = 30, .documents = documents, .n_documents = 1},
        {.id = {{0xa2}}, .title = "Góp ý", .minutes = 15},
    };
    struct meeting meeting = {.id = {{id}}, .organization = *org, .version = 1, .state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
                              .starts_at_us = starts_at_us, .place = "Nhà văn hóa Đống Đa", .created_at_us = 1, .registered_at_us = 2};
    if (id == 1) { /* the ids of items are one meeting's */
        meeting.agenda = agenda;
        meeting.n_agenda = 2;
    }
    return meeting;
}

static void keep(struct fixture *f, const struct meeting *meeting)
{
    struct work *work = load(f, &meeting->id);
    assert_int_equal(work_keep_meeting(work, meeting), ERR_OK);
    write_whole(f, work);
}

static void test_what_was_written_is_read_back(void **state)
{
    struct fixture *f = *state;
    const struct uuid participants[] = {SECRETARY, MEMBER};
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    made.participants = PB__PARTICIPANTS__PARTICIPANTS_NAMED;
    made.participant_ids = participants;
    made.n_participants = 2;
    made.change_note = "Đổi giờ";
    keep(f, &made);
    struct work *work = load(f, &made.id);
    const struct meeting *found = work_meeting(work, &made.id);
    assert_non_null(found);
    assert_string_equal(found->place, made.place);
    assert_string_equal(found->change_note, "Đổi giờ");
    assert_null(found->cancel_reason);
    assert_int_equal(found->starts_at_us, made.starts_at_us);
    assert_int_equal(found->n_participants, 2);
    assert_int_equal(found->n_agenda, 2);
    assert_string_equal(found->agenda[0].title, "Đọc nghị quyết");
    assert_int_equal(found->agenda[0].n_documents, 1);
    assert_string_equal(found->agenda[0].documents[0].title, "Nghị quyết 15");
    assert_int_equal(found->agenda[1].n_documents, 0);
    must(f->pg, "ROLLBACK");
}

static void test_the_host_counts_its_members_and_names_its_secretary(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    const struct meeting_host *host = work_host(load(f, &made.id), &BRANCH_10B);
    assert_non_null(host);
    assert_int_equal(host->members, 3); /* who left is not counted */
    assert_int_equal(host->heads, 1);
    assert_string_equal(host->contact_name, "Bí Thư");
    assert_string_equal(host->contact_phone, "+84900000001");
    assert_int_equal(host->org.n_path, 3);
    must(f->pg, "ROLLBACK");
}

static void test_a_month_is_taken_within_the_batch(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18));
    struct work *work = load(f, &first.id);
    assert_int_equal(work_keep_meeting(work, &first), ERR_OK);
    assert_int_equal(work_keep_meeting(work, &second), ERR_MONTH_TAKEN);
    assert_null(work_meeting(work, &second.id));
    first.state = PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    assert_int_equal(work_keep_meeting(work, &first), ERR_OK);
    assert_int_equal(work_keep_meeting(work, &second), ERR_OK);
    write_whole(f, work);
}

static void test_a_month_taken_in_the_database_is_found(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18)),
                   other = meeting_of(3, &BRANCH_4, december(18));
    keep(f, &first);
    struct work *work = work_new(f->ctx);
    work_name_new_meeting(work, &second.id, &BRANCH_10B, meeting_month(&second));
    work_name_new_meeting(work, &other.id, &BRANCH_4, meeting_month(&other));
    load_named(f, work);
    assert_int_equal(work_keep_meeting(work, &second), ERR_MONTH_TAKEN);
    assert_int_equal(work_keep_meeting(work, &other), ERR_OK);
    write_whole(f, work);
}

static void test_the_index_refuses_what_memory_did_not_know(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18));
    keep(f, &first);
    struct work *work = load(f, &second.id); /* names no month, as an instance with a stale view would */
    assert_int_equal(work_keep_meeting(work, &second), ERR_OK);
    assert_int_equal(write_batch(f, work), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "meeting_month_taken");
}

static void test_a_move_finds_the_month_it_claims(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(4) - 31 * CLOCK_DAY_US);
    keep(f, &first);
    keep(f, &second);
    struct work *work = work_new(f->ctx);
    work_name_meeting(work, &second.id, WORK_AGENDA);
    work_name_move(work, &second.id, true, meeting_month(&first));
    load_named(f, work);
    struct meeting moved = *work_meeting(work, &second.id);
    moved.starts_at_us = december(20);
    assert_int_equal(work_keep_meeting(work, &moved), ERR_MONTH_TAKEN);
    must(f->pg, "ROLLBACK");
}

static void test_an_agenda_is_replaced_and_a_kept_item_keeps_its_id(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    struct work *work = load(f, &made.id);
    struct meeting next = *work_meeting(work, &made.id);
    const struct agenda_item agenda[] = {next.agenda[1], {.id = {{0xa3}}, .title = "Khác", .minutes = 5}};
    next.agenda = agenda;
    next.version = 2;
    assert_int_equal(work_keep_meeting(work, &next), ERR_OK);
    write_whole(f, work);
    const struct meeting *found = work_meeting(load(f, &made.id), &made.id);
    assert_int_equal(found->n_agenda, 2);
    assert_memory_equal(&found->agenda[0].id, &agenda[0].id, sizeof agenda[0].id);
    assert_string_equal(found->agenda[1].title, "Khác");
    must(f->pg, "ROLLBACK");
}

static void test_a_deleted_draft_is_gone(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    struct work *work = load(f, &made.id);
    work_delete_meeting(work, &made.id);
    assert_null(work_meeting(work, &made.id));
    write_whole(f, work);
    assert_null(work_meeting(load(f, &made.id), &made.id));
    must(f->pg, "ROLLBACK");
}

/* --- comments --------------------------------------------------------------------------------------------------------------------- */

static struct store_comment comment_of(uint8_t id, const struct uuid *author, int visibility)
{
    return (struct store_comment){.is = {.id = {{id}}, .meeting = {{1}}, .author = *author, .text = "Đồng ý", .created_at_us = 100 + id,
                                         .visibility = (Pb__CommentVisibility)visibility}};
}

static void comment_thrice(struct fixture *f)
{
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    const struct store_comment comments[] = {comment_of(0x11, &MEMBER, 0), comment_of(0x12, &MEMBER, 1), comment_of(0x13, &SECRETARY, 0)};
    keep(f, &made);
    struct work *work = load(f, &made.id);
    for (size_t i = 0; i < 3; i++)
        work_keep_comment(work, &comments[i]);
    write_whole(f, work);
}

static void test_comments_for_the_secretary_are_not_counted(void **state)
{
    struct fixture *f = *state;
    const struct uuid meeting = {{1}};
    comment_thrice(f);
    const struct meeting *found = work_meeting(load(f, &meeting), &meeting);
    assert_int_equal(found->comments, 2);
    assert_int_equal(found->version, 1);
    must(f->pg, "ROLLBACK");
}

static void test_an_answer_is_kept_with_its_comment(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0x11}};
    comment_thrice(f);
    struct work *work = work_new(f->ctx);
    work_name_comment(work, &id);
    load_named(f, work);
    struct store_comment next = *work_comment(work, &id);
    assert_string_equal(next.names.author, "Đảng Viên");
    comment_answer(&work_comment(work, &id)->is, &SECRETARY, "Xin tiếp thu", 500, &next.is);
    work_keep_comment(work, &next);
    write_whole(f, work);
    work = work_new(f->ctx);
    work_name_comment(work, &id);
    const struct store_comment *found = work_comment(load_named(f, work), &id);
    assert_string_equal(found->is.answer_text, "Xin tiếp thu");
    assert_string_equal(found->names.answer_author, "Bí Thư");
    must(f->pg, "ROLLBACK");
}

static size_t count_comments(struct fixture *f, const struct directory_scope *scope, const struct uuid *reader)
{
    const struct uuid meeting = {{1}};
    struct comment_filter filter = {.meeting = &meeting, .reader = reader, .limit = 10};
    struct pg_result *rows = store_queue_comments(f->ctx, f->pg, scope, &filter);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    return pg_rows(rows);
}

static void test_each_reader_sees_the_comments_meant_for_him(void **state)
{
    struct fixture *f = *state;
    struct uuid heads[] = {BRANCH_10B}, officers[] = {WARD};
    const struct directory_scope member = {.branch = BRANCH_10B, .has_branch = true},
                                 head = {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1},
                                 officer = {.officers = officers, .n_officers = 1}, outsider = {.branch = BRANCH_4, .has_branch = true};
    const struct uuid other = {{0x53}};
    comment_thrice(f);
    assert_int_equal(count_comments(f, &member, NULL), 2);
    assert_int_equal(count_comments(f, &member, &MEMBER), 3);
    assert_int_equal(count_comments(f, &member, &other), 2);
    assert_int_equal(count_comments(f, &head, &SECRETARY), 3);
    assert_int_equal(count_comments(f, &head, NULL), 2); /* a shared answer holds nothing for the secretary alone */
    assert_int_equal(count_comments(f, &officer, NULL), 0);
    assert_int_equal(count_comments(f, &outsider, &other), 0);
}

/* --- reading ----------------------------------------------------------------------------------------------------------------------- */

static struct seen_meeting *list(struct fixture *f, const struct directory_scope *scope, struct meeting_filter filter, size_t *ret_n)
{
    filter.limit = filter.limit ? filter.limit : 10;
    struct pg_result *rows = store_queue_meetings(f->ctx, f->pg, scope, &filter);
    enum err err = pg_flush(f->pg);
    if (err)
        print_error("%s\n", pg_message(f->pg));
    assert_int_equal(err, ERR_OK);
    *ret_n = pg_rows(rows);
    return store_read_meetings(f->ctx, rows);
}

static void keep_four(struct fixture *f)
{
    struct meeting a = meeting_of(1, &BRANCH_10B, december(4)), b = meeting_of(2, &BRANCH_4, december(3)),
                   draft = meeting_of(3, &BRANCH_10B, december(4) + 31 * CLOCK_DAY_US), executive = meeting_of(4, &WARD, december(7));
    draft.state = PB__MEETING_STATE__MEETING_STATE_DRAFT;
    executive.kind = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE;
    keep(f, &a);
    keep(f, &b);
    keep(f, &draft);
    keep(f, &executive);
}

static void test_each_scope_sees_what_access_says(void **state)
{
    struct fixture *f = *state;
    struct uuid heads[] = {BRANCH_10B}, ward[] = {WARD}, city[] = {CITY};
    const struct { const char *who; struct directory_scope scope; size_t n, whole; } CASES[] = {
        {"a member: the branch's published one", {.branch = BRANCH_10B, .has_branch = true}, 1, 1},
        {"a head: the draft too", {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1}, 2, 2},
        {"a ward officer: headers below, his executive meetings whole", {.branch = BRANCH_4, .has_branch = true, .officers = ward, .n_officers = 1}, 3, 2},
        {"a city officer: headers", {.officers = city, .n_officers = 1}, 3, 0},
        {"a committee member: its executive meetings", {.committees = ward, .n_committees = 1}, 1, 1},
        {"an administrator: none", {.admins = city, .n_admins = 1}, 0, 0},
        {"nobody: none", {.n_heads = 0}, 0, 0},
    };
    keep_four(f);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t n, whole = 0;
        struct seen_meeting *seen = list(f, &CASES[i].scope, (struct meeting_filter){.limit = 10}, &n);
        for (size_t row = 0; row < n; row++) {
            whole += seen[row].whole;
            size_t one;
            list(f, &CASES[i].scope, (struct meeting_filter){.id = &seen[row].is.id}, &one);
            assert_int_equal(one, 1); /* a list yields what a GET by id would */
        }
        if (n != CASES[i].n || whole != CASES[i].whole)
            fail_msg("%s: %zu seen, %zu whole", CASES[i].who, n, whole);
    }
}

static void test_filters_narrow_the_list(void **state)
{
    struct fixture *f = *state;
    struct uuid heads[] = {BRANCH_10B}, city[] = {CITY};
    const struct directory_scope head = {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1},
                                 officer = {.officers = city, .n_officers = 1};
    const struct { const char *what; const struct directory_scope *scope; struct meeting_filter filter; size_t n; } CASES[] = {
        {"a month", &officer, {.has_month = true, .month = 2026 * 12 + 11}, 3},
        {"another month", &officer, {.has_month = true, .month = 2026 * 12}, 0},
        {"a subtree", &officer, {.organization = &BRANCH_4}, 1},
        {"a kind", &officer, {.has_kind = true, .kind = 3}, 1},
        {"a state", &head, {.has_state = true, .state = 0}, 1},
        {"days", &officer, {.has_from = true, .from_us = december(4), .has_to = true, .to_us = december(5)}, 1},
        {"the place without accents", &officer, {.q = "dong da"}, 3},
        {"the place with accents", &officer, {.q = "Đống Đa"}, 3},
        {"a title for who sees the agenda", &head, {.q = "doc nghi quyet"}, 1},
        {"a title hidden from officers above", &officer, {.q = "doc nghi quyet"}, 0},
        {"no pattern", &officer, {.q = "%"}, 0},
    };
    keep_four(f);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t n;
        list(f, CASES[i].scope, CASES[i].filter, &n);
        if (n != CASES[i].n)
            fail_msg("%s: %zu found", CASES[i].what, n);
    }
}

static void test_pages_follow_each_other_newest_first(void **state)
{
    struct fixture *f = *state;
    struct uuid city[] = {CITY};
    const struct directory_scope officer = {.officers = city, .n_officers = 1};
    const int64_t expected[] = {december(7), december(4), december(3)};
    struct meeting_filter filter = {.limit = 1};
    size_t n;
    keep_four(f);
    for (size_t i = 0; i < 3; i++) {
        struct seen_meeting *seen = list(f, &officer, filter, &n);
        assert_int_equal(n, 1);
        assert_int_equal(seen[0].is.starts_at_us, expected[i]);
        filter.has_before = true;
        filter.before_us = seen[0].is.starts_at_us;
        filter.before_id = seen[0].is.id;
    }
    list(f, &officer, filter, &n);
    assert_int_equal(n, 0);
}

static void test_organisations_are_known_to_their_own_and_to_officers(void **state)
{
    struct fixture *f = *state;
    struct uuid city[] = {CITY}, four[] = {BRANCH_4};
    const struct { struct directory_scope scope; const struct uuid *org; size_t n; } CASES[] = {
        {{.branch = BRANCH_10B, .has_branch = true}, &BRANCH_10B, 1}, {{.branch = BRANCH_10B, .has_branch = true}, &CITY, 1},
        {{.branch = BRANCH_10B, .has_branch = true}, &BRANCH_4, 0},   {{.officers = city, .n_officers = 1}, &BRANCH_4, 1},
        {{.admins = city, .n_admins = 1}, &BRANCH_4, 1},              {{.heads = four, .n_heads = 1}, &BRANCH_4, 1},
        {{.heads = four, .n_heads = 1}, &WARD, 0},                    {{.n_heads = 0}, &CITY, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct pg_result *rows = store_queue_org_visible(f->ctx, f->pg, &CASES[i].scope, CASES[i].org);
        assert_int_equal(pg_flush(f->pg), ERR_OK);
        assert_int_equal(pg_rows(rows), CASES[i].n);
    }
}

static void test_only_newer_documents_are_taken(void **state)
{
    struct fixture *f = *state;
    struct store_document newer = {.id = DOCUMENT, .version = 3, .state = 1, .title = "Mới"}, older = {.id = DOCUMENT, .version = 2, .title = "Cũ"};
    struct store_document *const IN_TURN[] = {&newer, &older};
    for (size_t i = 0; i < 2; i++) {
        struct uuid_map *documents = uuid_map_new(f->ctx);
        uuid_map_put(documents, &DOCUMENT, IN_TURN[i]);
        store_queue_documents(f->ctx, f->pg, documents);
        assert_int_equal(pg_flush(f->pg), ERR_OK);
    }
    struct work *work = work_new(f->ctx);
    work_name_document(work, &DOCUMENT);
    load_named(f, work);
    const struct agenda_document *found = uuid_map_get(work->documents, &DOCUMENT);
    assert_string_equal(found->title, "Mới");
    must(f->pg, "ROLLBACK");
    must(f->pg, "UPDATE document SET version = 1, title = 'Nghị quyết 15'");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, each_start, each_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_written_is_read_back),
        CASE(test_the_host_counts_its_members_and_names_its_secretary),
        CASE(test_a_month_is_taken_within_the_batch),
        CASE(test_a_month_taken_in_the_database_is_found),
        CASE(test_the_index_refuses_what_memory_did_not_know),
        CASE(test_a_move_finds_the_month_it_claims),
        CASE(test_an_agenda_is_replaced_and_a_kept_item_keeps_its_id),
        CASE(test_a_deleted_draft_is_gone),
        CASE(test_comments_for_the_secretary_are_not_counted),
        CASE(test_an_answer_is_kept_with_its_comment),
        CASE(test_each_reader_sees_the_comments_meant_for_him),
        CASE(test_each_scope_sees_what_access_says),
        CASE(test_filters_narrow_the_list),
        CASE(test_pages_follow_each_other_newest_first),
        CASE(test_organisations_are_known_to_their_own_and_to_officers),
        CASE(test_only_newer_documents_are_taken),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
