/* services/document/search/search_store.h against a real PostgreSQL: what a search finds, and in which order. Who finds
 * it: test_document_reading.c. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"
#include "services/document/search/suggestion.h"
#include "services/document/showing/showing_store.h"
#include "services/document/showing/vocabulary_store.h"

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

/* --- where nothing is found --------------------------------------------------------------------------------------- */

/* "kinh te|kinh tế" */
static char *suggested_to(struct fixture *f, const struct directory_scope *scope, const char *question,
                          bool *ret_is_private)
{
    struct suggestion_asked asked = {.question.text = question, .scope = scope};
    Pb__PassagesFound view;
    pb__passages_found__init(&view);
    asked.question.words = words_read(f->ctx, question, WORDS_ASKED_MOST, &asked.question.n);
    *ret_is_private = false;
    assert_int_equal(suggestion_find(f->ctx, f->pg, &asked, &view, ret_is_private), ERR_OK);
    char *said = mem_text(f->ctx, "");
    for (size_t i = 0; i < view.n_suggestions; i++)
        said = mem_append(said, "%s%s", i > 0 ? "|" : "", view.suggestions[i]);
    return said;
}

/* As if everybody had read them somewhere. */
static void put_words(struct fixture *f, const char *words)
{
    must(f->pg, mem_printf(f->ctx,
                           "INSERT INTO passage_word SELECT unnest(string_to_array('%s', ' '))"
                           " ON CONFLICT DO NOTHING",
                           words));
}

/* "dieu te": all that are known. */
static char *known_words(struct fixture *f)
{
    static const struct pg_statement KNOWN = {
        .name = "known_words", .sql = "SELECT coalesce(string_agg(form, ' ' ORDER BY form), '') FROM passage_word"};
    struct pg_result *rows;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &KNOWN), &rows), ERR_OK);
    return pg_get_text(f->ctx, rows, 0, 0);
}

/* So many statements of searches has this connection run. */
static int64_t statements_run(struct fixture *f)
{
    static const struct pg_statement COUNT = {
        .name = "count_statements",
        .sql = "SELECT coalesce(sum(generic_plans + custom_plans), 0)::int8 FROM pg_prepared_statements"
               " WHERE name LIKE 'search%'"};
    struct pg_result *rows;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &COUNT), &rows), ERR_OK);
    return pg_get_int8(rows, 0, 0);
}

static int64_t statements_of(struct fixture *f, const struct directory_scope *scope, const char *question)
{
    bool is_private;
    int64_t before = statements_run(f);
    assert_string_equal(suggested_to(f, scope, question, &is_private), "");
    return statements_run(f) - before;
}

static void assert_suggested(struct fixture *f, const char *question, const char *suggestions)
{
    bool is_private;
    assert_string_equal(suggested_to(f, &HEADS, question, &is_private), suggestions);
    assert_false(is_private);
}

static void test_a_word_that_nobody_wrote_is_put_right(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "Điều 1. Phát triển KINH TẾ tập thể\nĐiều 2. Nghị quyết số 05-NQ/ĐU");
    put_words(f, "phat trien kinh te tap the nghi quyet so nq du");
    assert_suggested(f, "kih te", "kinh te");
    assert_suggested(f, "phat trein", "phat triển");
    assert_suggested(f, "kinh tệ", "kinh tế");
    assert_suggested(f, "kinh tếe", "kinh tế");
    assert_suggested(f, "05-MQ/ĐU", "05-nq/ĐU");
    assert_suggested(f, "06-nq", "");
    assert_suggested(f, "kinh te xyzt", "");
    assert_suggested(f, "kih tp the", ""); /* two slips */
}

static void test_words_that_are_there_but_not_together_are_tried_as_well(void **state)
{
    struct fixture *f = *state;
    put(f, 1, "Điều 1. Tập thể\nĐiều 2. Kinh tế\nĐiều 3. Tạp chí");
    put_words(f, "tap the kinh te chi");
    assert_suggested(f, "kinh thể", "kinh tế");
    assert_suggested(f, "tạp thể", "tập thể");
}

