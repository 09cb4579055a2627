/* services/document/extraction and passage/ against a real PostgreSQL: what a content's passages are, who makes them,
 * and who reads them. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/document/extraction/extraction_run.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct directory_scope HEADS = {.heads = (struct uuid[]){{{0xb1}}}, .n_heads = 1};
static const struct uuid HOLDER = {{0x77}}, OTHER_HOLDER = {{0x78}};

/* --- helpers ------------------------------------------------------------------------------------------------------ */

static const char *blob_dir(void)
{
    static char folder[] = "/tmp/sotay-extraction-XXXXXX";
    static bool made;
    if (!made)
        assert_non_null(mkdtemp(folder));
    made = true;
    return folder;
}

enum { MARKS = 8 };

/* Of a file whose hash is `mark` and zeroes. */
static char *path_of(TALLOC_CTX *ctx, uint8_t mark)
{
    return mem_printf(ctx, "%s/%02x%062d", blob_dir(), mark, 0);
}

static void put_file(struct fixture *f, uint8_t mark, const char *bytes)
{
    FILE *file = fopen(path_of(f->ctx, mark), "w");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int stop_and_remove(void **state)
{
    for (uint8_t mark = 0; mark < MARKS; mark++) {
        char *path = path_of(NULL, mark);
        (void)unlink(path);
        mem_free(path);
    }
    (void)rmdir(blob_dir());
    return stop(state);
}

static struct document file_document(uint8_t id, uint8_t mark)
{
    struct document made = document_of(id, INTERNAL, PUBLISHED);
    made.extraction = PB__EXTRACTION__EXTRACTION_PENDING;
    made.content = (struct content){.sha256 = {mark}, .bytes = 9, .media_type = "application/pdf"};
    return made;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static int64_t some_time(void *arg)
{
    (void)arg;
    return 1000;
}

/* Another program than sotay-extract; NULL: that one. */
static char *stand_in;

/* What it does instead, in the shell; $6 is the page that it is to begin with. */
static void stand_in_with(struct fixture *f, const char *does)
{
    stand_in = mem_printf(f->ctx, "%s/program", blob_dir());
    FILE *file = fopen(stand_in, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "#!/bin/sh\n%s\n", does) > 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(stand_in, 0700), 0);
}

static void stand_in_no_more(void)
{
    assert_int_equal(unlink(stand_in), 0);
    stand_in = NULL;
}

static enum err run(struct fixture *f, bool *ret_found)
{
    const char *program = stand_in ? stand_in : getenv("SOTAY_EXTRACT");
    const struct extraction_options options = {
        .pg = f->pg,
        .holder = HOLDER,
        .blob_dir = blob_dir(),
        .extractor = {.program = program ? program : "build/services/document/sotay-extract",
                      .memory_bytes = 512 << 20,
                      .cpu_seconds = 10,
                      .seconds = 20,
                      .pages = 10,
                      .output_bytes = 1 << 20,
                      .effort = EFFORT_OF_SLICE},
        .now_us = some_time,
        .stops = never,
    };
    return extraction_run(f->ctx, &options, ret_found);
}

static void assert_run(struct fixture *f, enum err err)
{
    bool found = false;
    assert_int_equal(run(f, &found), err);
    assert_true(found);
}

/* "address:page address:page", or NULL: the document is not visible. */
static char *passages_of(struct fixture *f, const struct directory_scope *scope, const struct document *document)
{
    const struct passage_asked asked = {.document = document->id, .after = -1, .limit = 100};
    struct pg_result *rows = passage_store_ask(f->ctx, f->pg, scope, &asked);
    must_flush(f->pg);
    char *said = pg_rows(rows) > 0 ? mem_text(f->ctx, "") : NULL;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct passage_found found = passage_store_read(f->ctx, rows, row);
        if (found.position >= 0)
            said = mem_append(said, "%s%s:%d", *said ? " " : "", found.is.address, (int)found.is.page);
    }
    return said;
}

static struct document state_of(struct fixture *f, const struct document *document)
{
    struct loop_batch *batch = load(f, &document->id);
    struct document found = *document_batch_get(documents_of(batch), &document->id);
    must(f->pg, "ROLLBACK");
    return found;
}

/* --- cases -------------------------------------------------------------------------------------------------------- */

