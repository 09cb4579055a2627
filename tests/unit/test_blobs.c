/* The blob store: files, receipts, what counts as unused, and the sweep. */
#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_lock.h"
#include "services/gateway/link/blob_store.h"
#include "services/gateway/link/blob_sweep.h"
#include "tests/unit/test.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW_US INT64_C(1790000000000000)
#define DAYS_45_US (45 * CLOCK_DAY_US)
#define MIB (INT64_C(1) << 20)

static const struct blob_limits PLENTY = {{1000, 1 << 30}, {1000, 1 << 30}};
static const struct blob_owner LAN = {{{1}}, {{9}}}, MINH = {{{2}}, {{9}}}, OF_ELSEWHERE = {{{3}}, {{8}}};

struct fixture {
    TALLOC_CTX *ctx;
    char folder[32];
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){.ctx = mem_context(NULL, "test"), .folder = "/tmp/blobs.XXXXXX"};
    *state = &fixture;
    return mkdtemp(fixture.folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    mem_free(f->ctx);
    char *command = mem_printf(NULL, "rm -rf '%s'", f->folder);
    int failed = system(command);
    mem_free(command);
    return failed;
}

static enum err try_begin(struct fixture *f, const struct blob_owner *owner, int64_t bytes,
                          const struct blob_limits *most, struct blob_upload **ret_upload)
{
    return blob_upload_new(f->ctx, f->folder, owner, bytes, most, ret_upload);
}

static struct blob_upload *begin(struct fixture *f, const struct blob_owner *owner, int64_t bytes)
{
    struct blob_upload *upload = NULL;
    assert_int_equal(try_begin(f, owner, bytes, &PLENTY, &upload), ERR_OK);
    return upload;
}

static void keep(struct fixture *f, const struct blob_owner *owner, const char *text, int64_t now_us,
                 uint8_t sha256[BLOB_SHA256_BYTES])
{
    struct blob_upload *upload = begin(f, owner, (int64_t)strlen(text));
    assert_int_equal(blob_upload_write(upload, text, strlen(text)), ERR_OK);
    assert_int_equal(blob_upload_keep(upload, "text/plain", now_us, sha256), ERR_OK);
    mem_free(upload);
}