static void test_nobody_is_told_a_word_of_what_he_does_not_see(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope neighbour = {.member = NEIGHBOUR, .has_branch = true, .branch = BRANCH_4};
    struct document made = document_of(1, INTERNAL, PUBLISHED);
    bool is_private;
    made.content = content_of_text("Điều 1. Tinh giản biên chế");
    keep(f, &made);
    put_words(f, "tinh gian bien che");
    assert_suggested(f, "tinh giảm", "tinh giản");
    assert_string_equal(suggested_to(f, &neighbour, "tinh giảm", &is_private), "");
    struct document seen = document_of(2, PUBLIC, PUBLISHED); /* the words alone do not matter: all is searched */
    seen.content = content_of_text("Điều 1. Tinh thần\nĐiều 2. Gian nan");
    keep(f, &seen);
    assert_string_equal(suggested_to(f, &neighbour, "tinh giảm", &is_private), "");
    assert_string_equal(suggested_to(f, &neighbour, "tinh thềm", &is_private), "");
    assert_string_equal(suggested_to(f, &neighbour, "giam nan", &is_private), "gian nan");
    made.state = (Pb__DocumentState)WITHDRAWN;
    keep(f, &made);
    assert_suggested(f, "tinh giảm", "");
}

static void test_a_word_of_what_he_does_not_see_takes_no_other_number_of_statements(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope neighbour = {.member = NEIGHBOUR, .has_branch = true, .branch = BRANCH_4};
    struct document seen = document_of(1, PUBLIC, PUBLISHED), unseen = document_of(2, RESTRICTED, PUBLISHED);
    seen.content = content_of_text("Điều 1. Tinh thần");
    keep(f, &seen);
    int64_t of_seen = statements_of(f, &neighbour, "thần tinh xyz");
    int64_t of_nobodys = statements_of(f, &neighbour, "kỷ luật xyz");
    assert_int_equal(of_seen, 1 + SUGGESTION_TRIED_MOST);
    assert_int_equal(of_nobodys, of_seen);
    unseen.content = content_of_text("Điều 1. Kỷ luật");
    keep(f, &unseen);
    assert_int_equal(statements_of(f, &neighbour, "kỷ luật xyz"), of_nobodys);
}

/* Nobody keeps such an answer: asked again, it may have them. */
static void test_suggestions_that_take_too_long_are_left_out(void **state)
{
    struct fixture *f = *state;
    bool is_private;
    struct pg *holder = pg_new(f->ctx, conninfo, NULL, DEADLINE_MS);
    put(f, 1, "Điều 1. Kinh tế");
    put_words(f, "kinh te");
    must(holder, "BEGIN");
    must(holder, "LOCK TABLE passage");
    assert_string_equal(suggested_to(f, &HEADS, "kih te", &is_private), "");
    assert_true(is_private);
    must(holder, "ROLLBACK");
    assert_suggested(f, "kih te", "kinh te");
}

static void test_only_what_everybody_reads_says_which_words_there_are(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, PUBLISHED);
    made.content = content_of_text("Điều 1. Kỷ luật");
    keep(f, &made); /* 10B's */
    assert_string_equal(known_words(f), "");
    made.audience = (struct audience){&WARD, 1, true, NULL, 0, NULL, 0};
    keep(f, &made);
    assert_string_equal(known_words(f), "");
    made.audience.organizations = &CITY;
    keep(f, &made);
    assert_string_equal(known_words(f), "dieu ki luat");
}

static bool read_words(struct fixture *f)
{
    bool found = false;
    assert_int_equal(vocabulary_store_turn(f->pg, f->ctx, &found), ERR_OK);
    return found;
}

