/* Resolutions of services/meeting against a real PostgreSQL: what settles a meeting, and which meeting a document
 * settles. */
#include "meeting_fixture.h"

#include "services/meeting/document/document_lookup.h"
#include "services/meeting/document/document_store.h"
#include "services/meeting/meeting/meeting_set.h"
#include "services/meeting/resolution/resolution_set.h"

static const struct uuid MEETING = {{1}}, DOCUMENT = {{0xd2}};

static struct meeting settled(uint8_t id)
{
    struct meeting meeting = meeting_of(id, &BRANCH_10B, december(id));
    meeting.kind = PB__MEETING_KIND__MEETING_KIND_THEMATIC;
    meeting.state = PB__MEETING_STATE__MEETING_STATE_HELD;
    meeting.resolution = (struct meeting_resolution){
        .document = DOCUMENT, .published_at_us = 500, .due_at_us = 400, .is_overdue = true};
    return meeting;
}

static void test_what_settles_a_meeting_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct meeting meeting = settled(1);
    keep(f, &meeting);
    const struct meeting *found = meeting_set_find(load(f, &MEETING), &MEETING);
    assert_memory_equal(&found->resolution.document, &DOCUMENT, sizeof DOCUMENT);
    assert_int_equal(found->resolution.published_at_us, 500);
    assert_int_equal(found->resolution.due_at_us, 400);
    assert_true(found->resolution.is_overdue);
    must(f->pg, "ROLLBACK");
}

static void test_a_batch_knows_which_meeting_a_document_settles(void **state)
{
    struct fixture *f = *state;
    static const struct uuid OTHER = {{0xd3}}, SECOND = {{2}};
    struct meeting meeting = settled(1);
    keep(f, &meeting);
    struct loop_batch *batch = new_batch(f);
    resolution_set_want(batch, &DOCUMENT);
    resolution_set_want(batch, &OTHER);
    load_wanted(f, batch);
    assert_memory_equal(resolution_set_find(batch, &DOCUMENT), &MEETING, sizeof MEETING);
    assert_null(resolution_set_find(batch, &OTHER));
    resolution_set_keep(batch, &OTHER, &MEETING, &DOCUMENT);
    assert_null(resolution_set_find(batch, &DOCUMENT));
    resolution_set_keep(batch, &DOCUMENT, &SECOND, &(struct uuid){{0}});
    assert_memory_equal(resolution_set_find(batch, &DOCUMENT), &SECOND, sizeof SECOND);
    must(f->pg, "ROLLBACK");
}

static void test_the_index_refuses_what_memory_did_not_know(void **state)
{
    struct fixture *f = *state;
    struct meeting first = settled(1), second = settled(2);
    keep(f, &first);
    struct loop_batch *batch = load(f, &second.id);
    assert_int_equal(meeting_set_keep(batch, &second), ERR_OK);
    assert_int_equal(parts_write(f->pg, batch), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "meeting_resolution_taken");
}

static void test_what_a_document_is_may_be_told_later_and_then_stays(void **state)
{
    struct fixture *f = *state;
    const struct uuid id = {{0xd7}};
    struct document_row told = {.id = id, .version = 1, .begins_at_us = 100, .title = "Nghị quyết"};
    struct document_row versions[] = {told, told, told};
    document_store_write(f->ctx, f->pg, versions, 1);
    must_flush(f->pg);
    versions[0].has_kind = versions[1].has_kind = true;
    versions[0].published_at_us = 90;
    versions[1].published_at_us = 95; /* the same version twice in a batch: told first */
    document_store_write(f->ctx, f->pg, versions, 2);
    must_flush(f->pg);
    struct loop_batch *batch = new_batch(f);
    document_want(batch, &id);
    load_wanted(f, batch);
    const struct document *found = document_find(batch, &id, 200);
    assert_true(found->has_kind);
    assert_int_equal(found->kind, PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION);
    assert_int_equal(found->published_at_us, 90);
    must(f->pg, "ROLLBACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_settles_a_meeting_is_read_back),
        CASE(test_a_batch_knows_which_meeting_a_document_settles),
        CASE(test_the_index_refuses_what_memory_did_not_know),
        CASE(test_what_a_document_is_may_be_told_later_and_then_stays),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