static void test_a_text_is_divided_with_its_document(void **state)
{
    struct fixture *f = *state;
    bool found = true;
    struct document made = whole();
    made.content.text = "Căn cứ\nĐiều 1. Một\n1. Khoản\nĐiều 2. Hai";
    keep(f, &made);
    assert_string_equal(passages_of(f, &HEADS, &made), "mo-dau:0 dieu-1:0 dieu-1.khoan-1:0 dieu-2:0");
    assert_int_equal(run(f, &found), ERR_OK);
    assert_false(found);

    struct loop_batch *batch = load(f, &made.id);
    struct document next = *document_batch_get(documents_of(batch), &made.id);
    next.content.text = "Điều 1. Khác";
    document_batch_keep(documents_of(batch), &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:0");
}

static void test_a_file_is_read_once(void **state)
{
    struct fixture *f = *state;
    bool found;
    struct document made = file_document(2, 1);
    put_file(f, 1, "Điều 1. Một\f1. Khoản\nĐiều 2. Hai\n");
    keep(f, &made);
    assert_string_equal(passages_of(f, &HEADS, &made), "");
    assert_run(f, ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:1 dieu-1.khoan-1:2 dieu-2:2");
    struct document is = state_of(f, &made);
    assert_int_equal(is.extraction, PB__EXTRACTION__EXTRACTION_DONE);
    assert_int_equal(is.pages, 2);
    assert_int_equal(is.version, made.version);
    assert_int_equal(run(f, &found), ERR_OK);
    assert_false(found);
}

static void test_who_does_not_see_the_document_finds_no_passage(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope stranger = {.member = NEIGHBOUR};
    struct document made = whole();
    keep(f, &made);
    assert_null(passages_of(f, &stranger, &made));
}

static void test_a_file_that_cannot_be_read_fails(void **state)
{
    struct fixture *f = *state;
    struct document made = file_document(3, 2);
    put_file(f, 2, "%PDF-1.7 nothing");
    keep(f, &made);
    assert_run(f, ERR_OK);
    assert_int_equal(state_of(f, &made).extraction, PB__EXTRACTION__EXTRACTION_FAILED);
    assert_string_equal(state_of(f, &made).extraction_failure, "broken");
    assert_string_equal(passages_of(f, &HEADS, &made), "");
}

static void test_a_file_that_is_not_here_is_waited_for(void **state)
{
    struct fixture *f = *state;
    bool found;
    struct document made = file_document(4, 3);
    keep(f, &made);
    assert_run(f, ERR_UNAVAILABLE);
    assert_int_equal(run(f, &found), ERR_OK);
    assert_false(found); /* it rests */
    assert_int_equal(state_of(f, &made).extraction, PB__EXTRACTION__EXTRACTION_PENDING);
    must(f->pg, "UPDATE extraction_job SET leased_until_us = 0");
    put_file(f, 3, "Điều 1. Một");
    assert_run(f, ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:0");
}

static struct extraction_job take(struct fixture *f, const struct uuid *holder, int64_t lease_us)
{
    struct extraction_job job;
    bool found = false;
    assert_int_equal(extraction_store_take(f->pg, f->ctx, holder, clock_now_us() + lease_us, &job, &found), ERR_OK);
    assert_true(found);
    return job;
}

static void test_what_was_read_of_an_older_content_is_not_kept(void **state)
{
    struct fixture *f = *state;
    const struct passage passage = {.address = "dieu-1", .label = "Điều 1", .text = "cũ"};
    const struct extraction_result result = {.passages = &passage, .n = 1};
    struct document made = file_document(5, 4), next = file_document(5, 5);
    keep(f, &made);
    struct extraction_job job = take(f, &HOLDER, CLOCK_MINUTE_US);
    keep(f, &next);
    assert_int_equal(extraction_store_renew(f->pg, f->ctx, &job, INT64_MAX), ERR_OWNER_LOST);
    assert_int_equal(extraction_store_finish(f->pg, f->ctx, &job, &result, 1), ERR_OWNER_LOST);
    assert_string_equal(passages_of(f, &HEADS, &made), "");
    struct extraction_job newer = take(f, &HOLDER, CLOCK_MINUTE_US);
    assert_int_equal(newer.sha256[0], 5);
    assert_int_equal(extraction_store_finish(f->pg, f->ctx, &newer, &result, 1), ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:0");
}

static void test_a_job_whose_holder_died_is_anothers(void **state)
{
    struct fixture *f = *state;
    const struct extraction_result result = {.end = EXTRACT_BROKEN};
    struct document made = file_document(6, 6);
    keep(f, &made);
    struct extraction_job dead = take(f, &HOLDER, -1);
    struct extraction_job job = take(f, &OTHER_HOLDER, CLOCK_MINUTE_US);
    assert_int_equal(extraction_store_finish(f->pg, f->ctx, &dead, &result, 1), ERR_OWNER_LOST);
    assert_int_equal(extraction_store_finish(f->pg, f->ctx, &job, &result, 1), ERR_OK);
    assert_int_equal(state_of(f, &made).extraction, PB__EXTRACTION__EXTRACTION_FAILED);
}

#define SLICES                                                                     \
    "case $6 in 1) printf 'T3\\nP\\nLĐiều 1. Một\\nL1. Khoản\\nEmore\\n';;" \
    " 2) printf 'T3\\nP\\nL2. Khoản\\nEmore\\n';; 3) printf 'T3\\nP\\nN1. Chú thích\\nLtiếp\\nEdone\\n';; esac"

static void assert_progress(struct fixture *f, const struct document *document, int32_t done, int32_t total)
{
    struct document is = state_of(f, document);
    assert_int_equal(is.extraction, PB__EXTRACTION__EXTRACTION_PENDING);
    assert_int_equal(is.pages_read, done);
    assert_int_equal(is.pages_known, total);
}

static void test_a_long_file_is_read_on_where_its_last_slice_ended(void **state)
{
    struct fixture *f = *state;
    struct document made = file_document(7, 7);
    put_file(f, 7, "x");
    stand_in_with(f, SLICES);
    keep(f, &made);
    assert_progress(f, &made, 0, 0);
    assert_run(f, ERR_OK);
    assert_progress(f, &made, 1, 3);
    assert_string_equal(passages_of(f, &HEADS, &made), "");
    struct extraction_job dead = take(f, &OTHER_HOLDER, -1); /* whoever has it dies */
    assert_int_equal(dead.pages_read, 1);
    assert_run(f, ERR_OK);
    assert_progress(f, &made, 2, 3);
    assert_run(f, ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:1 dieu-1.khoan-1:1 dieu-1.khoan-2:2");
    struct document is = state_of(f, &made);
    assert_int_equal(is.pages, 3);
    assert_int_equal(is.pages_known, 0);
    must(f->pg, "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM extraction_slice); END $$");
    stand_in_no_more();
}

static void test_slices_of_an_older_content_count_no_more(void **state)
{
    struct fixture *f = *state;
    struct document made = file_document(7, 7), next = file_document(7, 6);
    put_file(f, 6, "x");
    put_file(f, 7, "x");
    stand_in_with(f, SLICES);
    keep(f, &made);
    assert_run(f, ERR_OK);
    struct extraction_job late = take(f, &HOLDER, CLOCK_MINUTE_US);
    keep(f, &next);
    assert_progress(f, &next, 0, 0);
    must(f->pg, "DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM extraction_slice); END $$");
    const struct extraction_slice slice = {.pages = 1, .total = 3};
    assert_int_equal(extraction_store_keep(f->pg, f->ctx, &late, &slice, 1), ERR_OWNER_LOST);
    for (int i = 0; i < 3; i++)
        assert_run(f, ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &next), "dieu-1:1 dieu-1.khoan-1:1 dieu-1.khoan-2:2");
    stand_in_no_more();
}

static void rest_no_more(struct fixture *f)
{
    must(f->pg, "UPDATE extraction_job SET leased_until_us = 0");
}

static void test_what_the_machine_does_fails_no_file(void **state)
{
    struct fixture *f = *state;
    bool found;
    int64_t put_off = 0;
    struct document made = file_document(7, 7);
    put_file(f, 7, "Điều 1. Một");
    stand_in_with(f, "kill -KILL $$");
    keep(f, &made);
    must(f->pg, "UPDATE extraction_job SET put_off = 100"); /* the store was away for a day */
    for (int i = 0; i <= EXTRACTION_BEGUN_MOST; i++, rest_no_more(f)) {
        assert_run(f, ERR_UNAVAILABLE);
        assert_int_equal(run(f, &found), ERR_OK);
        assert_false(found); /* it rests */
    }
    assert_progress(f, &made, 0, 0);
    assert_int_equal(extraction_store_count_put_off(f->pg, f->ctx, EXTRACTION_BEGUN_MOST, &put_off), ERR_OK);
    assert_int_equal(put_off, 1);
    stand_in_no_more();
    assert_run(f, ERR_OK);
    assert_string_equal(passages_of(f, &HEADS, &made), "dieu-1:0");
    assert_int_equal(extraction_store_count_put_off(f->pg, f->ctx, 1, &put_off), ERR_OK);
    assert_int_equal(put_off, 0);
}

static void test_a_file_whose_reader_is_killed_for_a_night_is_too_large(void **state)
{
    struct fixture *f = *state;
    struct document made = file_document(7, 7);
    put_file(f, 7, "x");
    stand_in_with(f, "kill -KILL $$");
    keep(f, &made);
    for (int i = 0; i < EXTRACTION_KILLED_MOST; i++, rest_no_more(f))
        assert_run(f, ERR_UNAVAILABLE);
    assert_run(f, ERR_OK);
    assert_int_equal(state_of(f, &made).extraction, PB__EXTRACTION__EXTRACTION_FAILED);
    assert_string_equal(state_of(f, &made).extraction_failure, "too_large");
    stand_in_no_more();
}

static void test_what_postgresql_refuses_is_not_tried_for_ever(void **state)
{
    struct fixture *f = *state;
    struct document made = file_document(7, 7);
    put_file(f, 7, "Điều 1. Một");
    keep(f, &made);
    must(f->pg, "ALTER TABLE passage ADD CONSTRAINT refused CHECK (address <> 'dieu-1')");
    for (int i = 0; i < EXTRACTION_BEGUN_MOST; i++, rest_no_more(f))
        assert_run(f, ERR_CONSTRAINT);
    assert_run(f, ERR_OK);
    assert_int_equal(state_of(f, &made).extraction, PB__EXTRACTION__EXTRACTION_FAILED);
    must(f->pg, "ALTER TABLE passage DROP CONSTRAINT refused");
}

static void test_what_a_file_does_fails_it_and_says_why(void **state)
{
    struct fixture *f = *state;
    bool found;
    struct document made = file_document(7, 7), text = made;
    put_file(f, 7, "x");
    stand_in_with(f, "kill -SEGV $$");
    keep(f, &made);
    for (int i = 1; i < EXTRACTION_TRIES; i++, rest_no_more(f))
        assert_run(f, ERR_MALFORMED);
    assert_run(f, ERR_OK);
    struct document is = state_of(f, &made);
    assert_int_equal(is.extraction, PB__EXTRACTION__EXTRACTION_FAILED);
    assert_string_equal(is.extraction_failure, "broken");
    assert_int_equal(run(f, &found), ERR_OK);
    assert_false(found); /* once */
    text.content = (struct content){.sha256 = {8}, .is_text = true, .text = "Điều 1. Một", .media_type = "text/plain"};
    text.extraction = PB__EXTRACTION__EXTRACTION_DONE;
    keep(f, &text);
    assert_null(state_of(f, &made).extraction_failure);
    stand_in_no_more();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_text_is_divided_with_its_document),
        CASE(test_a_file_is_read_once),
        CASE(test_who_does_not_see_the_document_finds_no_passage),
        CASE(test_a_file_that_cannot_be_read_fails),
        CASE(test_a_file_that_is_not_here_is_waited_for),
        CASE(test_what_was_read_of_an_older_content_is_not_kept),
        CASE(test_a_job_whose_holder_died_is_anothers),
        CASE(test_a_long_file_is_read_on_where_its_last_slice_ended),
        CASE(test_slices_of_an_older_content_count_no_more),
        CASE(test_what_the_machine_does_fails_no_file),
        CASE(test_a_file_whose_reader_is_killed_for_a_night_is_too_large),
        CASE(test_what_postgresql_refuses_is_not_tried_for_ever),
        CASE(test_what_a_file_does_fails_it_and_says_why),
    };
    return cmocka_run_group_tests(tests, start, stop_and_remove);
}
