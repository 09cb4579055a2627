/* services/meeting against a real PostgreSQL: what a batch writes is what the next one loads. */
#include "meeting_fixture.h"

#include "services/meeting/comment/comment_set.h"
#include "services/meeting/document/document_lookup.h"
#include "services/meeting/document/document_store.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/meeting/meeting_set.h"

#include "common/base/clock.h"

#include <string.h>

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
    struct loop_batch *batch = load(f, &made.id);
    const struct meeting *found = meeting_set_find(batch, &made.id);
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
    const struct meeting_host *host = host_find(load(f, &made.id), &BRANCH_10B);
    assert_non_null(host);
    assert_int_equal(host->members, 3); /* who left is not counted */
    assert_int_equal(host->heads, 1);
    assert_string_equal(host->contact_name, "Bí Thư");
    assert_string_equal(host->contact_phone, "+84900000001");
    assert_int_equal(host->org.n_path, 3);
    must(f->pg, "ROLLBACK");
}

static void test_a_host_that_has_ended_is_known_as_ended(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    must(f->pg, "UPDATE directory_organization SET state = 2 WHERE id IN (SELECT organization_id FROM meeting)");
    const struct meeting_host *host = host_find(load(f, &made.id), &BRANCH_10B);
    assert_int_equal(host->org.state, PB__ORGANIZATION_STATE__ORGANIZATION_STATE_MERGED);
    must(f->pg, "ROLLBACK");
    must(f->pg, "UPDATE directory_organization SET state = 0");
}

static void test_a_month_is_taken_within_the_batch(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18));
    struct loop_batch *batch = load(f, &first.id);
    assert_int_equal(meeting_set_keep(batch, &first), ERR_OK);
    assert_int_equal(meeting_set_keep(batch, &second), ERR_MONTH_TAKEN);
    assert_null(meeting_set_find(batch, &second.id));
    first.state = PB__MEETING_STATE__MEETING_STATE_CANCELLED;
    assert_int_equal(meeting_set_keep(batch, &first), ERR_OK);
    assert_int_equal(meeting_set_keep(batch, &second), ERR_OK);
    write_whole(f, batch);
}

static void test_a_month_taken_in_the_database_is_found(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18)),
                   other = meeting_of(3, &BRANCH_4, december(18));
    keep(f, &first);
    struct loop_batch *batch = new_batch(f);
    meeting_set_want_new(batch, &second.id, &BRANCH_10B, meeting_month(&second));
    meeting_set_want_new(batch, &other.id, &BRANCH_4, meeting_month(&other));
    load_wanted(f, batch);
    assert_int_equal(meeting_set_keep(batch, &second), ERR_MONTH_TAKEN);
    assert_int_equal(meeting_set_keep(batch, &other), ERR_OK);
    write_whole(f, batch);
}

static void test_the_index_refuses_what_memory_did_not_know(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)), second = meeting_of(2, &BRANCH_10B, december(18));
    keep(f, &first);
    struct loop_batch *batch = load(f, &second.id); /* wants no month, as an instance with a stale view would */
    assert_int_equal(meeting_set_keep(batch, &second), ERR_OK);
    assert_int_equal(parts_write(f->pg, batch), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "meeting_month_taken");
}

static void test_a_move_finds_the_month_it_claims(void **state)
{
    struct fixture *f = *state;
    struct meeting first = meeting_of(1, &BRANCH_10B, december(4)),
                   second = meeting_of(2, &BRANCH_10B, december(4) - 31 * CLOCK_DAY_US);
    keep(f, &first);
    keep(f, &second);
    struct loop_batch *batch = new_batch(f);
    meeting_set_want(batch, &second.id, MEETING_WANT_AGENDA);
    meeting_set_want_move(batch, &second.id, true, meeting_month(&first));
    load_wanted(f, batch);
    struct meeting moved = *meeting_set_find(batch, &second.id);
    moved.starts_at_us = december(20);
    assert_int_equal(meeting_set_keep(batch, &moved), ERR_MONTH_TAKEN);
    must(f->pg, "ROLLBACK");
}

static void test_an_agenda_is_replaced_and_a_kept_item_keeps_its_id(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    struct meeting next = *meeting_set_find(batch, &made.id);
    const struct agenda_item agenda[] = {next.agenda[1],
                                         {.id = {{0xa3}},
                                          .title = "Khác",
                                          .minutes = 5,
                                          .has_source = true,
                                          .source_type = PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL,
                                          .source = {{0xa4}}}};
    next.agenda = agenda;
    next.version = 2;
    assert_int_equal(meeting_set_keep(batch, &next), ERR_OK);
    write_whole(f, batch);
    const struct meeting *found = meeting_set_find(load(f, &made.id), &made.id);
    assert_int_equal(found->n_agenda, 2);
    assert_memory_equal(&found->agenda[0].id, &agenda[0].id, sizeof agenda[0].id);
    assert_string_equal(found->agenda[1].title, "Khác");
    assert_true(found->agenda[1].has_source && !found->agenda[0].has_source);
    assert_int_equal(found->agenda[1].source_type, PB__AGENDA_ITEM__SOURCE__TYPE__TYPE_PROPOSAL);
    assert_memory_equal(&found->agenda[1].source, &agenda[1].source, sizeof agenda[1].source);
    must(f->pg, "ROLLBACK");
}

static void test_a_deleted_draft_is_gone(void **state)
{
    struct fixture *f = *state;
    struct meeting made = meeting_of(1, &BRANCH_10B, december(4));
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    meeting_set_delete(batch, &made.id);
    assert_null(meeting_set_find(batch, &made.id));
    write_whole(f, batch);
    assert_null(meeting_set_find(load(f, &made.id), &made.id));
    must(f->pg, "ROLLBACK");
}

