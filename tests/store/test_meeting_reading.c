/* services/meeting against a real PostgreSQL: each scope sees what ACCESS says, in lists as by id. */
#include "meeting_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/meeting/comment/comment_query.h"
#include "services/meeting/comment/comment_store.h"
#include "services/meeting/meeting/meeting_list_store.h"
#include "services/meeting/pack/pack_query.h"

#include "common/base/clock.h"

static size_t count_comments(struct fixture *f, const struct directory_scope *scope, const struct uuid *reader)
{
    const struct uuid meeting = {{1}};
    struct comment_filter filter = {.meeting = &meeting, .reader = reader, .limit = 10};
    struct pg_result *rows = comment_store_queue(f->ctx, f->pg, scope, &filter);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
    return pg_rows(rows);
}

static void test_each_reader_sees_the_comments_meant_for_him(void **state)
{
    struct fixture *f = *state;
    struct uuid heads[] = {BRANCH_10B}, officers[] = {WARD};
    const struct directory_scope member = {.branch = BRANCH_10B, .has_branch = true},
                                 head = {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1},
                                 officer = {.officers = officers, .n_officers = 1},
                                 outsider = {.branch = BRANCH_4, .has_branch = true};
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

/* --- reading ------------------------------------------------------------------------------------------------------ */

static struct seen_meeting *list(struct fixture *f, const struct directory_scope *scope, struct meeting_filter filter,
                                 size_t *ret_n)
{
    filter.limit = filter.limit ? filter.limit : 10;
    struct pg_result *rows = meeting_list_store_queue_meetings(f->ctx, f->pg, scope, &filter);
    must_flush(f->pg);
    *ret_n = pg_rows(rows);
    return meeting_list_store_read_meetings(f->ctx, rows);
}

static void keep_four(struct fixture *f)
{
    struct meeting a = meeting_of(1, &BRANCH_10B, december(4)), b = meeting_of(2, &BRANCH_4, december(3)),
                   draft = meeting_of(3, &BRANCH_10B, december(4) + 31 * CLOCK_DAY_US),
                   executive = meeting_of(4, &WARD, december(7));
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
    const struct {
        const char *who;
        struct directory_scope scope;
        size_t n, whole;
    } CASES[] = {
        {"a member: the branch's published one", {.branch = BRANCH_10B, .has_branch = true}, 1, 1},
        {"a head: the draft too", {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1}, 2, 2},
        {"a ward officer: headers below, his executive meetings whole",
         {.branch = BRANCH_4, .has_branch = true, .officers = ward, .n_officers = 1},
         3,
         2},
        {"a city officer: headers", {.officers = city, .n_officers = 1}, 3, 0},
        {"a committee member: its executive meetings", {.committees = ward, .n_committees = 1}, 1, 1},
        {"an administrator: none", {.admins = city, .n_admins = 1}, 0, 0},
        {"nobody: none", {.n_heads = 0}, 0, 0},
    };
    keep_four(f);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
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
    const struct {
        const char *what;
        const struct directory_scope *scope;
        struct meeting_filter filter;
        size_t n;
    } CASES[] = {
        {"a month", &officer, {.has_month = true, .month = 2026 * 12 + 11}, 3},
        {"another month", &officer, {.has_month = true, .month = 2026 * 12}, 0},
        {"a subtree", &officer, {.organization = &BRANCH_4}, 1},
        {"a part of the tree, by its organisations", &officer, {.organization = &BRANCH_4, .is_part = true}, 1},
        {"a larger part", &officer, {.organization = &WARD, .is_part = true}, 3},
        {"the whole tree", &officer, {.organization = &CITY}, 3},
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
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
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
        filter.before.at_us = seen[0].is.starts_at_us;
        filter.before.id = seen[0].is.id;
    }
    list(f, &officer, filter, &n);
    assert_int_equal(n, 0);
}

static void test_organisations_are_known_to_their_own_and_to_officers(void **state)
{
    struct fixture *f = *state;
    struct uuid city[] = {CITY}, four[] = {BRANCH_4};
    const struct {
        struct directory_scope scope;
        const struct uuid *org;
        size_t n;
    } CASES[] = {
        {{.branch = BRANCH_10B, .has_branch = true}, &BRANCH_10B, 1},
        {{.branch = BRANCH_10B, .has_branch = true}, &CITY, 1},
        {{.branch = BRANCH_10B, .has_branch = true}, &BRANCH_4, 0},
        {{.officers = city, .n_officers = 1}, &BRANCH_4, 1},
        {{.admins = city, .n_admins = 1}, &BRANCH_4, 1},
        {{.heads = four, .n_heads = 1}, &BRANCH_4, 1},
        {{.heads = four, .n_heads = 1}, &WARD, 0},
        {{.n_heads = 0}, &CITY, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct pg_result *rows = meeting_list_store_queue_org_visible(f->ctx, f->pg, &CASES[i].scope, CASES[i].org);
        assert_int_equal(pg_flush(f->pg), ERR_OK);
        assert_int_equal(pg_rows(rows), CASES[i].n);
    }
}

/* --- answers that have no more room --------------------------------------------------------------------------- */

/* As the branch's members ask. */
static const ProtobufCMessage *ask(struct fixture *f, const struct query_table *table, const ProtobufCMessage *body)
{
    static uint8_t branch[16] = {0xb1};
    Pb__Scope *scope = mem_new(f, Pb__Scope);
    struct query query = {.ctx = f, .pg = f->pg, .scope = scope, .body = body};
    pb__scope__init(scope);
    scope->has_branch_id = true;
    scope->branch_id = (ProtobufCBinaryData){sizeof branch, branch};
    assert_ptr_equal(table->rows[0].type, body->descriptor);
    assert_int_equal(table->rows[0].answer(&query), ERR_OK);
    assert_true(protobuf_c_message_get_packed_size(query.reply) < QUERY_ROOM_BYTES + (1 << 20));
    return query.reply;
}

/* So many comments of that many bytes at meeting 1. */
static void fill_with_comments(struct fixture *f, int n, int bytes)
{
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    must(f->pg, mem_printf(f,
                           "INSERT INTO meeting_comment(id, meeting_id, author_id, text, visibility, channel,"
                           "  created_at_us)"
                           " SELECT gen_random_uuid(), m.id, gen_random_uuid(), repeat('x', %d), 0, 0, i"
                           " FROM meeting m, generate_series(1, %d) i",
                           bytes, n));
    must(f->pg, mem_printf(f, "UPDATE meeting SET comments = %d", n));
}

static void test_a_pack_has_the_first_comments_that_fit_and_the_count_of_all(void **state)
{
    struct fixture *f = *state;
    static uint8_t id[16] = {1};
    static const struct {
        int n, bytes;
        size_t most;
    } cases[] = {{3000, 100, 500}, {600, 16000, 500}, {300, 40000, 209}, {20, 1000000, 8}};
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Pb__GetMeetingPack body = PB__GET_MEETING_PACK__INIT;
        body.meeting_id = (ProtobufCBinaryData){sizeof id, id};
        fixture_reset(f->pg);
        fill_with_comments(f, cases[i].n, cases[i].bytes);
        const Pb__MeetingPack *pack = (const Pb__MeetingPack *)ask(f, &PACK_QUERIES, &body.base);
        assert_int_equal(pack->meeting->comments, cases[i].n);
        assert_int_equal(pack->n_comments, cases[i].most);
        assert_int_equal(pack->comments[pack->n_comments - 1]->created_at_us, (int64_t)cases[i].most);
    }
}

static void test_a_page_ends_where_its_room_does_and_the_next_one_goes_on(void **state)
{
    struct fixture *f = *state;
    static uint8_t id[16] = {1};
    Pb__ListComments body = PB__LIST_COMMENTS__INIT;
    body.meeting_id = (ProtobufCBinaryData){sizeof id, id};
    body.limit = 100;
    int64_t next = 1;
    fill_with_comments(f, 20, 1000000);
    do {
        const Pb__CommentList *list = (const Pb__CommentList *)ask(f, &COMMENT_QUERIES, &body.base);
        assert_true(list->n_items > 0);
        for (size_t i = 0; i < list->n_items; i++)
            assert_int_equal(list->items[i]->created_at_us, next++);
        body.has_cursor = list->has_next_cursor;
        body.cursor = list->next_cursor;
    } while (body.has_cursor);
    assert_int_equal(next, 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_each_reader_sees_the_comments_meant_for_him),
        CASE(test_each_scope_sees_what_access_says),
        CASE(test_filters_narrow_the_list),
        CASE(test_pages_follow_each_other_newest_first),
        CASE(test_organisations_are_known_to_their_own_and_to_officers),
        CASE(test_a_pack_has_the_first_comments_that_fit_and_the_count_of_all),
        CASE(test_a_page_ends_where_its_room_does_and_the_next_one_goes_on),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
