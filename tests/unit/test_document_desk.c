/* services/document/page/: what is kept of pages' pictures, and how many may wait for them. The drawing program is the
 * test's and does what the file says; service and queries are the test's too. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "services/document/page/page_desk.h"
#include "services/document/page/page_tries.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char store[] = "/tmp/sotay-desk-XXXXXX";
static atomic_bool is_stopping;

static void write_text(const char *path, const char *text, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(file), 0);
}

static const char *in_store(const char *name)
{
    static char path[sizeof store + 128];
    (void)snprintf(path, sizeof path, "%s/%s", store, name);
    return path;
}

static int make_store(void **state)
{
    (void)state;
    if (!mkdtemp(store))
        return -1;
    write_text(in_store("draw"), "#!/bin/sh\n. /dev/stdin\n", 0700);
    return 0;
}

static int remove_store(void **state)
{
    (void)state;
    char command[sizeof store + 16];
    (void)snprintf(command, sizeof command, "rm -r %s", store);
    return system(command); // NOLINT(cert-env33-c): its own folder
}

/* --- what is kept ------------------------------------------------------------------------------------------------- */

static enum page_state found(const struct page_key *key)
{
    int64_t bytes = 0;
    return page_files_find(store, key, &bytes);
}

static void test_a_picture_that_was_kept_is_found(void **state)
{
    (void)state;
    const struct page_key key = {.sha256 = {200}, .page = 1}, other = {.sha256 = {200}, .page = 2};
    int64_t bytes = -1;
    assert_int_equal(found(&key), PAGE_NEW);
    assert_int_equal(page_files_keep(store, &key, "picture", 7), ERR_OK);
    assert_int_equal(page_files_find(store, &key, &bytes), PAGE_DRAWN);
    assert_int_equal(bytes, 7);
    assert_int_equal(found(&other), PAGE_NEW);
    assert_int_equal(page_files_keep(store, &other, NULL, 0), ERR_OK);
    assert_int_equal(found(&other), PAGE_UNDRAWABLE);
}

static void test_pages_that_are_not_there_are_known_once_for_all(void **state)
{
    (void)state;
    struct page_key key = {.sha256 = {203}, .page = 7};
    static const struct {
        int32_t absent, asked;
        enum page_state state;
    } CASES[] = {{7, 7, PAGE_ABSENT}, {7, 100000, PAGE_ABSENT}, {7, 6, PAGE_NEW},
                 {9, 8, PAGE_ABSENT}, {4, 4, PAGE_ABSENT},      {4, 3, PAGE_NEW}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        key.page = CASES[i].absent;
        assert_int_equal(page_files_keep_absent(store, &key), ERR_OK);
        key.page = CASES[i].asked;
        assert_int_equal(found(&key), CASES[i].state);
    }
    key.page = 0;
    assert_int_equal(page_files_keep(store, &key, NULL, 0), ERR_OK); /* locked */
    for (key.page = 1; key.page <= 5; key.page++)
        assert_int_equal(found(&key), PAGE_UNDRAWABLE);
}

static void test_a_page_is_blamed_the_third_time_it_dies(void **state)
{
    (void)state;
    static struct page_tries tries;
    struct page_key key = {.sha256 = {204}, .page = 1}, other = {.sha256 = {204}};
    assert_false(page_tries_fail(&tries, &key));
    assert_false(page_tries_fail(&tries, &key));
    page_tries_forget(&tries, &key); /* it was drawn */
    assert_false(page_tries_fail(&tries, &key));
    assert_false(page_tries_fail(&tries, &key));
    for (other.page = 2; other.page <= PAGE_TRIES_KNOWN; other.page++)
        assert_false(page_tries_fail(&tries, &other));
    assert_true(page_tries_fail(&tries, &key));
    assert_false(page_tries_fail(&tries, &key));
}

static void drawn_at(const struct page_key *key, time_t at_s)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct timespec times[2] = {{.tv_sec = at_s}, {.tv_sec = at_s}};
    char *path = mem_printf(ctx, "%s/%s", store, page_files_path(ctx, key));
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    mem_free(ctx);
}

static void test_what_could_not_be_drawn_is_tried_again_an_hour_later(void **state)
{
    (void)state;
    const struct page_key key = {.sha256 = {201}, .page = 1};
    struct page_key whole = key, behind = key;
    whole.page = 0;
    behind.page = 2;
    assert_int_equal(page_files_keep(store, &key, NULL, 0), ERR_OK);
    assert_int_equal(page_files_keep_absent(store, &behind), ERR_OK);
    drawn_at(&key, time(NULL) - 3700);
    drawn_at(&whole, time(NULL) - 3700);
    assert_int_equal(found(&key), PAGE_NEW);
    assert_int_equal(found(&behind), PAGE_NEW);
}