/* --- comments ----------------------------------------------------------------------------------------------------- */

static void test_comments_for_the_secretary_are_not_counted(void **state)
{
    struct fixture *f = *state;
    const struct uuid meeting = {{1}};
    comment_thrice(f);
    const struct meeting *found = meeting_set_find(load(f, &meeting), &meeting);
    assert_int_equal(found->counts[MEETING_COMMENTS], 2);
    assert_int_equal(found->version, 1);
    must(f->pg, "ROLLBACK");
}

static void test_an_answer_is_kept_with_its_comment(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0x11}};
    comment_thrice(f);
    struct loop_batch *batch = new_batch(f);
    comment_set_want(batch, &id);
    load_wanted(f, batch);
    struct named_comment next = *comment_set_find(batch, &id);
    assert_string_equal(next.author, "Đảng Viên");
    comment_answer(&comment_set_find(batch, &id)->is, &SECRETARY, "Xin tiếp thu", 500, &next.is);
    comment_set_keep(batch, &next);
    write_whole(f, batch);
    batch = new_batch(f);
    comment_set_want(batch, &id);
    const struct named_comment *found = comment_set_find(load_wanted(f, batch), &id);
    assert_string_equal(found->is.answer_text, "Xin tiếp thu");
    assert_string_equal(found->answer_author, "Bí Thư");
    must(f->pg, "ROLLBACK");
}

/* --- documents, as of when ---------------------------------------------------------------------------------------- */

#define DAY(n) ((n)*CLOCK_DAY_US)

static void hear_of(struct fixture *f, const struct document_row versions[], size_t n)
{
    document_store_write(f->ctx, f->pg, versions, n);
    assert_int_equal(pg_flush(f->pg), ERR_OK);
}

/* Its title as it was for a command of `at_us`; NULL: it may not be named. */
static const char *title_at(struct fixture *f, const struct uuid *id, int64_t at_us)
{
    struct loop_batch *batch = new_batch(f);
    document_want(batch, id);
    load_wanted(f, batch);
    const struct document *found = document_find(batch, id, at_us);
    must(f->pg, "ROLLBACK");
    return found ? found->title : NULL;
}

static void test_a_document_is_what_it_was_when_the_command_was_appended(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0xd2}};
    const struct document_row versions[] = {
        {.id = id,
         .version = 1,
         .begins_at_us = 100,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Một"},
        {.id = id,
         .version = 2,
         .begins_at_us = 200,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Hai"},
        {.id = id,
         .version = 3,
         .begins_at_us = 300,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN,
         .title = "Hai"},
    };
    const struct {
        int64_t at_us;
        const char *title;
    } CASES[] = {{99, NULL}, {100, "Một"}, {199, "Một"}, {200, "Hai"}, {299, "Hai"}, {300, NULL}, {DAY(1), NULL}};
    hear_of(f, versions, ARRAY_LENGTH(versions));
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const char *title = title_at(f, &id, CASES[i].at_us);
        assert_int_equal(title != NULL, CASES[i].title != NULL);
        if (title)
            assert_string_equal(title, CASES[i].title);
    }
}

static void test_a_version_that_is_told_again_begins_when_it_was_told_first(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0xd3}};
    struct document_row again[] = {
        {.id = id,
         .version = 1,
         .begins_at_us = 100,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Một"},
        {.id = id,
         .version = 2,
         .begins_at_us = 200,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Hai"},
        {.id = id,
         .version = 1,
         .begins_at_us = 400,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Một"},
        {.id = id,
         .version = 2,
         .begins_at_us = 500,
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
         .title = "Hai"},
    };
    hear_of(f, again, 3);
    hear_of(f, again + 2, 2);
    assert_string_equal(title_at(f, &id, 150), "Một");
    assert_string_equal(title_at(f, &id, 450), "Hai");
}

static void test_what_became_another_before_any_command_that_is_read_again_is_forgotten(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0xd4}};
    struct document_row versions[] = {
        {.id = id,
         .version = 1,
         .begins_at_us = DAY(1),
         .title = "Một",
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED},
        {.id = id,
         .version = 2,
         .begins_at_us = DAY(2),
         .title = "Hai",
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED},
        {.id = id,
         .version = 3,
         .begins_at_us = DAY(60),
         .title = "Ba",
         .state = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(versions); i++)
        hear_of(f, &versions[i], 1);
    assert_null(title_at(f, &id, DAY(1)));
    assert_string_equal(title_at(f, &id, DAY(59)), "Hai");
    assert_string_equal(title_at(f, &id, DAY(60)), "Ba");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_written_is_read_back),
        CASE(test_the_host_counts_its_members_and_names_its_secretary),
        CASE(test_a_host_that_has_ended_is_known_as_ended),
        CASE(test_a_month_is_taken_within_the_batch),
        CASE(test_a_month_taken_in_the_database_is_found),
        CASE(test_the_index_refuses_what_memory_did_not_know),
        CASE(test_a_move_finds_the_month_it_claims),
        CASE(test_an_agenda_is_replaced_and_a_kept_item_keeps_its_id),
        CASE(test_a_deleted_draft_is_gone),
        CASE(test_comments_for_the_secretary_are_not_counted),
        CASE(test_an_answer_is_kept_with_its_comment),
        CASE(test_a_document_is_what_it_was_when_the_command_was_appended),
        CASE(test_a_version_that_is_told_again_begins_when_it_was_told_first),
        CASE(test_what_became_another_before_any_command_that_is_read_again_is_forgotten),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
