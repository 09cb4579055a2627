/* services/document/clause against a real PostgreSQL: what takes a clause's place, and how its passages say so. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/passage/passage_store.h"

static const struct passage PASSAGES[] = {
    {.address = "dieu-1", .label = "Điều 1", .text = "Điều 1. Phạm vi"},
    {.address = "dieu-1.khoan-1", .label = "khoản 1 Điều 1", .text = "1. Chi bộ."},
    {.address = "dieu-1.khoan-2", .label = "khoản 2 Điều 1", .text = "2. Đảng viên."},
    {.address = "dieu-10", .label = "Điều 10", .text = "Điều 10. Hiệu lực"},
};

static struct document put(struct fixture *f, uint8_t id, int classification)
{
    struct document document = document_of(id, classification, PUBLISHED);
    document.published_at_us = 2000 + id;
    document.extraction = PB__EXTRACTION__EXTRACTION_DONE;
    document.audience.members = &MEMBER;
    document.audience.n_members = 1;
    keep(f, &document);
    struct passage_writes writes = passage_store_writes(f->ctx);
    passage_store_add(&writes, &document.id, PASSAGES, ARRAY_LENGTH(PASSAGES));
    passage_store_queue(f->pg, &writes);
    must_flush(f->pg);
    return document;
}

static bool replace(struct fixture *f, const struct document *document, const char *address, const struct document *by,
                    const char *by_address)
{
    struct loop_batch *batch = new_batch(f);
    const struct clause next = {.document = document->id, .address = address, .by = by->id, .by_address = by_address};
    clause_set_want(batch, &document->id, address);
    parts_load(f->pg, batch);
    bool is_new = clause_set_keep(batch, &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    return is_new;
}

/* By which document each passage is replaced, and by which clause of it: "0 2:dieu-9 …". */
static const char *replaced(struct fixture *f, const struct document *document)
{
    const struct directory_scope scope = {
        .branch = BRANCH_10B, .member = MEMBER, .has_branch = true, .has_member = true};
    const struct passage_asked asked = {.document = document->id, .after = -1, .limit = 10};
    struct pg_result *rows = passage_store_ask(f->ctx, f->pg, &scope, &asked);
    const char *text = "";
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct passage_found found = passage_store_read(f->ctx, rows, row);
        text = mem_printf(f->ctx, "%s%s%d%s%s", text, row > 0 ? " " : "", found.replaced_by.bytes[0],
                          found.replaced_by_address ? ":" : "",
                          found.replaced_by_address ? found.replaced_by_address : "");
    }
    return text;
}

static void test_a_clause_is_there_or_not(void **state)
{
    struct fixture *f = *state;
    const struct document document = put(f, 1, INTERNAL);
    struct loop_batch *batch = new_batch(f);
    clause_set_want(batch, &document.id, "dieu-1.khoan-2");
    clause_set_want(batch, &document.id, "dieu-2");
    parts_load(f->pg, batch);
    assert_true(clause_set_find(batch, &document.id, "dieu-1.khoan-2")->is_there);
    assert_false(clause_set_find(batch, &document.id, "dieu-2")->is_there);
}

/* A restore reads a text and what replaces its clauses in one batch, and comes before the reader of files. */
static void test_what_was_not_read_yet_lacks_nothing(void **state)
{
    struct fixture *f = *state;
    struct document document = put(f, 1, INTERNAL), later = document_of(2, INTERNAL, PUBLISHED);
    struct loop_batch *batch = new_batch(f);
    struct document_batch *documents = document_batch_of(batch);
    document_batch_want(documents, &document.id);
    document_batch_want(documents, &later.id);
    parts_load(f->pg, batch);
    assert_true(document_batch_was_read(documents, &document.id));
    document_batch_keep(documents, &later);
    assert_false(document_batch_was_read(documents, &later.id));
    document = *document_batch_get(documents, &document.id);
    document.content.text = "Điều 1. Phạm vi và đối tượng";
    document_batch_keep(documents, &document);
    assert_false(document_batch_was_read(documents, &document.id));
}

static const char *heads(struct fixture *f, const struct uuid *by)
{
    struct pg_result *rows = clause_store_heads(f->ctx, f->pg, by, 1);
    const char *text = "";
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++)
        text = mem_printf(f->ctx, "%s%d", text, pg_get_uuid(rows, row, 1).bytes[0]);
    return text;
}

static void test_it_is_known_whose_passages_name_a_document(void **state)
{
    struct fixture *f = *state;
    const struct document document = put(f, 1, INTERNAL), by = put(f, 2, INTERNAL);
    assert_string_equal(heads(f, &by.id), "");
    assert_true(replace(f, &document, "dieu-1", &by, NULL));
    assert_true(replace(f, &document, "dieu-10", &by, NULL));
    assert_string_equal(heads(f, &by.id), "1");
}

static void test_passages_say_what_takes_their_place(void **state)
{
    struct fixture *f = *state;
    const struct document document = put(f, 1, INTERNAL), by = put(f, 2, INTERNAL), newer = put(f, 3, INTERNAL);
    assert_string_equal(replaced(f, &document), "0 0 0 0");
    assert_true(replace(f, &document, "dieu-1.khoan-2", &by, "dieu-10"));
    assert_string_equal(replaced(f, &document), "0 0 2:dieu-10 0");
    assert_false(replace(f, &document, "dieu-1.khoan-2", &by, "dieu-10"));
    assert_true(replace(f, &document, "dieu-1", &newer, NULL)); /* with all in it, but for what is said already */
    assert_string_equal(replaced(f, &document), "3 3 2:dieu-10 0");
    assert_true(replace(f, &document, "dieu-1.khoan-2", &newer, NULL));
    assert_string_equal(replaced(f, &document), "3 3 3 0");
    assert_string_equal(replaced(f, &newer), "0 0 0 0");
}

static void test_what_its_readers_may_not_know_of_is_not_named(void **state)
{
    struct fixture *f = *state;
    struct document document = put(f, 1, INTERNAL), by = put(f, 2, RESTRICTED), restricted = put(f, 3, RESTRICTED);
    assert_true(replace(f, &document, "dieu-1", &by, NULL));
    assert_true(replace(f, &restricted, "dieu-1", &by, NULL));
    assert_string_equal(replaced(f, &document), "0 0 0 0");
    assert_string_equal(replaced(f, &restricted), "2 2 2 0");
    by.state = (Pb__DocumentState)WITHDRAWN;
    by.is_hidden = true;
    keep(f, &by);
    assert_string_equal(replaced(f, &restricted), "0 0 0 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_clause_is_there_or_not),
        CASE(test_what_was_not_read_yet_lacks_nothing),
        CASE(test_it_is_known_whose_passages_name_a_document),
        CASE(test_passages_say_what_takes_their_place),
        CASE(test_what_its_readers_may_not_know_of_is_not_named),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