static bool is_there(struct fixture *f, const uint8_t sha256[BLOB_SHA256_BYTES])
{
    int fd = blob_open(f->folder, sha256);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool has_receipt(struct fixture *f, const uint8_t sha256[BLOB_SHA256_BYTES], const struct blob_owner *owner)
{
    struct blob_receipt receipt;
    return blob_receipt_read(f->folder, sha256, &owner->member, &receipt) == ERR_OK;
}

static void assert_held(struct fixture *f, const struct blob_owner *owner, int64_t files, int64_t bytes,
                        int64_t files_of_all)
{
    struct blob_limits held;
    assert_int_equal(blob_held_count(f->folder, owner, &held), ERR_OK);
    assert_int_equal(held.member.files, files);
    assert_int_equal(held.member.bytes, bytes);
    assert_int_equal(held.organization.files, files_of_all);
}

/* A whole pass; `named` or NULL is the one that services name. */
static struct blob_swept sweep(struct fixture *f, const uint8_t *named, int64_t now_us)
{
    struct blob_sweep *pass;
    struct blob_swept swept = {0};
    struct blob_name *names = mem_array(f->ctx, struct blob_name, BLOB_SWEEP_NAMES);
    size_t n;
    assert_int_equal(blob_sweep_begin(f->ctx, f->folder, &pass), ERR_OK);
    while ((n = blob_sweep_next(pass, names)) > 0) {
        for (size_t i = 0; i < n; i++)
            names[i].is_named = named && memcmp(names[i].sha256, named, BLOB_SHA256_BYTES) == 0;
        blob_sweep_settle(pass, names, n, now_us, now_us - DAYS_45_US, &swept);
    }
    blob_sweep_end(pass, now_us);
    mem_free(pass);
    mem_free(names);
    return swept;
}

/* --- files and receipts --- */

static void test_a_file_that_is_kept_is_read_by_its_hash_and_known_to_its_sender_alone(void **state)
{
    struct fixture *f = *state;
    struct blob_receipt receipt;
    uint8_t sha256[BLOB_SHA256_BYTES];
    char text[8] = "";
    struct blob_upload *upload = begin(f, &LAN, 3);
    assert_int_equal(blob_upload_write(upload, "ab", 2), ERR_OK);
    assert_int_equal(blob_upload_write(upload, "c", 1), ERR_OK);
    assert_int_equal(blob_upload_keep(upload, "text/plain", NOW_US, sha256), ERR_OK);
    assert_memory_equal(sha256, "\xba\x78\x16\xbf", 4); /* SHA-256 of "abc" */
    mem_free(upload);
    int fd = blob_open(f->folder, sha256);
    assert_int_equal(read(fd, text, sizeof text), 3);
    assert_string_equal(text, "abc");
    close(fd);
    assert_int_equal(blob_receipt_read(f->folder, sha256, &LAN.member, &receipt), ERR_OK);
    assert_int_equal(receipt.bytes, 3);
    assert_string_equal(receipt.media_type, "text/plain");
    assert_true(uuid_equal(&receipt.organization, &LAN.organization));
    assert_false(has_receipt(f, sha256, &MINH));
}

static void test_a_receipt_of_an_earlier_release_is_read_and_counts_for_nobody(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    struct blob_receipt receipt;
    keep(f, &LAN, "abc", NOW_US - CLOCK_DAY_US, sha256);
    char *write_old = mem_printf(f->ctx, "cd '%s' && echo '3 text/plain' >$(ls | grep '[.]') && rm -r held", f->folder);
    assert_int_equal(system(write_old), 0);
    assert_int_equal(blob_receipt_use(f->folder, sha256, &LAN.member, NOW_US, &receipt), ERR_OK);
    assert_true(receipt.bytes == 3 && uuid_is_zero(&receipt.organization));
    sweep(f, NULL, NOW_US + 2 * CLOCK_DAY_US);
    assert_held(f, &LAN, 0, 0, 0);
}

static void test_a_file_that_is_given_up_leaves_nothing_behind(void **state)
{
    struct fixture *f = *state;
    struct blob_upload *upload = begin(f, &LAN, 0);
    assert_int_equal(blob_upload_write(upload, "half", 4), ERR_OK);
    assert_held(f, &LAN, 1, BLOB_STEP_BYTES, 1);
    mem_free(upload);
    assert_held(f, &LAN, 0, 0, 0);
}

/* What a client reads as "the disk is full" is a full disk. */
static void test_a_folder_that_is_gone_and_descriptors_that_are_used_up_are_no_full_disk(void **state)
{
    struct fixture *f = *state;
    struct blob_upload *upload;
    struct rlimit before, none = {0};
    assert_int_equal(blob_upload_new(NULL, "/nowhere/at/all", &LAN, 1, &PLENTY, &upload), ERR_INTERNAL);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none.rlim_max = before.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    enum err err = try_begin(f, &LAN, 1, &PLENTY, &upload);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(err, ERR_OVERLOADED);
}

/* --- how much one may hold --- */

static void test_one_may_hold_as_much_as_is_allowed_and_no_more(void **state)
{
    (void)state;
    static const struct blob_limits MOST = {{3, 100}, {5, 200}};
    static const struct {
        struct blob_limits held;
        enum err err;
    } CASES[] = {
        {{{0, 0}, {0, 0}}, ERR_OK},
        {{{3, 100}, {5, 200}}, ERR_OK},
        {{{4, 100}, {5, 200}}, ERR_FILES_UNUSED},
        {{{3, 101}, {5, 200}}, ERR_FILES_UNUSED},
        {{{3, 100}, {6, 200}}, ERR_ORGANIZATION_FILES_UNUSED},
        {{{1, 1}, {5, 201}}, ERR_ORGANIZATION_FILES_UNUSED},
        {{{4, 1}, {6, 1}}, ERR_FILES_UNUSED}, /* what he can mend himself is said first */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_int_equal(blob_held_check(&CASES[i].held, &MOST), CASES[i].err);
}

static void test_what_is_held_is_counted_by_member_and_by_organisation(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &LAN, "one", NOW_US, sha256);
    keep(f, &LAN, "three", NOW_US, sha256);
    keep(f, &LAN, "three", NOW_US, sha256); /* the same again is one file */
    keep(f, &MINH, "three", NOW_US, sha256);
    keep(f, &OF_ELSEWHERE, "three", NOW_US, sha256);
    assert_held(f, &LAN, 2, 8, 3);
    assert_held(f, &MINH, 1, 5, 3);
    assert_held(f, &OF_ELSEWHERE, 1, 5, 1);
    blob_receipt_used(f->folder, sha256, &LAN.member);
    assert_held(f, &LAN, 1, 3, 2);
    const struct blob_owner transferred = {LAN.member, OF_ELSEWHERE.organization};
    keep(f, &transferred, "one", NOW_US, sha256);
    assert_held(f, &LAN, 0, 0, 1);
    assert_held(f, &transferred, 1, 3, 2);
}

static void test_uploads_under_way_count_with_all_that_they_announce(void **state)
{
    struct fixture *f = *state;
    static const struct blob_limits MOST = {{10, 100}, {10, 150}};
    struct blob_upload *first, *second, *third;
    assert_int_equal(try_begin(f, &LAN, 60, &MOST, &first), ERR_OK);
    assert_int_equal(try_begin(f, &LAN, 60, &MOST, &second), ERR_FILES_UNUSED);
    assert_int_equal(try_begin(f, &LAN, 40, &MOST, &second), ERR_OK);
    assert_int_equal(try_begin(f, &MINH, 60, &MOST, &third), ERR_ORGANIZATION_FILES_UNUSED);
    assert_int_equal(try_begin(f, &OF_ELSEWHERE, 60, &MOST, &third), ERR_OK);
    assert_held(f, &LAN, 2, 100, 2); /* what was refused is not counted */
    mem_free(first);
    assert_int_equal(try_begin(f, &LAN, 60, &MOST, &first), ERR_OK);
}

/* Nobody says how much comes: it is refused while it comes, a step beyond what is allowed at most. */
static void test_an_upload_of_unknown_size_is_refused_while_it_comes(void **state)
{
    struct fixture *f = *state;
    static const struct blob_limits MOST = {{10, 40 << 20}, {10, 80 << 20}};
    static char chunk[1 << 20];
    struct blob_upload *upload;
    enum err err = ERR_OK;
    int64_t taken = 0;
    assert_int_equal(try_begin(f, &LAN, 0, &MOST, &upload), ERR_OK);
    while (!err && taken < 100) {
        err = blob_upload_write(upload, chunk, sizeof chunk);
        taken += !err;
    }
    assert_int_equal(err, ERR_FILES_UNUSED);
    assert_true(taken * MIB >= 40 * MIB - BLOB_STEP_BYTES - MIB && taken * MIB <= 40 * MIB);
    mem_free(upload);
    assert_held(f, &LAN, 0, 0, 0);
}

struct rivals {
    struct fixture *f;
    atomic_int begun;
    struct blob_upload *uploads[20]; /* all that are tried: they stay under way */
};

static void *begin_some(void *arg)
{
    struct rivals *rivals = arg;
    static const struct blob_limits MOST = {{7, 1 << 30}, {100, 1 << 30}};
    struct blob_upload *upload;
    for (int i = 0; i < 5; i++)
        if (blob_upload_new(NULL, rivals->f->folder, &LAN, 1, &MOST, &upload) == ERR_OK)
            rivals->uploads[rivals->begun++] = upload;
    return NULL;
}

static void test_however_many_begin_at_once_no_more_are_taken_than_are_allowed(void **state)
{
    struct rivals rivals = {.f = *state};
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, begin_some, &rivals), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(rivals.begun, 7);
    assert_held(*state, &LAN, 7, 7, 7);
    for (int i = 0; i < rivals.begun; i++)
        mem_free(rivals.uploads[i]);
}