static void test_the_oldest_pictures_go_when_there_are_too_many(void **state)
{
    (void)state;
    enum { FILES = 6, BYTES = 10000, EACH = 12288 };
    static const char PICTURE[BYTES];
    page_files_trim(store, 0);
    for (int32_t page = 1; page <= FILES; page++) {
        const struct page_key key = {.sha256 = {202}, .page = page};
        assert_int_equal(page_files_keep(store, &key, PICTURE, BYTES), ERR_OK);
        drawn_at(&key, 1000000 + (page * 5) % 7); /* 5 3 1 6 4 2 */
    }
    page_files_trim(store, 3 * EACH);
    for (int32_t page = 1; page <= FILES; page++) {
        const struct page_key key = {.sha256 = {202}, .page = page};
        bool stays = (page * 5) % 7 > 3;
        assert_int_equal(found(&key), stays ? PAGE_DRAWN : PAGE_NEW);
    }
}

/* --- readers ------------------------------------------------------------------------------------------------------ */

enum { WAIT_S = 30, READERS_MOST = 32 };

struct reader {
    struct query query; /* first: a query is its reader */
    enum err err;
    bool is_answered;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;
static struct reader readers[READERS_MOST];
static size_t n_readers;

bool service_stopping(const struct service *service)
{
    (void)service;
    return is_stopping;
}

void query_end(struct query *query, enum err err)
{
    struct reader *reader = (struct reader *)query;
    if (!err && query->reply) { /* a service packs it here, and what it points to goes */
        ProtobufCBinaryData *png = &((Pb__DocumentPage *)query->reply)->png;
        *png = mem_bytes(query->ctx, png->data, png->len);
    }
    pthread_mutex_lock(&lock);
    assert_false(reader->is_answered);
    reader->err = err;
    reader->is_answered = true;
    pthread_cond_broadcast(&answered);
    pthread_mutex_unlock(&lock);
}

static struct reader *asks(const struct page_wish *wish)
{
    assert_true(n_readers < READERS_MOST);
    struct reader *reader = &readers[n_readers++];
    *reader = (struct reader){.query = {.ctx = mem_context(NULL, "reader")}};
    enum err err = page_desk_ask(&reader->query, wish);
    if (!err && reader->query.hand_on)
        reader->query.hand_on(&reader->query, reader->query.hand_on_arg);
    else
        query_end(&reader->query, err);
    return reader;
}

static enum err answer_of(struct reader *reader)
{
    struct timespec until;
    int failed = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&lock);
    while (!reader->is_answered && !failed)
        failed = pthread_cond_timedwait(&answered, &lock, &until);
    pthread_mutex_unlock(&lock);
    assert_true(reader->is_answered);
    return reader->err;
}

static const Pb__DocumentPage *page_of(struct reader *reader)
{
    assert_int_equal(answer_of(reader), ERR_OK);
    assert_non_null(reader->query.reply);
    return (const Pb__DocumentPage *)reader->query.reply;
}

static void expect(struct reader *reader, enum err err)
{
    assert_string_equal(err_word(answer_of(reader)), err_word(err));
    assert_int_equal(reader->query.retry_after_s > 0, err == ERR_OVERLOADED || err == ERR_UNAVAILABLE);
}

/* A file that says what its pages' drawing does; `branch` asks for its first. */
static struct page_wish wish_of(const char *does, uint8_t branch)
{
    static uint8_t next;
    struct page_wish wish = {.key = {.sha256 = {0xD0, ++next}, .page = 1}, .branch = {.bytes = {branch}}};
    char name[2 * CONTENT_SHA256_BYTES + 1];
    (void)snprintf(name, sizeof name, "d0%02x%060d", next, 0);
    write_text(in_store(name), does, 0600);
    return wish;
}

/* Its page is drawn once the gate is open. */
static struct page_wish held(TALLOC_CTX *ctx, uint8_t branch)
{
    const char *gate = mem_text(ctx, in_store("gate"));
    return wish_of(mem_printf(ctx, "until test -e %s; do sleep 0.02; done; printf 'PNG\\ndone'", gate), branch);
}

static void open_gate(void)
{
    write_text(in_store("gate"), "", 0600);
}

static TALLOC_CTX *begin(int64_t seconds)
{
    static char program[sizeof store + 128];
    (void)snprintf(program, sizeof program, "%s", in_store("draw"));
    (void)unlink(in_store("gate"));
    is_stopping = false;
    n_readers = 0;
    page_config = (struct page_config){.program = program, .memory_mb = 768, .seconds = seconds, .store_mb = 64};
    assert_int_equal(page_desk_start(NULL, store), ERR_OK);
    return mem_context(NULL, "test");
}

