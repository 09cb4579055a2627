/* The blob store over time: what is named stays, what is not goes, and how much of that somebody may hold. */
#include "tests/unit/test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_sweep.h"
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct blob_owner AN = {{{1}}, {{9}}}, BINH = {{{2}}, {{9}}};
enum { OLD_DAYS = BLOB_UNUSED_DAYS + 1 };

struct store {
    char folder[32];
    TALLOC_CTX *ctx;
};

static int set_up(void **state)
{
    struct store *store = mem_new(NULL, struct store);
    store->ctx = store;
    (void)snprintf(store->folder, sizeof store->folder, "/tmp/blobs.XXXXXX");
    assert_non_null(mkdtemp(store->folder));
    *state = store;
    return 0;
}

static size_t files_in(const char *folder, bool remove)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.') {
            n++;
            assert_int_equal(remove ? unlinkat(dirfd(dir), entry->d_name, 0) : 0, 0);
        }
    closedir(dir);
    return n;
}

static int tear_down(void **state)
{
    struct store *store = *state;
    (void)files_in(store->folder, true);
    assert_int_equal(rmdir(store->folder), 0);
    mem_free(store);
    return 0;
}

struct sent {
    uint8_t sha256[BLOB_SHA256_BYTES];
    bool is_new;
};

static struct sent send(struct store *store, const struct blob_owner *owner, const char *text)
{
    struct sent sent;
    struct blob_upload *upload;
    assert_int_equal(blob_upload_new(store->ctx, store->folder, &upload), ERR_OK);
    assert_int_equal(blob_upload_write(upload, text, strlen(text)), ERR_OK);
    assert_int_equal(blob_upload_keep(upload, owner, "text/plain", sent.sha256), ERR_OK);
    sent.is_new = blob_upload_is_new(upload);
    mem_free(upload);
    return sent;
}

static bool use(const struct store *store, const struct sent *sent, const struct blob_owner *owner)
{
    bool is_first;
    assert_int_equal(blob_receipt_use(store->folder, sent->sha256, &owner->member, &is_first), ERR_OK);
    return is_first;
}