/* --- leftovers --- */

static void test_what_a_dead_process_was_receiving_goes_and_what_a_living_one_is_receiving_stays(void **state)
{
    struct fixture *f = *state;
    struct blob_upload *alive = begin(f, &LAN, 5);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct blob_upload *dying;
        enum err err = try_begin(f, &MINH, 70, &PLENTY, &dying);
        _exit(err || blob_upload_write(dying, "half", 4));
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_held(f, &MINH, 1, 70, 2);
    blob_held_clean(f->folder);
    assert_held(f, &MINH, 0, 0, 1);
    assert_held(f, &LAN, 1, 5, 1);
    uint8_t sha256[BLOB_SHA256_BYTES];
    assert_int_equal(blob_upload_write(alive, "alive", 5), ERR_OK);
    assert_int_equal(blob_upload_keep(alive, "text/plain", NOW_US, sha256), ERR_OK);
    blob_held_clean(f->folder);
    assert_held(f, &LAN, 1, 5, 1);
}

static void test_a_name_without_a_file_counts_no_more(void **state)
{
    struct fixture *f = *state;
    static const uint8_t NONE[BLOB_SHA256_BYTES] = {7};
    assert_int_equal(blob_held_add(f->folder, &LAN, 70, NONE), ERR_OK);
    assert_held(f, &LAN, 1, 70, 1);
    blob_held_clean(f->folder);
    assert_held(f, &LAN, 0, 0, 0);
    assert_int_equal(blob_held_add(f->folder, &LAN, 70, NONE), ERR_OK); /* its folder had gone */
}

