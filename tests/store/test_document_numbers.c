/* Documents found by their numbers, however these are typed, by searches and by lists, against a real PostgreSQL. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/document/document/document_list_store.h"
#include "services/document/document/document_store.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"
#include <string.h>

static const struct directory_scope HIS = {
    .branch = {{0xb1}}, .member = {{0x52}}, .has_branch = true, .has_member = true};

static void put(struct fixture *f, uint8_t id, const char *number, const char *text)
{
    struct document made = document_of(id, INTERNAL, PUBLISHED);
    made.number = number;
    if (number && strstr(number, "CT"))
        made.kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_DIRECTIVE;
    made.title = mem_printf(f->ctx, "Văn bản %d", id);
    made.published_at_us = id;
    made.number_since = 20000 + id; /* of terms of their own */
    made.content = content_of_text(text);
    keep(f, &made);
}

/* Four that look alike, and two that speak of one of them. */
static void put_all(struct fixture *f)
{
    put(f, 1, "05-NQ/ĐU", "Điều 1. A");
    put(f, 2, "5-NQ/TU", "Điều 1. B");
    put(f, 3, "15-NQ/ĐU", "Điều 1. C");
    put(f, 4, "05-CT/ĐU", "Điều 1. D");
    put(f, 5, NULL, "Điều 1. Theo 05-NQ/ĐU, nghị quyết 05");
    struct document others = document_of(6, INTERNAL, PUBLISHED);
    others.number = "05-NQ/ĐU";
    others.organization = BRANCH_4;
    others.audience = (struct audience){.organizations = &BRANCH_4, .n_organizations = 1};
    others.content = content_of_text("Điều 1. Của người khác");
    keep(f, &others);
}

static char *add(char *said, const struct uuid *id)
{
    return mem_append(said, "%s%d", *said ? " " : "", id->bytes[0]);
}

static const char *searched(struct fixture *f, const char *question, int64_t limit, int64_t offset)
{
    size_t n;
    const struct word *words = words_read(f->ctx, question, WORDS_ASKED_MOST, &n);
    const struct search search = {.words = words_query(f->ctx, words, n),
                                  .number = number_read(f->ctx, question),
                                  .limit = limit,
                                  .offset = offset};
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &HIS, &search);
    char *said = mem_text(f->ctx, "");
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        const struct passage_found found = passage_store_read(f->ctx, rows, row);
        said = add(said, &found.document);
    }
    return said;
}

static struct pg_result *list(struct fixture *f, const struct document_filter *filter)
{
    struct pg_result *rows = document_list_store_queue(f->ctx, f->pg, &HIS, filter);
    must_flush(f->pg);
    return rows;
}

/* In pages of so many. */
static const char *listed(struct fixture *f, const char *question, int64_t limit)
{
    struct document_filter filter = {.q = question, .limit = limit};
    char *said = mem_text(f->ctx, "");
    for (size_t n = (size_t)limit; n == (size_t)limit;) {
        struct pg_result *rows = list(f, &filter);
        n = pg_rows(rows);
        for (size_t row = 0; row < n; row++) {
            filter.before = (struct keyset){pg_get_int8(rows, row, DOCUMENT_N_COLUMNS), pg_get_uuid(rows, row, 0)};
            said = add(said, &filter.before.id);
        }
        filter.has_before = true;
    }
    return said;
}

static void test_exactly_that_one_comes_first(void **state)
{
    static const struct {
        const char *question, *searched, *listed;
    } CASES[] = {
        {"05-NQ/ĐU", "1 5", "1"},  {"05 nq đu", "1 5", "1"},
        {"5-nq/du", "1", "1 3"},   {"nghi quyet 05", "2 1 5", "2 1"},
        {"NQ 05", "2 1 5", "2 1"}, {"Nghị quyết số 05-NQ/ĐU", "1", "1"},
        {"chỉ thị 5", "4", "4"},   {"05-NQ/XX", "", ""},
        {"15 nq", "3", "3"},       {"văn bản 5", "", "5"},
        {"5 nq tu", "2", "2"},
    };
    struct fixture *f = *state;
    put_all(f);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const char *found = searched(f, CASES[i].question, 20, 0), *named = listed(f, CASES[i].question, 20);
        if (strcmp(found, CASES[i].searched) != 0 || strcmp(named, CASES[i].listed) != 0)
            fail_msg("%s: found %s, listed %s", CASES[i].question, found, named);
    }
}

static void test_pages_go_on_where_the_one_before_ended(void **state)
{
    struct fixture *f = *state;
    put_all(f);
    put(f, 7, "7-NQ/ĐU", "Điều 1. E");
    must(f->pg, "UPDATE document SET search = 'nq 05' WHERE number = '7-NQ/ĐU'"); /* speaks of it, newer */
    assert_string_equal(listed(f, "NQ 05", 20), "2 1 7");
    assert_string_equal(listed(f, "NQ 05", 1), "2 1 7");
    assert_string_equal(listed(f, "NQ 05", 2), "2 1 7");
    assert_string_equal(searched(f, "NQ 05", 1, 0), "2");
    assert_string_equal(searched(f, "NQ 05", 1, 1), "1");
    assert_string_equal(searched(f, "NQ 05", 1, 2), "5");
}

/* "KH" is no kind of ours: nothing is lost of what bears the figures and speaks of it. */
static void test_what_names_a_number_of_no_kind_is_found_by_its_title(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "05-HD/BTC", "Điều 1. A");
    put(f, 2, "05-KH/ĐU", "Điều 1. B");
    must(f->pg, "UPDATE document SET search = 'huong dan thuc hien ke hoach 05' WHERE number = '05-HD/BTC'");
    assert_string_equal(listed(f, "kế hoạch 05", 20), "2 1");
}

static void test_another_number_is_found_from_then_on(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "05-NQ/ĐU", "Điều 1. A");
    put(f, 1, "06-NQ/ĐU", "Điều 1. A");
    assert_string_equal(listed(f, "nq 5", 20), "");
    assert_string_equal(listed(f, "nq 6", 20), "1");
    put(f, 1, NULL, "Điều 1. A");
    assert_string_equal(listed(f, "nq 6", 20), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_exactly_that_one_comes_first),
        CASE(test_pages_go_on_where_the_one_before_ended),
        CASE(test_what_names_a_number_of_no_kind_is_found_by_its_title),
        CASE(test_another_number_is_found_from_then_on),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