static void test_words_of_what_was_shown_before_are_read_some_passages_at_a_time(void **state)
{
    struct fixture *f = *state;
    char *text = mem_text(f->ctx, "");
    for (int i = 1; i <= VOCABULARY_AT_ONCE; i++)
        text = mem_append(text, "Điều %d. Tìm\n", i);
    text = mem_append(text, "Điều %d. Kinh tế", VOCABULARY_AT_ONCE + 1);
    struct document wide = document_of(1, PUBLIC, PUBLISHED), other = document_of(2, INTERNAL, PUBLISHED);
    wide.content = content_of_text(text);
    other.content = content_of_text("Điều 1. Kỷ luật");
    keep(f, &wide);
    keep(f, &other);
    bool found = true;
    while (found)
        assert_int_equal(showing_store_turn(f->pg, f->ctx, 1, &found), ERR_OK);
    must(f->pg, "TRUNCATE passage_word");
    must(f->pg, "INSERT INTO vocabulary_job(document_id) SELECT id FROM document");
    assert_true(read_words(f));
    assert_string_equal(known_words(f), "dieu tim");
    assert_true(read_words(f));
    assert_string_equal(known_words(f), "dieu kinh te tim");
    assert_true(read_words(f)); /* the branch's, of which nothing is taken */
    assert_false(read_words(f));
    assert_string_equal(known_words(f), "dieu kinh te tim");
}

static void test_what_a_restricted_document_suggests_is_kept_by_nobody(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope member = {
        .member = MEMBER, .has_member = true, .has_branch = true, .branch = BRANCH_10B};
    struct document made = document_of(1, RESTRICTED, PUBLISHED);
    bool is_private;
    made.audience = (struct audience){NULL, 0, false, NULL, 0, &MEMBER, 1};
    made.content = content_of_text("Điều 1. Kiểm tra");
    keep(f, &made);
    put_words(f, "tra");
    assert_string_equal(suggested_to(f, &member, "kiem tr", &is_private), "kiem tra");
    assert_true(is_private);
}

static void test_what_waits_to_be_shown_suggests_nothing_yet(void **state)
{
    struct fixture *f = *state;
    struct document made = document_of(1, INTERNAL, DRAFT);
    made.content = content_of_text("Điều 1. Khoáng sản");
    keep(f, &made);
    put_words(f, "khoang san");
    assert_suggested(f, "khoan san", "");
    made.state = (Pb__DocumentState)PUBLISHED;
    keep(f, &made);
    assert_suggested(f, "khoan san", "khoáng san");
}

/* --- documents that are too long for a commit --------------------------------------------------------------------- */

enum { LONG = 2 * SHOWING_AT_ONCE + 20 };

static struct document long_document(struct fixture *f, uint8_t id, int n)
{
    struct document made = document_of(id, INTERNAL, PUBLISHED);
    char *text = mem_text(f->ctx, "");
    for (int i = 1; i <= n; i++)
        text = mem_append(text, "%sĐiều %d. Tìm", i > 1 ? "\n" : "", i);
    made.content = content_of_text(text);
    return made;
}

static int64_t found_of(struct fixture *f, const char *question)
{
    struct search search = search_of(f, question);
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &HEADS, &search);
    must_flush(f->pg);
    return search_store_total(rows);
}

/* So many passages may be found, whoever may read them. */
static int64_t shown_of(struct fixture *f)
{
    static const struct pg_statement COUNT = {.name = "count_shown",
                                              .sql = "SELECT count(*) FROM passage WHERE is_wide OR audience <> '{}'"};
    struct pg_result *rows;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &COUNT), &rows), ERR_OK);
    return pg_get_int8(rows, 0, 0);
}

static bool turn(struct fixture *f)
{
    bool found = false;
    assert_int_equal(showing_store_turn(f->pg, f->ctx, 1, &found), ERR_OK);
    return found;
}

static void finish(struct fixture *f)
{
    int turns = 0;
    while (turn(f))
        assert_true(++turns <= LONG);
}

