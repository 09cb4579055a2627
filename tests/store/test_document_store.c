/* services/document against a real PostgreSQL: what a batch reads and writes. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "services/document/content/content_store.h"

static void test_what_was_written_is_read_back(void **state)
{
    struct fixture *f = *state;
    struct document made = whole();
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    const struct document *found = document_batch_get(documents_of(batch), &made.id);
    assert_non_null(found);
    assert_string_equal(found->number, made.number);
    assert_int_equal(found->issued_on, 20000);
    assert_true(uuid_equal(&found->audience.organizations[0], &BRANCH_10B));
    assert_true(found->audience.subtree);
    assert_int_equal(found->audience.n_roles, 2);
    assert_int_equal(found->audience.roles[0], PB__ROLE__ROLE_SECRETARY);
    assert_true(uuid_equal(&found->audience.members[0], &MEMBER));
    assert_memory_equal(found->content.sha256, made.content.sha256, CONTENT_SHA256_BYTES);
    assert_int_equal(found->n_targets, 2);
    assert_string_equal(found->targets[1].text, "Thu đủ đảng phí");
    assert_int_equal(found->n_figures, 1);
    assert_true(found->figures[0].value > 12.4 && found->figures[0].value < 12.6);
    assert_string_equal(found->event.place, "Hội trường");
    assert_int_equal(found->event.ends_at_us, 0);
    assert_int_equal(found->published_at_us, 70);
    assert_true(uuid_equal(&found->notification, &made.notification));
    must(f->pg, "ROLLBACK");
}

static void test_a_file_takes_the_place_of_a_text(void **state)
{
    struct fixture *f = *state;
    struct directory_scope heads = {.heads = (struct uuid[]){BRANCH_10B}, .n_heads = 1};
    struct document made = whole();
    keep(f, &made);
    struct pg_result *rows = content_store_queue_file(f->ctx, f->pg, &heads, &made.id);
    must_flush(f->pg);
    struct content_file file;
    content_store_read_file(f->ctx, rows, &file);
    assert_string_equal(file.content.text, "Điều 1");
    assert_string_equal(file.name, "15-NQ/DU");

    struct loop_batch *batch = load(f, &made.id);
    struct document next = *document_batch_get(documents_of(batch), &made.id);
    next.content = (struct content){.sha256 = {7}, .bytes = 9, .media_type = "application/pdf"};
    document_batch_keep(documents_of(batch), &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    rows = content_store_queue_file(f->ctx, f->pg, &heads, &made.id);
    must_flush(f->pg);
    content_store_read_file(f->ctx, rows, &file);
    assert_null(file.content.text);
    assert_string_equal(file.content.media_type, "application/pdf");
}

static void test_an_organisation_gives_a_number_once(void **state)
{
    struct fixture *f = *state;
    struct document first = document_of(1, INTERNAL, DRAFT), second = document_of(2, INTERNAL, DRAFT),
                    none = document_of(3, INTERNAL, DRAFT), other = document_of(4, INTERNAL, DRAFT);
    first.number = second.number = other.number = "1-NQ";
    other.organization = BRANCH_4;
    keep(f, &first);
    keep(f, &none);
    keep(f, &other);
    struct loop_batch *batch = load(f, &second.id);
    document_batch_keep(documents_of(batch), &second);
    assert_int_equal(parts_write(f->pg, batch), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "document_number_taken");
}

/* --- how many read it --------------------------------------------------------------------------------------------- */

static void test_readers_are_counted_by_audience(void **state)
{
    struct fixture *f = *state;
    static const int32_t secretary = PB__ROLE__ROLE_SECRETARY;
    const struct {
        const char *what;
        struct audience audience;
        int classification;
        int64_t n;
    } CASES[] = {
        {"a branch without who left", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, INTERNAL, 2},
        {"a named one beside", {&BRANCH_10B, 1, false, NULL, 0, &NEIGHBOUR, 1}, INTERNAL, 3},
        {"named twice counts once", {&BRANCH_10B, 1, false, NULL, 0, &MEMBER, 1}, INTERNAL, 2},
        {"a ward alone is who works there", {&WARD, 1, false, NULL, 0, NULL, 0}, INTERNAL, 1},
        {"a ward with all below", {&WARD, 1, true, NULL, 0, NULL, 0}, INTERNAL, 4},
        {"secretaries of a ward", {&WARD, 1, true, &secretary, 1, NULL, 0}, INTERNAL, 1},
        {"named alone where restricted", {&WARD, 1, true, NULL, 0, &MEMBER, 1}, RESTRICTED, 1},
        {"everyone where public", {&BRANCH_10B, 1, false, NULL, 0, NULL, 0}, PUBLIC, 4},
    };
    struct loop_batch *batch = new_batch(f);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct uuid message = {{(uint8_t)(i + 1)}}, document = {{0x99}};
        readers_want(batch, &(struct readers_asked){.message = message,
                                                    .document = document,
                                                    .audience = &CASES[i].audience,
                                                    .has_classification = true,
                                                    .classification = (Pb__Classification)CASES[i].classification});
    }
    parts_load(f->pg, batch);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct uuid message = {{(uint8_t)(i + 1)}};
        if (readers_counted(batch, &message) != CASES[i].n)
            fail_msg("%s: %lld", CASES[i].what, (long long)readers_counted(batch, &message));
    }
    must(f->pg, "ROLLBACK");
}

static void test_a_changed_classification_counts_the_audience_so_far(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    const struct uuid message = {{5}};
    keep(f, &made);
    struct loop_batch *batch = new_batch(f);
    readers_want(batch, &(struct readers_asked){.message = message,
                                                .document = made.id,
                                                .has_classification = true,
                                                .classification = (Pb__Classification)PUBLIC});
    parts_load(f->pg, batch);
    assert_int_equal(readers_counted(batch, &message), 4);
    must(f->pg, "ROLLBACK");
}

static void test_hosts_count_who_keeps_their_drafts(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    made.audience.organizations = &BRANCH_4;
    keep(f, &made);
    struct loop_batch *batch = load(f, &made.id);
    const struct host *host = host_get(batch, &BRANCH_10B);
    assert_non_null(host);
    assert_int_equal(host->keepers, 2); /* its secretary, and the officer of the ward */
    assert_int_equal(host->org.n_path, 3);
    assert_non_null(host_get(batch, &BRANCH_4)); /* the label says its name */
    must(f->pg, "ROLLBACK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_written_is_read_back),
        CASE(test_a_file_takes_the_place_of_a_text),
        CASE(test_an_organisation_gives_a_number_once),
        CASE(test_readers_are_counted_by_audience),
        CASE(test_a_changed_classification_counts_the_audience_so_far),
        CASE(test_hosts_count_who_keeps_their_drafts),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
