/* services/document/search/search_store.h against a real PostgreSQL: what a search finds, and in which order. Who finds
 * it: test_document_reading.c. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"

static const struct directory_scope HEADS = {.heads = (struct uuid[]){{{0xb1}}}, .n_heads = 1};

static struct document put(struct fixture *f, uint8_t id, const char *text)
{
    struct document made = document_of(id, INTERNAL, PUBLISHED);
    made.content = content_of_text(text);
    made.published_at_us = id;
    keep(f, &made);
    return made;
}

static struct search search_of(struct fixture *f, const char *question)
{
    size_t n;
    const struct word *words = words_read(f->ctx, question, WORDS_ASKED_MOST, &n);
    return (struct search){.words = words_query(f->ctx, words, n), .limit = 100};
}

/* "1/dieu-1 2/dieu-3": documents by their first byte. */
static char *run(struct fixture *f, const struct search *search)
{
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &HEADS, search);
    must_flush(f->pg);
    char *said = mem_text(f->ctx, "");
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct passage_found found = passage_store_read(f->ctx, rows, row);
        said = mem_append(said, "%s%d/%s", *said ? " " : "", found.document.bytes[0], found.is.address);
    }
    return said;
}

static void assert_found(struct fixture *f, const char *question, const char *places)
{
    const struct search search = search_of(f, question);
    assert_string_equal(run(f, &search), places);
}

static void test_words_are_found_with_accents_and_without(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "Điều 1. Phát triển KINH TẾ tập thể\nĐiều 2. Kinh té ngã");
    put(f, 2, "Điều 1. Số 05-NQ/ĐU về hoà giải");
    assert_found(f, "phat trien kinh te tap the", "1/dieu-1");
    assert_found(f, "kinh tế", "1/dieu-1");
    assert_found(f, "Tập Thể", "1/dieu-1");
    assert_found(f, "hòa", "2/dieu-1");
    assert_found(f, "05-nq/du", "2/dieu-1");
    assert_found(f, "nq 05", "2/dieu-1");
    assert_found(f, "nq-05", "");
    assert_found(f, "\"kinh tế tập thể\"", "1/dieu-1");
    assert_found(f, "\"tập thể kinh tế\"", "");
    assert_found(f, "không có", "");
}

static void test_what_stands_closer_comes_first(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "Điều 1. Tập huấn, sau đó mới bàn đến việc thể dục\nĐiều 2. Tập thể");
    assert_found(f, "tap the", "1/dieu-2 1/dieu-1");
}

static void test_filters_leave_out_before_counting(void **state)
{
    struct fixture *f = *state;
    struct document first = put(f, 1, "Điều 1. Tìm"), second = put(f, 2, "Điều 1. Tìm");
    second.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE;
    second.has_issued_on = true;
    second.issued_on = 20000;
    keep(f, &second);
    struct search search = search_of(f, "tìm");
    search.has_kind = true;
    search.kind = (int32_t)first.kind;
    assert_string_equal(run(f, &search), "1/dieu-1");
    search = search_of(f, "tìm");
    search.has_from = true;
    search.from = 20000;
    assert_string_equal(run(f, &search), "2/dieu-1");
    search.has_from = false;
    search.organization = &BRANCH_4;
    assert_string_equal(run(f, &search), "");
    search.organization = &WARD;
    assert_string_equal(run(f, &search), "2/dieu-1 1/dieu-1");
    search.has_in_force = true;
    assert_string_equal(run(f, &search), "");
}

static void test_pages_and_the_count_are_of_all(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "Điều 1. Tìm\nĐiều 2. Tìm\nĐiều 3. Tìm");
    struct search search = search_of(f, "tìm");
    search.limit = 2;
    search.offset = 1;
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &HEADS, &search);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 2);
    assert_int_equal(search_store_total(rows), 3);
    assert_string_equal(passage_store_read(f->ctx, rows, 0).is.address, "dieu-2");
}

static void test_who_finds_it_follows_the_document(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    made.content = content_of_text("Điều 1. Tìm");
    keep(f, &made);
    assert_found(f, "tìm", "");
    made.state = (Pb__DocumentState)PUBLISHED;
    keep(f, &made);
    assert_found(f, "tìm", "1/dieu-1");
    made.organization = WARD; /* not 10B's any more */
    made.audience = (struct audience){&BRANCH_4, 1, false, NULL, 0, NULL, 0};
    must(f->pg, "UPDATE document SET organization_id = 'c2000000-0000-0000-0000-000000000000'");
    keep(f, &made);
    assert_found(f, "tìm", "");
    made.classification = (Pb__Classification)PUBLIC;
    keep(f, &made);
    const struct directory_scope anyone = {.has_branch = true, .branch = BRANCH_10B};
    const struct search search = search_of(f, "tìm");
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &anyone, &search);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 1);
    made.state = (Pb__DocumentState)WITHDRAWN;
    keep(f, &made);
    rows = search_store_queue(f->ctx, f->pg, &anyone, &search);
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_words_are_found_with_accents_and_without), CASE(test_what_stands_closer_comes_first),
        CASE(test_filters_leave_out_before_counting),        CASE(test_pages_and_the_count_are_of_all),
        CASE(test_who_finds_it_follows_the_document),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
