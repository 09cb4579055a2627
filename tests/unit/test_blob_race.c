/* An upload, or a command that names the file, meets the sweep at the worst moment: each is held between its two steps
 * while the other goes on as far as it can. */
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_store.h"
#include "tests/unit/test.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW_US INT64_C(1790000000000000)
#define LATER_US (NOW_US + 46 * CLOCK_DAY_US)
#define GOES_ON_MS 300 /* far longer than an upload of three bytes takes, and shorter than who waits for a lock waits */

static const struct blob_limits PLENTY = {{1000, 1 << 30}, {1000, 1 << 30}};
static const struct blob_owner LAN = {{{1}}, {{9}}}, MINH = {{{2}}, {{9}}};

struct race {
    char folder[32];
    uint8_t sha256[BLOB_SHA256_BYTES];
    atomic_bool over;
    enum err kept, named;
};

static enum err keep(const char *folder, const struct blob_owner *owner, int64_t now_us,
                     uint8_t ret_sha256[BLOB_SHA256_BYTES])
{
    struct blob_upload *upload;
    enum err err = blob_upload_new(NULL, folder, owner, 3, &PLENTY, &upload);
    if (err)
        return err;
    err = blob_upload_write(upload, "abc", 3);
    if (!err)
        err = blob_upload_keep(upload, "text/plain", now_us, ret_sha256);
    mem_free(upload);
    return err;
}

/* An old file lies there. */
static int set_up(void **state)
{
    static struct race race;
    race = (struct race){.folder = "/tmp/blobs.XXXXXX"};
    *state = &race;
    if (!mkdtemp(race.folder))
        return -1;
    return keep(race.folder, &LAN, NOW_US, race.sha256) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    struct race *race = *state;
    char *command = mem_printf(NULL, "rm -rf '%s'", race->folder);
    int failed = system(command);
    mem_free(command);
    return failed;
}

static bool is_there(const struct race *race)
{
    int fd = blob_open(race->folder, race->sha256);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* --- who meets whom --- */

static void *upload_again(void *arg)
{
    struct race *race = arg;
    uint8_t same[BLOB_SHA256_BYTES];
    race->kept = keep(race->folder, &MINH, LATER_US, same);
    atomic_store(&race->over, true);
    return NULL;
}

static void *name_it(void *arg)
{
    struct race *race = arg;
    struct blob_receipt receipt;
    race->named = blob_receipt_use(race->folder, race->sha256, &LAN.member, LATER_US, &receipt);
    atomic_store(&race->over, true);
    return NULL;
}

static void *sweep_it(void *arg)
{
    struct race *race = arg;
    (void)blob_remove(race->folder, race->sha256, LATER_US); /* it is young by then, or old: the test looks */
    atomic_store(&race->over, true);
    return NULL;
}

#ifdef SOTAY_FAILPOINTS
static bool is_reached(const char *name)
{
    TALLOC_CTX *ctx = mem_context(NULL, "list");
    bool waits = strstr(failpoint_list(ctx), mem_printf(ctx, "%s armed", name));
    mem_free(ctx);
    return !waits;
}

/* `first` is held at its step; `second` goes on until it is over or waits for it. */
static void meet(struct race *race, const char *step, void *(*first)(void *), void *(*second)(void *))
{
    pthread_t one, other;
    assert_int_equal(failpoint_arm(step, "hang", 1), ERR_OK);
    assert_int_equal(pthread_create(&one, NULL, first, race), 0);
    while (!is_reached(step))
        pause_ms(1);
    atomic_store(&race->over, false);
    assert_int_equal(pthread_create(&other, NULL, second, race), 0);
    for (int ms = 0; ms < GOES_ON_MS && !atomic_load(&race->over); ms++)
        pause_ms(1);
    assert_int_equal(failpoint_arm(step, "off", 1), ERR_OK);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert_int_equal(race->kept, ERR_OK);
}

static void test_what_is_uploaded_while_it_is_removed_is_there(void **state)
{
    struct race *race = *state;
    meet(race, "gateway.blob.remove", sweep_it, upload_again);
    assert_true(is_there(race));
}

static void test_what_is_removed_while_it_is_uploaded_is_there(void **state)
{
    struct race *race = *state;
    struct blob_receipt receipt;
    meet(race, "gateway.blob.keep", upload_again, sweep_it);
    assert_true(is_there(race));
    assert_int_equal(blob_receipt_use(race->folder, race->sha256, &MINH.member, LATER_US, &receipt), ERR_OK);
}

static void test_a_command_that_names_what_is_being_removed_is_refused(void **state)
{
    struct race *race = *state;
    meet(race, "gateway.blob.remove", sweep_it, name_it);
    assert_false(is_there(race));
    assert_int_equal(race->named, ERR_NOT_FOUND);
}
#endif

static void test_one_after_the_other_the_later_counts(void **state)
{
    struct race *race = *state;
    name_it(race);
    sweep_it(race);
    assert_true(is_there(race) && race->named == ERR_OK);
    upload_again(race);
    sweep_it(race);
    assert_true(is_there(race));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_after_the_other_the_later_counts),
#ifdef SOTAY_FAILPOINTS
        TEST(test_what_is_uploaded_while_it_is_removed_is_there),
        TEST(test_what_is_removed_while_it_is_uploaded_is_there),
        TEST(test_a_command_that_names_what_is_being_removed_is_refused),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