static void put_state(struct fixture *f, const struct uuid *document, int to)
{
    struct loop_batch *batch = load(f, document);
    struct document next = *document_batch_get(documents_of(batch), document);
    next.state = (Pb__DocumentState)to;
    document_batch_keep(documents_of(batch), &next);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

static void test_a_commit_shows_some_passages_and_the_worker_the_others(void **state)
{
    struct fixture *f = *state;
    struct document made = long_document(f, 1, LONG);
    keep(f, &made);
    assert_int_equal(found_of(f, "tìm"), SHOWING_AT_ONCE);
    assert_true(turn(f));
    assert_int_equal(found_of(f, "tìm"), 2 * SHOWING_AT_ONCE);
    assert_true(turn(f));
    assert_int_equal(found_of(f, "tìm"), LONG);
    assert_false(turn(f));
}

static void test_what_is_not_hidden_yet_is_found_by_nobody(void **state)
{
    struct fixture *f = *state;
    struct document made = long_document(f, 1, LONG);
    keep(f, &made);
    finish(f);
    put_state(f, &made.id, WITHDRAWN);
    assert_int_equal(shown_of(f), LONG - SHOWING_AT_ONCE);
    assert_int_equal(found_of(f, "tìm"), 0);
    finish(f);
    assert_int_equal(shown_of(f), 0);
}

static void test_the_worker_goes_by_what_the_document_says_last(void **state)
{
    struct fixture *f = *state;
    struct document made = long_document(f, 1, LONG);
    keep(f, &made);
    assert_true(turn(f));
    put_state(f, &made.id, WITHDRAWN);
    finish(f);
    assert_int_equal(shown_of(f), 0);
    put_state(f, &made.id, PUBLISHED);
    made.content = content_of_text("Điều 1. Tìm"); /* a newer text voids what was to be done */
    keep(f, &made);
    assert_int_equal(found_of(f, "tìm"), 1);
    assert_false(turn(f));
}

static void test_what_a_commit_shows_is_bounded_whatever_is_in_it(void **state)
{
    struct fixture *f = *state;
    const struct document MADE[] = {long_document(f, 1, LONG), long_document(f, 2, 3), long_document(f, 3, 2)};
    struct loop_batch *batch = new_batch(f);
    for (size_t i = 0; i < ARRAY_LENGTH(MADE); i++)
        document_batch_want(documents_of(batch), &MADE[i].id);
    parts_load(f->pg, batch);
    for (size_t i = 0; i < ARRAY_LENGTH(MADE); i++)
        document_batch_keep(documents_of(batch), &MADE[i]);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
    assert_int_equal(shown_of(f), SHOWING_AT_ONCE);
    assert_found(f, "\"3 tìm\"", "2/dieu-3 1/dieu-3"); /* short ones are whole at once */
    finish(f);
    assert_int_equal(shown_of(f), LONG + 3 + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_words_are_found_with_accents_and_without),
        CASE(test_what_stands_closer_comes_first),
        CASE(test_filters_leave_out_before_counting),
        CASE(test_pages_and_the_count_are_of_all),
        CASE(test_who_finds_it_follows_the_document),
        CASE(test_a_word_that_nobody_wrote_is_put_right),
        CASE(test_words_that_are_there_but_not_together_are_tried_as_well),
        CASE(test_nobody_is_told_a_word_of_what_he_does_not_see),
        CASE(test_a_word_of_what_he_does_not_see_takes_no_other_number_of_statements),
        CASE(test_suggestions_that_take_too_long_are_left_out),
        CASE(test_only_what_everybody_reads_says_which_words_there_are),
        CASE(test_words_of_what_was_shown_before_are_read_some_passages_at_a_time),
        CASE(test_what_a_restricted_document_suggests_is_kept_by_nobody),
        CASE(test_what_waits_to_be_shown_suggests_nothing_yet),
        CASE(test_a_commit_shows_some_passages_and_the_worker_the_others),
        CASE(test_what_is_not_hidden_yet_is_found_by_nobody),
        CASE(test_the_worker_goes_by_what_the_document_says_last),
        CASE(test_what_a_commit_shows_is_bounded_whatever_is_in_it),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
