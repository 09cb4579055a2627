/* The peer of `search`: the search's statement by itself, asked of PostgreSQL by as many connections as the gateway has
 * clients, for the same readers and questions. Whose answers they are is not read; neither HTTP nor JSON is made.
 *
 *   search_bare ask CONNINFO FILE CONNECTIONS SECONDS   lines "member branch question", tabs between; prints a line
 *                                                       {"answers","p50_us","p99_us"}; PGPASSWORD of the environment
 *   search_bare words                                   for each line that it reads, the words of a passage of it */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/document/passage/words.h"
#include "services/document/search/search_store.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEADLINE_MS = 30000, LIMIT = 21 };

struct question {
    struct directory_scope scope;
    const char *words;
};

struct ask {
    const char *conninfo;
    const struct question *questions;
    size_t n;
    int64_t until_us;
    atomic_size_t next, answers;
    int64_t *took_us;
};

static void must(bool truth, const char *what)
{
    if (truth)
        return;
    (void)fprintf(stderr, "search_bare: %s\n", what);
    exit(EXIT_FAILURE);
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static void ask_one(struct pg *pg, const struct question *question)
{
    TALLOC_CTX *ctx = mem_context(NULL, "question");
    const struct search search = {.words = question->words, .limit = LIMIT};
    (void)search_store_queue(ctx, pg, &question->scope, &search);
    must(pg_flush(pg) == ERR_OK, "the statement");
    mem_free(ctx);
}

static void *run(void *arg)
{
    struct ask *ask = arg;
    TALLOC_CTX *ctx = mem_context(NULL, "connection");
    struct pg *pg = pg_new(ctx, ask->conninfo, getenv("PGPASSWORD"), DEADLINE_MS);
    for (int64_t began_us; (began_us = clock_monotonic_us()) < ask->until_us;) {
        size_t at = atomic_fetch_add(&ask->next, 1);
        if (at >= ask->n)
            break;
        ask_one(pg, &ask->questions[at]);
        ask->took_us[atomic_fetch_add(&ask->answers, 1)] = clock_monotonic_us() - began_us;
    }
    mem_free(ctx);
    return NULL;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static struct question read_question(TALLOC_CTX *ctx, char *line)
{
    char *rest = line;
    const char *member = strsep(&rest, "\t"), *branch = strsep(&rest, "\t"), *text = strsep(&rest, "\n");
    struct question question = {.scope = {.has_branch = true, .has_member = true}};
    size_t n;
    must(text && !uuid_parse(member, &question.scope.member) && !uuid_parse(branch, &question.scope.branch), "a line");
    const struct word *words = words_read(ctx, text, WORDS_ASKED_MOST, &n);
    question.words = words_query(ctx, words, n);
    must(question.words, "a question");
    return question;
}

static int ask_all(char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "ask");
    ARRAY(struct question) questions = {0};
    size_t n_threads = strtoul(argv[2], NULL, 10), room = 0;
    char *line = NULL;
    FILE *file = fopen(argv[1], "r");
    must(file && n_threads > 0, "how it is called");
    while (getline(&line, &room, file) > 0)
        array_add(ctx, &questions, read_question(ctx, line));
    struct ask ask = {.conninfo = argv[0],
                      .questions = questions.items,
                      .n = questions.n,
                      .until_us = clock_monotonic_us() + strtol(argv[3], NULL, 10) * CLOCK_SECOND_US,
                      .took_us = mem_array(ctx, int64_t, questions.n)};
    pthread_t *threads = mem_array(ctx, pthread_t, n_threads);
    for (size_t i = 0; i < n_threads; i++)
        must(pthread_create(&threads[i], NULL, run, &ask) == 0, "a thread");
    for (size_t i = 0; i < n_threads; i++)
        (void)pthread_join(threads[i], NULL);
    size_t answers = ask.answers;
    must(answers > 0 && ask.next < ask.n, "the questions came to an end");
    qsort(ask.took_us, answers, sizeof *ask.took_us, compare);
    (void)printf("{\"answers\":%zu,\"p50_us\":%lld,\"p99_us\":%lld}\n", answers, (long long)ask.took_us[answers / 2],
                 (long long)ask.took_us[answers * 99 / 100]);
    free(line);
    (void)fclose(file);
    mem_free(ctx);
    return EXIT_SUCCESS;
}

/* --- words -------------------------------------------------------------------------------------------------------- */

static int say_words(void)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *words = words_vector(NULL, line);
        (void)puts(words);
        mem_free(words);
    }
    free(line);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "words") == 0)
        return say_words();
    must(argc == 6 && strcmp(argv[1], "ask") == 0, "ask CONNINFO FILE CONNECTIONS SECONDS | words");
    return ask_all(argv + 2);
}
