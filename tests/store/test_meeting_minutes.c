/* Minutes of services/meeting against a real PostgreSQL: what a batch writes is what the next one loads, and who sees
 * them. */
#include "meeting_fixture.h"

#include "common/base/mem.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/minutes/minutes_set.h"
#include "services/meeting/minutes/minutes_store.h"

static const struct uuid MEETING = {{1}};

static const Pb__MinutesContent *content_of(TALLOC_CTX *ctx, const char *text)
{
    static Pb__Guest guest = PB__GUEST__INIT, *guests[] = {&guest};
    Pb__MinutesContent *content = mem_new(ctx, Pb__MinutesContent);
    pb__minutes_content__init(content);
    guest.full_name = mem_text(ctx, "Trần Văn Trên");
    guest.title = mem_text(ctx, "Đảng ủy phường");
    content->text = mem_text(ctx, text);
    content->n_guests = 1;
    content->guests = guests;
    return content;
}

static void hold(struct fixture *f)
{
    struct meeting meeting = meeting_of(1, &BRANCH_10B, december(4));
    meeting.state = PB__MEETING_STATE__MEETING_STATE_HELD;
    keep(f, &meeting);
}

static struct loop_batch *load_minutes(struct fixture *f)
{
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, &MEETING, MEETING_WANT_AGENDA);
    minutes_set_want(batch, &MEETING);
    return load_wanted(f, batch);
}

static void write_minutes(struct fixture *f, uint64_t version, const char *text, int64_t published_at_us)
{
    const struct minutes minutes = {.meeting = MEETING,
                                    .version = version,
                                    .content = content_of(f->ctx, text),
                                    .published_at_us = published_at_us};
    struct loop_batch *batch = load_minutes(f);
    minutes_set_keep(batch, &minutes);
    write_whole(f, batch);
}

static void test_there_are_none_until_they_are_written(void **state)
{
    struct fixture *f = *state;
    hold(f);
    struct loop_batch *batch = load_minutes(f);
    assert_int_equal(minutes_set_find(batch, &MEETING)->version, 0);
    assert_null(minutes_set_find(batch, &MEETING)->content);
    must(f->pg, "ROLLBACK");
}

static void test_what_was_written_is_found_and_replaced(void **state)
{
    struct fixture *f = *state;
    hold(f);
    write_minutes(f, 1, "Nháp", 0);
    write_minutes(f, 2, "Biên bản", 0);
    struct loop_batch *batch = load_minutes(f);
    const struct minutes *found = minutes_set_find(batch, &MEETING);
    assert_int_equal(found->version, 2);
    assert_string_equal(found->content->text, "Biên bản");
    assert_string_equal(found->content->guests[0]->full_name, "Trần Văn Trên");
    assert_int_equal(found->published_at_us, 0);
    must(f->pg, "ROLLBACK");
}

static void test_the_meeting_has_them_once_they_are_published(void **state)
{
    struct fixture *f = *state;
    hold(f);
    write_minutes(f, 1, "Nháp", 0);
    struct loop_batch *batch = load_minutes(f);
    assert_null(meeting_set_find(batch, &MEETING)->minutes);
    must(f->pg, "ROLLBACK");
    write_minutes(f, 2, "Biên bản", 500);
    batch = load_minutes(f);
    assert_string_equal(meeting_set_find(batch, &MEETING)->minutes->text, "Biên bản");
    assert_int_equal(meeting_set_find(batch, &MEETING)->minutes_published_at_us, 500);
    must(f->pg, "ROLLBACK");
}

static size_t count_seen(struct fixture *f, const struct directory_scope *scope)
{
    struct pg_result *rows = minutes_store_queue(f->ctx, f->pg, scope, &MEETING);
    must_flush(f->pg);
    return pg_rows(rows);
}

static void test_only_heads_see_minutes_that_are_not_published(void **state)
{
    struct fixture *f = *state;
    struct uuid officers[] = {WARD}, heads[] = {BRANCH_10B};
    const struct directory_scope member = {.branch = BRANCH_10B, .has_branch = true},
                                 head = {.branch = BRANCH_10B, .has_branch = true, .heads = heads, .n_heads = 1},
                                 officer = {.officers = officers, .n_officers = 1},
                                 outsider = {.branch = BRANCH_4, .has_branch = true};
    hold(f);
    write_minutes(f, 1, "Nháp", 0);
    assert_int_equal(count_seen(f, &head), 1);
    assert_int_equal(count_seen(f, &member), 0);
    write_minutes(f, 2, "Biên bản", 500);
    assert_int_equal(count_seen(f, &head), 1);
    assert_int_equal(count_seen(f, &member), 1);
    assert_int_equal(count_seen(f, &officer), 0);
    assert_int_equal(count_seen(f, &outsider), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_there_are_none_until_they_are_written),
        CASE(test_what_was_written_is_found_and_replaced),
        CASE(test_the_meeting_has_them_once_they_are_published),
        CASE(test_only_heads_see_minutes_that_are_not_published),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