/* Its gateway died between the two; the bytes are another's. */
static void test_what_counts_without_a_receipt_is_a_leftover(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &MINH, "of both", NOW_US, sha256);
    assert_int_equal(blob_held_add(f->folder, &LAN, 7, sha256), ERR_OK);
    blob_held_clean(f->folder);
    assert_held(f, &LAN, 0, 0, 1);
    assert_held(f, &MINH, 1, 7, 1);
}

/* --- the sweep --- */

static void test_a_file_that_nobody_names_goes_after_its_days_and_with_it_its_receipts(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &LAN, "unused", NOW_US, sha256);
    keep(f, &MINH, "unused", NOW_US + CLOCK_DAY_US, sha256); /* its last receipt */
    assert_int_equal(sweep(f, NULL, NOW_US + DAYS_45_US + CLOCK_HOUR_US).files, 0);
    assert_true(is_there(f, sha256) && has_receipt(f, sha256, &LAN) && has_receipt(f, sha256, &MINH));
    struct blob_swept swept = sweep(f, NULL, NOW_US + DAYS_45_US + 2 * CLOCK_DAY_US);
    assert_int_equal(swept.files, 1);
    assert_int_equal(swept.bytes, 6);
    assert_false(is_there(f, sha256) || has_receipt(f, sha256, &LAN) || has_receipt(f, sha256, &MINH));
    assert_held(f, &LAN, 0, 0, 0);
}

static void test_a_file_that_a_service_names_stays_and_does_not_count(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &LAN, "used", NOW_US, sha256);
    assert_int_equal(sweep(f, sha256, NOW_US + 10 * DAYS_45_US).files, 0);
    assert_true(is_there(f, sha256) && has_receipt(f, sha256, &LAN));
    assert_held(f, &LAN, 0, 0, 0);
}

/* An older backup's rows may name it again. */
static void test_a_file_that_rows_named_of_late_stays_as_long_as_a_new_one(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &LAN, "used long", NOW_US, sha256);
    int64_t last_us = NOW_US + 2 * DAYS_45_US;
    sweep(f, sha256, last_us);
    assert_int_equal(sweep(f, NULL, last_us + 44 * CLOCK_DAY_US).files, 0);
    assert_int_equal(sweep(f, NULL, last_us + 46 * CLOCK_DAY_US).files, 1);
}

/* The draft that named it was discarded, or has another file now. */
static void test_a_file_that_is_named_no_more_counts_again(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    keep(f, &LAN, "used once", NOW_US, sha256);
    blob_receipt_used(f->folder, sha256, &LAN.member);
    sweep(f, NULL, NOW_US + CLOCK_MINUTE_US); /* the service may not have known of it when it was asked */
    assert_held(f, &LAN, 0, 0, 0);
    sweep(f, NULL, NOW_US + 2 * CLOCK_HOUR_US);
    assert_held(f, &LAN, 1, 9, 1);
}

/* The command waits in the queue, for 30 days at most; no service knows of it yet. */
static void test_a_file_that_a_command_named_is_kept_as_if_uploaded_then(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    struct blob_receipt receipt;
    keep(f, &LAN, "named late", NOW_US, sha256);
    int64_t named_us = NOW_US + DAYS_45_US - CLOCK_MINUTE_US;
    assert_int_equal(blob_receipt_use(f->folder, sha256, &LAN.member, named_us, &receipt), ERR_OK);
    assert_int_equal(blob_receipt_use(f->folder, sha256, &LAN.member, NOW_US, &receipt), ERR_OK); /* never older */
    assert_int_equal(sweep(f, NULL, named_us + 44 * CLOCK_DAY_US).files, 0);
    assert_int_equal(sweep(f, NULL, named_us + 46 * CLOCK_DAY_US).files, 1);
    assert_int_equal(blob_receipt_use(f->folder, sha256, &LAN.member, named_us, &receipt), ERR_NOT_FOUND);
}