static void finish(TALLOC_CTX *ctx)
{
    page_desk_stop();
    for (size_t i = 0; i < n_readers; i++) {
        assert_true(readers[i].is_answered);
        mem_free(readers[i].query.ctx);
    }
    mem_free(ctx);
}

/* --- the desk ----------------------------------------------------------------------------------------------------- */

static void test_a_page_is_drawn_once_for_all_who_wait(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    const char *count = mem_text(ctx, in_store("count"));
    struct page_wish wish = wish_of(mem_printf(ctx,
                                               "echo >>%s; until test -e %s; do sleep 0.02; done;"
                                               "printf 'PNG\\ndone'",
                                               count, mem_text(ctx, in_store("gate"))),
                                    1);
    for (int i = 0; i < 5; i++)
        (void)asks(&wish);
    open_gate();
    for (int i = 0; i < 5; i++) {
        const Pb__DocumentPage *page = page_of(&readers[i]);
        assert_int_equal(page->bytes, 3);
        assert_false(page->has_png);
        assert_string_equal(page->path, page_files_path(ctx, &wish.key));
    }
    assert_int_equal(page_of(asks(&wish))->bytes, 3); /* it is kept */
    struct stat is;
    assert_int_equal(stat(count, &is), 0);
    assert_int_equal(is.st_size, 1);
    finish(ctx);
}

static void test_readers_of_a_slow_page_are_few(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    struct page_wish wish = held(ctx, 1);
    for (int i = 0; i < 20; i++)
        (void)asks(&wish);
    for (int i = PAGE_DESK_MOST; i < 20; i++)
        expect(&readers[i], ERR_OVERLOADED);
    for (uint8_t branch = 2; branch <= PAGE_DESK_MOST; branch++) { /* the first of each page has a place */
        struct page_wish other = held(ctx, branch);
        assert_false(asks(&other)->is_answered);
    }
    struct page_wish late = held(ctx, 99);
    expect(asks(&late), ERR_OVERLOADED);
    open_gate();
    for (int i = 0; i < PAGE_DESK_MOST; i++)
        (void)page_of(&readers[i]);
    for (int i = 20; i < 19 + PAGE_DESK_MOST; i++)
        (void)page_of(&readers[i]);
    assert_int_equal(page_of(asks(&late))->bytes, 3); /* all places are free again */
    finish(ctx);
}

static void test_one_branch_does_not_take_all_places(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    for (int i = 0; i <= PAGE_DESK_OF_ONE; i++) {
        struct page_wish wish = held(ctx, 1);
        (void)asks(&wish);
    }
    expect(&readers[PAGE_DESK_OF_ONE], ERR_OVERLOADED);
    struct page_wish other = held(ctx, 2);
    struct reader *reader = asks(&other);
    open_gate();
    (void)page_of(reader);
    finish(ctx);
}

static void test_who_has_waited_asks_again_and_finds_it(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(1);
    struct page_wish wish = held(ctx, 1);
    expect(asks(&wish), ERR_OVERLOADED);
    struct reader *second = asks(&wish); /* it is still being drawn */
    open_gate();
    assert_int_equal(page_of(second)->bytes, 3);
    finish(ctx);
}

static void test_a_restricted_page_is_sent_and_not_kept(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    struct page_wish wish = wish_of("printf 'PNG\\ndone'", 1);
    wish.is_restricted = true;
    for (int i = 0; i < 2; i++) {
        const Pb__DocumentPage *page = page_of(asks(&wish));
        assert_true(page->has_png);
        assert_int_equal(page->bytes, 3);
        assert_memory_equal(page->png.data, "PNG", 3);
        assert_int_equal(found(&wish.key), PAGE_NEW);
    }
    wish.is_restricted = false; /* of another document with the same file */
    assert_false(page_of(asks(&wish))->has_png);
    assert_int_equal(found(&wish.key), PAGE_DRAWN);
    finish(ctx);
}

