/* services/document/search/suggestion.h: what a question that finds nothing costs. PostgreSQL is this file: it counts
 * what it is asked, knows the words that a case says, and answers each search with the case's passage. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/search/suggestion.h"
#include <string.h>

enum { NONE_IS_LATE = -1 };

static struct {
    const char *known, *passage; /* "|kinh|te|"; NULL: nothing is found */
    int late_after;              /* so many searches are answered in time; below 0: all */
    /* as it was asked: */
    int look_ups, searches, tries_begun, tries_ended, flushes;
    size_t most_forms;
} db;

struct pg_result {
    const char *texts[512];
    size_t n;
};

static struct pg_result results[SUGGESTION_TRIED_MOST + 1];

/* --- PostgreSQL --------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct pg_result *search_store_queue_known(TALLOC_CTX *ctx, struct pg *pg, const char *const forms[], size_t n)
{
    (void)pg;
    struct pg_result *known = &results[0];
    known->n = 0;
    for (size_t i = 0; i < n; i++)
        if (strstr(db.known, mem_printf(ctx, "|%s|", forms[i])))
            known->texts[known->n++] = forms[i];
    qsort(known->texts, known->n, sizeof *known->texts, compare);
    db.look_ups++;
    return known;
}

struct pg_result *search_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                     const struct search *search)
{
    (void)ctx, (void)pg, (void)scope;
    size_t forms = 1;
    for (const char *at = search->words; (at = strchr(at, '|')); at++)
        forms++;
    db.most_forms = forms > db.most_forms ? forms : db.most_forms;
    struct pg_result *found = &results[++db.searches];
    *found = (struct pg_result){.n = db.passage && (db.late_after < 0 || db.searches <= db.late_after)};
    return found;
}

void search_store_queue_begin_tries(struct pg *pg)
{
    (void)pg;
    db.tries_begun += db.searches == 0;
}

void search_store_queue_end_tries(struct pg *pg)
{
    (void)pg;
    db.tries_ended += db.searches > 0;
}

enum err pg_flush(struct pg *pg)
{
    (void)pg;
    db.flushes++;
    return db.late_after >= 0 && db.searches > db.late_after ? ERR_DEADLINE : ERR_OK;
}

size_t pg_rows(const struct pg_result *result)
{
    return result->n;
}

char *pg_get_text(TALLOC_CTX *ctx, const struct pg_result *result, size_t row, int column)
{
    (void)column;
    return mem_text(ctx, result->texts[row]);
}

struct passage_found passage_store_read(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    (void)ctx, (void)rows, (void)row;
    return (struct passage_found){.is.text = db.passage};
}

/* --- cases -------------------------------------------------------------------------------------------------------- */

static const char *suggest(TALLOC_CTX *ctx, const char *question, const char *known, const char *passage,
                           int late_after)
{
    struct suggestion_asked asked = {.question.text = question};
    Pb__PassagesFound view;
    bool is_private = false;
    memset(&db, 0, sizeof db);
    db.known = known;
    db.passage = passage;
    db.late_after = late_after;
    pb__passages_found__init(&view);
    asked.question.words = words_read(ctx, question, WORDS_ASKED_MOST, &asked.question.n);
    assert_int_equal(suggestion_find(ctx, NULL, &asked, &view, &is_private), ERR_OK);
    char *said = mem_text(ctx, "");
    for (size_t i = 0; i < view.n_suggestions; i++)
        said = mem_append(said, "%s%s", i > 0 ? "|" : "", view.suggestions[i]);
    return said;
}

static void test_how_many_statements_a_miss_takes_is_said_by_the_question_alone(void **state)
{
    (void)state;
    static const struct {
        const char *question;
        int searches;
    } CASES[] = {
        {"kinh te tap the", 3}, {"kinh te", 2},   {"05 kinh te ở 2026 tap the", 3},
        {"ta ta ta ta ta", 1}, /* a word is tried once */
        {"tà tá ta tà", 3},     {"a 05 2026", 0}, {"một hai ba bốn năm sáu bảy tám kyluat", 3},
    };
    /* None, all, and some of each question's words. */
    static const char *const KNOWN[] = {"|", "|kinh|te|tap|the|ta|mot|hai|ba|bon|nam|sau|bay|tam|kyluat|",
                                        "|te|the|kih|bo|kyluat|", "|kyluat|", "|tai|tan|tau|tam|la|ha|"};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(KNOWN); j++) {
            (void)suggest(ctx, CASES[i].question, KNOWN[j], NULL, NONE_IS_LATE);
            int any = CASES[i].searches > 0;
            if (db.searches != CASES[i].searches || db.look_ups != any || db.flushes != 2 * any)
                fail_msg("%s, %s: %d searches, %d flushes", CASES[i].question, KNOWN[j], db.searches, db.flushes);
            assert_int_equal(db.tries_begun + db.tries_ended, 2 * any);
        }
    mem_free(ctx);
}

static void test_of_many_spellings_the_likelier_are_tried_each_once(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    char *known = mem_text(ctx, "|at|a|t|");
    for (char letter = 'a'; letter <= 'z'; letter++)
        known = mem_append(known, "t%c|%ca|ta%c|", letter, letter, letter);
    assert_string_equal(suggest(ctx, "ta", known, "At", NONE_IS_LATE), "at");
    assert_int_equal(db.most_forms, SUGGESTION_FORMS_MOST);
    (void)suggest(ctx, "ta", "|at|ta|", NULL, NONE_IS_LATE);
    assert_int_equal(db.most_forms, 2);
    mem_free(ctx);
}

static void test_accents_are_put_right_though_nobody_knows_the_word(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_string_equal(suggest(ctx, "kinh tệ", "|", "Kinh tế", NONE_IS_LATE), "kinh tế");
    mem_free(ctx);
}

static void test_what_is_not_answered_in_time_is_left_out(void **state)
{
    (void)state;
    static const struct {
        int late_after;
        const char *suggestions;
    } CASES[] = {{NONE_IS_LATE, "kinh tee|kih te"}, {1, "kinh tee"}, {0, ""}};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const char *said = suggest(ctx, "kih tee", "|kinh|te|", "Kinh te", CASES[i].late_after);
        if (strcmp(said, CASES[i].suggestions) != 0)
            fail_msg("%d in time: %s", CASES[i].late_after, said);
    }
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_many_statements_a_miss_takes_is_said_by_the_question_alone),
        cmocka_unit_test(test_of_many_spellings_the_likelier_are_tried_each_once),
        cmocka_unit_test(test_accents_are_put_right_though_nobody_knows_the_word),
        cmocka_unit_test(test_what_is_not_answered_in_time_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