static void test_a_receipt_whose_file_is_gone_is_none(void **state)
{
    struct fixture *f = *state;
    uint8_t sha256[BLOB_SHA256_BYTES];
    struct blob_receipt receipt;
    keep(f, &LAN, "half swept", NOW_US, sha256);
    assert_int_equal(blob_remove(f->folder, sha256, NOW_US + 1), 10); /* and then the gateway died */
    assert_int_equal(blob_receipt_use(f->folder, sha256, &LAN.member, NOW_US, &receipt), ERR_NOT_FOUND);
    sweep(f, NULL, NOW_US);
    assert_false(has_receipt(f, sha256, &LAN));
    assert_held(f, &LAN, 0, 0, 0);
}

static void test_one_gateway_sweeps_at_a_time_and_all_know_when_it_ended(void **state)
{
    struct fixture *f = *state;
    struct blob_sweep *first, *second;
    assert_int_equal(blob_sweep_last_us(f->folder), 0);
    assert_int_equal(blob_sweep_begin(f->ctx, f->folder, &first), ERR_OK);
    assert_int_equal(blob_sweep_begin(f->ctx, f->folder, &second), ERR_OVERLOADED);
    assert_int_equal(blob_sweep_last_us(f->folder), 0); /* a pass that does not end is none */
    blob_sweep_end(first, NOW_US);
    mem_free(first);
    assert_int_equal(blob_sweep_last_us(f->folder), NOW_US);
    assert_int_equal(blob_sweep_begin(f->ctx, f->folder, &second), ERR_OK);
}

static void test_who_waits_for_a_lock_too_long_is_told_so(void **state)
{
    struct fixture *f = *state;
    struct blob_upload *upload;
    int lock;
    assert_int_equal(blob_lock(f->folder, LAN.organization.bytes[15], &lock), ERR_OK);
    assert_int_equal(try_begin(f, &LAN, 1, &PLENTY, &upload), ERR_OVERLOADED);
    close(lock);
    assert_int_equal(try_begin(f, &LAN, 1, &PLENTY, &upload), ERR_OK);
}

static void test_what_is_not_a_file_of_the_store_is_left_alone(void **state)
{
    struct fixture *f = *state;
    char *make = mem_printf(f->ctx,
                            "cd '%s' && mkdir pages && touch README upload.young && touch -d '3 days ago' "
                            "upload.old",
                            f->folder);
    assert_int_equal(system(make), 0);
    assert_int_equal(sweep(f, NULL, NOW_US + 10 * DAYS_45_US).files, 0);
    char *look = mem_printf(f->ctx, "cd '%s' && test -d pages -a -e README -a -e upload.young -a ! -e upload.old",
                            f->folder);
    assert_int_equal(system(look), 0); /* what an upload left that broke in an earlier release has gone */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_file_that_is_kept_is_read_by_its_hash_and_known_to_its_sender_alone),
        TEST(test_a_receipt_of_an_earlier_release_is_read_and_counts_for_nobody),
        TEST(test_a_file_that_is_given_up_leaves_nothing_behind),
        TEST(test_a_folder_that_is_gone_and_descriptors_that_are_used_up_are_no_full_disk),
        TEST(test_one_may_hold_as_much_as_is_allowed_and_no_more),
        TEST(test_what_is_held_is_counted_by_member_and_by_organisation),
        TEST(test_uploads_under_way_count_with_all_that_they_announce),
        TEST(test_an_upload_of_unknown_size_is_refused_while_it_comes),
        TEST(test_however_many_begin_at_once_no_more_are_taken_than_are_allowed),
        TEST(test_what_a_dead_process_was_receiving_goes_and_what_a_living_one_is_receiving_stays),
        TEST(test_a_name_without_a_file_counts_no_more),
        TEST(test_what_counts_without_a_receipt_is_a_leftover),
        TEST(test_a_file_that_nobody_names_goes_after_its_days_and_with_it_its_receipts),
        TEST(test_a_file_that_a_service_names_stays_and_does_not_count),
        TEST(test_a_file_that_rows_named_of_late_stays_as_long_as_a_new_one),
        TEST(test_a_file_that_is_named_no_more_counts_again),
        TEST(test_a_file_that_a_command_named_is_kept_as_if_uploaded_then),
        TEST(test_a_receipt_whose_file_is_gone_is_none),
        TEST(test_one_gateway_sweeps_at_a_time_and_all_know_when_it_ended),
        TEST(test_who_waits_for_a_lock_too_long_is_told_so),
        TEST(test_what_is_not_a_file_of_the_store_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