static void make_old(const struct store *store, int64_t by_us)
{
    int64_t at_us = clock_now_us() - by_us;
    const struct timespec at = {.tv_sec = at_us / CLOCK_SECOND_US}, times[] = {at, at};
    DIR *dir = opendir(store->folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.')
            assert_int_equal(utimensat(dirfd(dir), entry->d_name, times, 0), 0);
    closedir(dir);
}

static bool has_receipt(const struct store *store, const struct sent *sent, const struct blob_owner *owner)
{
    struct blob_receipt receipt;
    return blob_receipt_read(store->folder, sent->sha256, &owner->member, &receipt) == ERR_OK;
}

static bool has_bytes(const struct store *store, const struct sent *sent)
{
    int fd = blob_open(store->folder, sent->sha256);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void sweep(const struct store *store)
{
    assert_int_equal(blob_sweep(store->folder, clock_now_us()), ERR_OK);
}

static void touch(struct store *store, const char *name)
{
    int fd = open(mem_printf(store->ctx, "%s/%s", store->folder, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

/* --- what goes, and what stays --- */

static void test_what_no_command_names_goes_after_45_days(void **state)
{
    struct store *store = *state;
    struct sent named = send(store, &AN, "named"), unused = send(store, &AN, "unused");
    assert_true(use(store, &named, &AN));
    make_old(store, (BLOB_UNUSED_DAYS - 1) * CLOCK_DAY_US);
    sweep(store);
    assert_true(has_receipt(store, &unused, &AN) && has_bytes(store, &unused));
    make_old(store, OLD_DAYS * CLOCK_DAY_US);
    sweep(store);
    assert_false(has_receipt(store, &unused, &AN) || has_bytes(store, &unused));
    assert_true(has_receipt(store, &named, &AN) && has_bytes(store, &named));
    assert_int_equal(files_in(store->folder, false), 2);
}

static void test_bytes_stay_while_another_member_has_a_receipt(void **state)
{
    struct store *store = *state;
    struct sent hers = send(store, &AN, "same"), his = send(store, &BINH, "same");
    assert_true(use(store, &his, &BINH));
    make_old(store, OLD_DAYS * CLOCK_DAY_US);
    sweep(store);
    assert_false(has_receipt(store, &hers, &AN));
    assert_true(has_receipt(store, &his, &BINH) && has_bytes(store, &his));
}

static void test_what_was_sent_again_is_young_again(void **state)
{
    struct store *store = *state;
    struct sent first = send(store, &AN, "again");
    make_old(store, OLD_DAYS * CLOCK_DAY_US);
    struct sent second = send(store, &AN, "again");
    assert_true(first.is_new && !second.is_new);
    sweep(store);
    assert_true(has_receipt(store, &second, &AN) && has_bytes(store, &second));
}

static void test_what_was_named_once_stays_though_it_is_sent_again(void **state)
{
    struct store *store = *state;
    struct sent sent = send(store, &AN, "kept");
    assert_true(use(store, &sent, &AN));
    assert_false(send(store, &AN, "kept").is_new);
    assert_false(use(store, &sent, &AN));
    make_old(store, OLD_DAYS * CLOCK_DAY_US);
    sweep(store);
    assert_true(has_receipt(store, &sent, &AN) && has_bytes(store, &sent));
}

static void test_files_of_before_there_were_sweeps_stay(void **state)
{
    struct store *store = *state;
    struct blob_receipt receipt;
    struct sent sent = send(store, &AN, "old");
    assert_true(use(store, &sent, &AN)); /* its name is what all receipts had */
    assert_true(blob_receipt_parse("3 text/plain\n", &receipt) && receipt.bytes == 3 && uuid_is_zero(&receipt.branch));
    assert_false(blob_receipt_parse("text/plain\n", &receipt));
    assert_false(blob_receipt_parse("3 text/plain x\n", &receipt));
    make_old(store, OLD_DAYS * CLOCK_DAY_US);
    sweep(store);
    assert_true(has_bytes(store, &sent));
}

static void test_what_broke_off_goes_and_what_is_under_way_stays(void **state)
{
    struct store *store = *state;
    struct blob_upload *upload;
    touch(store, "upload.0");
    touch(store, "upload.0.receipt");
    make_old(store, 2 * CLOCK_HOUR_US);
    assert_int_equal(blob_upload_new(store->ctx, store->folder, &upload), ERR_OK);
    sweep(store);
    assert_int_equal(files_in(store->folder, false), 1);
    mem_free(upload);
}

static void test_what_a_killed_sweep_held_is_put_back(void **state)
{
    struct store *store = *state;
    char hex[2 * BLOB_SHA256_BYTES + 1];
    struct sent sent = send(store, &AN, "aside");
    sodium_bin2hex(hex, sizeof hex, sent.sha256, sizeof sent.sha256);
    const char *bytes = mem_printf(store->ctx, "%s/%s", store->folder, hex),
               *aside = mem_printf(store->ctx, "%s/gone.%s", store->folder, hex);
    assert_int_equal(rename(bytes, aside), 0);
    sweep(store);
    assert_true(has_bytes(store, &sent));
    assert_int_equal(files_in(store->folder, false), 2);
}

static void test_nobody_names_what_he_did_not_send(void **state)
{
    struct store *store = *state;
    bool is_first;
    struct sent sent = send(store, &AN, "hers");
    assert_int_equal(blob_receipt_use(store->folder, sent.sha256, &BINH.member, &is_first), ERR_NOT_FOUND);
}

/* --- how much --- */

static void test_a_member_and_a_branch_hold_so_much_and_no_more(void **state)
{
    struct store *store = *state;
    struct blob_tally *tally = blob_tally_new(store->ctx, (struct blob_share){100, 2}, (struct blob_share){150, 3});
    const struct blob_share file = {.files = 1};
    assert_int_equal(blob_tally_add(tally, &AN, file), ERR_OK);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){100, 0}), ERR_OK);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){1, 0}), ERR_UPLOADS_UNUSED);
    assert_int_equal(blob_tally_add(tally, &BINH, (struct blob_share){51, 1}), ERR_UPLOADS_UNUSED);
    assert_int_equal(blob_tally_add(tally, &BINH, (struct blob_share){50, 1}), ERR_OK);
    blob_tally_remove(tally, &AN, (struct blob_share){100, 1});
    blob_tally_keep(tally, &AN, 100);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){1, 1}), ERR_UPLOADS_UNUSED);
    blob_tally_use(tally, &AN, 100);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){100, 1}), ERR_OK);
}

static void test_what_other_gateways_took_and_named_is_counted(void **state)
{
    struct store *store = *state;
    struct blob_found *found;
    size_t n;
    struct blob_tally *tally = blob_tally_new(store->ctx, (struct blob_share){100, 2}, (struct blob_share){100, 9});
    struct sent first = send(store, &AN, "one"), second = send(store, &AN, "two");
    assert_int_equal(blob_sweep_find(store->ctx, store->folder, &found, &n), ERR_OK);
    assert_int_equal(n, 2);
    blob_tally_recount(tally, found, n);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){0, 1}), ERR_UPLOADS_UNUSED);
    assert_true(use(store, &first, &AN) && use(store, &second, &AN));
    blob_tally_use(tally, &AN, 1000); /* of another gateway's: never less than nothing */
    assert_int_equal(blob_sweep_find(store->ctx, store->folder, &found, &n), ERR_OK);
    assert_int_equal(n, 0);
    blob_tally_recount(tally, found, n);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){100, 2}), ERR_OK);
    assert_int_equal(blob_tally_add(tally, &AN, (struct blob_share){1, 0}), ERR_UPLOADS_UNUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_no_command_names_goes_after_45_days, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bytes_stay_while_another_member_has_a_receipt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_sent_again_is_young_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_named_once_stays_though_it_is_sent_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_of_before_there_were_sweeps_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_broke_off_goes_and_what_is_under_way_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_a_killed_sweep_held_is_put_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_names_what_he_did_not_send, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_member_and_a_branch_hold_so_much_and_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_other_gateways_took_and_named_is_counted, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