static void test_what_the_file_is_at_fault_for_is_not_tried_again(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    static const struct {
        const char *says;
        enum page_state page, other; /* the page, and one before it */
    } CASES[] = {{"printf '\\nbroken'", PAGE_UNDRAWABLE, PAGE_NEW},
                 {"printf '\\ntoo_large'", PAGE_UNDRAWABLE, PAGE_NEW},
                 {"kill -XCPU $$", PAGE_UNDRAWABLE, PAGE_NEW},
                 {"printf '\\nlocked'", PAGE_UNDRAWABLE, PAGE_UNDRAWABLE},
                 {"printf '\\nno_page'", PAGE_ABSENT, PAGE_NEW}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct page_wish wish = wish_of(CASES[i].says, 1);
        wish.key.page = 2;
        struct reader *reader = asks(&wish);
        assert_int_equal(answer_of(reader), CASES[i].page == PAGE_ABSENT ? ERR_OK : ERR_NO_PAGES);
        if (CASES[i].page == PAGE_ABSENT)
            assert_string_equal(page_of(reader)->path, "");
        assert_int_equal(found(&wish.key), CASES[i].page);
        wish.key.page = 1;
        assert_int_equal(found(&wish.key), CASES[i].other);
    }
    finish(ctx);
}

static void test_a_page_that_dies_is_tried_three_times(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    struct page_wish wish = wish_of("kill -KILL $$", 1), unable = wish_of("exit 1", 1);
    for (int i = 1; i < PAGE_TRIES; i++) {
        expect(asks(&wish), ERR_OVERLOADED);
        assert_int_equal(found(&wish.key), PAGE_NEW);
    }
    expect(asks(&wish), ERR_NO_PAGES);
    assert_int_equal(found(&wish.key), PAGE_UNDRAWABLE);
    for (int i = 0; i <= PAGE_TRIES; i++)
        expect(asks(&unable), ERR_INTERNAL);
    finish(ctx);
}

static void test_who_has_the_picture_lets_nobody_draw_it(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    struct page_wish wish = wish_of("printf '\\nbroken'", 1);
    const char *name = strchr(page_files_path(ctx, &wish.key), '/') + 1;
    wish.known = mem_printf(ctx, "\"other\", W/\"%s\"", name);
    const Pb__DocumentPage *page = page_of(asks(&wish));
    assert_string_equal(page->path, page_files_path(ctx, &wish.key));
    assert_int_equal(found(&wish.key), PAGE_NEW);
    wish.known = name; /* no entity tag */
    expect(asks(&wish), ERR_NO_PAGES);
    finish(ctx);
}

/* Where the folder should be there is a file. */
static void test_a_page_that_cannot_be_kept_is_sent(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    const char *folder = mem_text(ctx, in_store(PAGE_FOLDER)), *aside = mem_text(ctx, in_store("aside"));
    struct page_wish wish = wish_of("printf 'PNG\\ndone'", 1);
    assert_int_equal(rename(folder, aside), 0);
    write_text(folder, "", 0600);
    const Pb__DocumentPage *page = page_of(asks(&wish));
    assert_memory_equal(page->png.data, "PNG", 3);
    assert_int_equal(unlink(folder), 0);
    assert_int_equal(rename(aside, folder), 0);
    finish(ctx);
}

static void test_a_stop_tells_all_who_wait(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = begin(WAIT_S);
    for (uint8_t branch = 1; branch <= 3; branch++) {
        struct page_wish wish = held(ctx, branch);
        (void)asks(&wish);
    }
    is_stopping = true;
    page_desk_stop();
    for (int i = 0; i < 3; i++)
        expect(&readers[i], ERR_UNAVAILABLE);
    assert_int_equal(page_desk_start(NULL, store), ERR_OK);
    finish(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_picture_that_was_kept_is_found),
        cmocka_unit_test(test_pages_that_are_not_there_are_known_once_for_all),
        cmocka_unit_test(test_a_page_is_blamed_the_third_time_it_dies),
        cmocka_unit_test(test_what_could_not_be_drawn_is_tried_again_an_hour_later),
        cmocka_unit_test(test_the_oldest_pictures_go_when_there_are_too_many),
        cmocka_unit_test(test_a_page_is_drawn_once_for_all_who_wait),
        cmocka_unit_test(test_readers_of_a_slow_page_are_few),
        cmocka_unit_test(test_one_branch_does_not_take_all_places),
        cmocka_unit_test(test_who_has_waited_asks_again_and_finds_it),
        cmocka_unit_test(test_a_restricted_page_is_sent_and_not_kept),
        cmocka_unit_test(test_what_the_file_is_at_fault_for_is_not_tried_again),
        cmocka_unit_test(test_a_page_that_dies_is_tried_three_times),
        cmocka_unit_test(test_who_has_the_picture_lets_nobody_draw_it),
        cmocka_unit_test(test_a_page_that_cannot_be_kept_is_sent),
        cmocka_unit_test(test_a_stop_tells_all_who_wait),
    };
    return cmocka_run_group_tests(tests, make_store, remove_store);
}
