/* How well a search answers: fifty questions (tests/corpus/questions.txt) to the documents of tests/corpus/passages/,
 * by services/document/search/search_store.h against a real PostgreSQL. What was reached is the least from then on. */
#include "document_fixture.h"

#include "common/base/array.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_FIRST_LEAST = 66, AT_FIFTH_LEAST = 68, RECIPROCAL_LEAST = 67 }; /* percent, just below what is reached */

static const char *corpus(void)
{
    const char *folder = getenv("SOTAY_CORPUS");
    return folder ? folder : "tests/corpus";
}

static FILE *open_file(TALLOC_CTX *ctx, const char *name)
{
    FILE *file = fopen(mem_printf(ctx, "%s/%s", corpus(), name), "r");
    assert_non_null(file);
    return file;
}

/* --- the documents ------------------------------------------------------------------------------------------------ */

/* A line is the address of the passage that begins there, " | ", and what the document says. */
static void put_document(struct fixture *f, const char *name)
{
    FILE *file = open_file(f->ctx, mem_printf(f->ctx, "passages/%s", name));
    struct document made = document_of((uint8_t)strtoul(name, NULL, 10), PUBLIC, PUBLISHED);
    char *text = mem_text(f->ctx, ""), *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, file) > 0) {
        const char *said = strstr(line, "| ");
        text = mem_append(text, "%s", said ? said + 2 : line);
    }
    free(line);
    assert_int_equal(fclose(file), 0);
    made.content = content_of_text(text);
    keep(f, &made);
}

static void put_documents(struct fixture *f)
{
    struct dirent **names;
    int n = scandir(mem_printf(f->ctx, "%s/passages", corpus()), &names, NULL, alphasort);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        if (strstr(names[i]->d_name, ".txt"))
            put_document(f, names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

/* --- the questions ------------------------------------------------------------------------------------------------ */

struct score {
    int questions, first, fifth;
    double reciprocal;
};

static bool is_answer(struct fixture *f, const struct passage_found *found, const char *answers)
{
    const char *place = mem_printf(f->ctx, " %02d/%s ", found->document.bytes[0], found->is.address);
    return strstr(mem_printf(f->ctx, " %s ", answers), place) != NULL;
}

/* The place of the first passage that answers, from 1 on; 0: it is not among the first ten. */
static int rank_of(struct fixture *f, const char *question, const char *answers)
{
    enum { LOOKED_AT = 10 };
    const struct directory_scope reader = {
        .member = MEMBER, .has_member = true, .has_branch = true, .branch = BRANCH_4};
    size_t n;
    const struct word *words = words_read(f->ctx, question, WORDS_ASKED_MOST, &n);
    const struct search search = {.words = words_query(f->ctx, words, n), .limit = LOOKED_AT};
    struct pg_result *rows = search_store_queue(f->ctx, f->pg, &reader, &search);
    must_flush(f->pg);
    for (size_t row = 0; row < pg_rows(rows); row++) {
        struct passage_found found = passage_store_read(f->ctx, rows, row);
        if (is_answer(f, &found, answers))
            return (int)row + 1;
    }
    return 0;
}

static void ask(struct fixture *f, char *line, struct score *score)
{
    char *answers = strstr(line, " | ");
    assert_non_null(answers);
    *answers = '\0';
    answers += strlen(" | ");
    answers[strcspn(answers, "\n")] = '\0';
    int rank = rank_of(f, line, answers);
    score->questions++;
    score->first += rank == 1;
    score->fifth += rank >= 1 && rank <= 5;
    score->reciprocal += rank > 0 ? 1.0 / rank : 0;
    if (rank != 1)
        print_message("%d. %s\n", rank, line);
}

static void test_questions_are_answered(void **state)
{
    struct fixture *f = *state;
    struct score score = {0};
    FILE *file = open_file(f->ctx, "questions.txt");
    char *line = NULL;
    size_t room = 0;
    put_documents(f);
    while (getline(&line, &room, file) > 0)
        if (*line != '#')
            ask(f, line, &score);
    free(line);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(score.questions, 50);
    double n = score.questions / 100.0;
    print_message("%d questions: recall@1 %.0f %%, recall@5 %.0f %%, mean reciprocal rank %.2f\n", score.questions,
                  score.first / n, score.fifth / n, score.reciprocal / score.questions);
    assert_true(score.first / n >= AT_FIRST_LEAST);
    assert_true(score.fifth / n >= AT_FIFTH_LEAST);
    assert_true(score.reciprocal / n >= RECIPROCAL_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_questions_are_answered)};
    return cmocka_run_group_tests(tests, start, stop);
}
