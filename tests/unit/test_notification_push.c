/* services/notification/push/push.h and provider/: when phones ring, when a push is tried again, and what providers
 * say. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/notification/provider/fcm.h"
#include "services/notification/provider/fcm_json.h"
#include "services/notification/provider/providers.h"
#include "services/notification/push/push.h"
#include "sotay/v1/auth.pb-c.h"

#include <string.h>

static TALLOC_CTX *ctx;

static int start(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "test");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

/* --- pushes ------------------------------------------------------------------------------------------------------- */

static void test_a_push_to_very_many_waits_a_minute(void **state)
{
    (void)state;
    assert_int_equal(push_not_before_us(7, 1000), 7);
    assert_int_equal(push_not_before_us(7, 1001), 7 + 60 * CLOCK_SECOND_US);
}

static void test_after_a_restore_what_was_due_a_quarter_of_an_hour_before_rings_no_more(void **state)
{
    (void)state;
    const int64_t restored_at_us = CLOCK_HOUR_US, window_us = 15 * CLOCK_MINUTE_US;
    assert_true(push_rings_after_restore(1, 0)); /* never restored: only expiry decides */
    assert_false(push_rings_after_restore(restored_at_us - window_us - 1, restored_at_us));
    assert_true(push_rings_after_restore(restored_at_us - window_us, restored_at_us));
    assert_true(push_rings_after_restore(2 * restored_at_us, restored_at_us));
}

static void test_shards_cover_every_id_once(void **state)
{
    (void)state;
    assert_int_equal(push_shards(0), 1);
    assert_int_equal(push_shards(5001), 2);
    assert_int_equal(push_shards(10000000), PUSH_SHARDS_LIMIT);
    struct uuid first = push_shard_start(0, 3), second = push_shard_start(1, 3), third = push_shard_start(2, 3);
    assert_true(uuid_is_zero(&first));
    assert_true(uuid_compare(&first, &second) < 0 && uuid_compare(&second, &third) < 0);
}

static void test_a_tap_opens_what_the_item_is_about(void **state)
{
    (void)state;
    static const struct {
        Pb__InboxKind kind;
        Pb__SubjectType type;
        const char *url;
    } CASES[] = {
#define ID "ab000000-0000-0000-0000-000000000000"
        {PB__INBOX_KIND__INBOX_KIND_MEETING_SCHEDULED, PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, "/app/hop/" ID},
        {PB__INBOX_KIND__INBOX_KIND_REMINDER, PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING, "/app/hop/" ID},
        {PB__INBOX_KIND__INBOX_KIND_DOCUMENT_PUBLISHED, PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT, "/app/van-ban/" ID},
        {PB__INBOX_KIND__INBOX_KIND_RESOLUTION_OVERDUE, PB__SUBJECT_TYPE__SUBJECT_TYPE_ORGANIZATION, "/app/chi-bo"},
        {PB__INBOX_KIND__INBOX_KIND_RECOVERY_ASKED, PB__SUBJECT_TYPE__SUBJECT_TYPE_MEMBER, "/app/cua-toi"},
        {PB__INBOX_KIND__INBOX_KIND_MEETING_CHANGED, PB__SUBJECT_TYPE__SUBJECT_TYPE_TASK, "/app/hop-thu"},
#undef ID
    };
    const struct uuid id = {{0xab}};
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_string_equal(push_url(ctx, CASES[i].kind, CASES[i].type, &id), CASES[i].url);
    assert_string_equal(push_kind_word(PB__INBOX_KIND__INBOX_KIND_MEETING_COMES_UP), "meeting_comes_up");
    assert_string_equal(push_kind_word((Pb__InboxKind)9999), "");
}

static void test_answers_of_fcm_by_table(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *word;
        int retry_after_s;
        enum push_status is;
        bool gone;
        int waits_s;
    } CASES[] = {
        {200, "", 0, PUSH_DELIVERED, false, 0},
        {404, "UNREGISTERED", 0, PUSH_DEAD, true, 0},
        {404, "NOT_FOUND", 0, PUSH_RETRYING, false, 0},
        {403, "SENDER_ID_MISMATCH", 0, PUSH_DEAD, true, 0},
        {403, "PERMISSION_DENIED", 0, PUSH_RETRYING, false, 60},
        {401, "UNAUTHENTICATED", 0, PUSH_RETRYING, false, 60},
        {400, "INVALID_ARGUMENT", 0, PUSH_DEAD, false, 0},
        {429, "QUOTA_EXCEEDED", 7, PUSH_RETRYING, false, 7},
        {429, "QUOTA_EXCEEDED", 0, PUSH_RETRYING, false, 60},
        {503, "UNAVAILABLE", 20, PUSH_RETRYING, false, 20},
        {0, "", 0, PUSH_RETRYING, false, 0},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct push_answer answer = {CASES[i].status, CASES[i].word, CASES[i].retry_after_s};
        struct push_result result = PROVIDER_FCM.result(&answer);
        assert_int_equal(result.status, CASES[i].is);
        assert_int_equal(result.device_is_gone, CASES[i].gone);
        assert_int_equal(result.retry_after_s, CASES[i].waits_s);
        assert_non_null(result.code);
    }
}

static void test_retries_wait_at_least_ten_seconds_and_longer_each_time(void **state)
{
    (void)state;
    assert_int_equal(push_retry_delay_us(1, 0, 0), 10 * CLOCK_SECOND_US);
    assert_int_equal(push_retry_delay_us(2, 0, 0), 20 * CLOCK_SECOND_US);
    assert_int_equal(push_retry_delay_us(50, 0, 0), 600 * CLOCK_SECOND_US);
    assert_int_equal(push_retry_delay_us(1, 90, 0), 90 * CLOCK_SECOND_US);
    assert_true(push_retry_delay_us(1, 0, 999) > 12 * CLOCK_SECOND_US);
}

static void test_the_error_word_is_fcms_own(void **state)
{
    (void)state;
    static const char ANSWER[] = "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"details\":[{\"@type\":\"x\"},{"
                                 "\"errorCode\":\"UNREGISTERED\"}]}}";
    assert_string_equal(fcm_error(ctx, ANSWER, strlen(ANSWER)), "UNREGISTERED");
    assert_string_equal(fcm_error(ctx, "<html>", 6), "");
}

/* What is sent again replaces what a phone shows: while FCM holds it, on Android, and on an Apple device. */
static void test_a_repeat_replaces_the_first_on_every_platform(void **state)
{
    (void)state;
    const struct push_message push = {.notification = {{0xab}},
                                      .kind = "meeting_changed",
                                      .url = "/app/hop/1",
                                      .title = "Sổ tay",
                                      .body = "Mới",
                                      .token = "t",
                                      .expires_at_us = 90 * CLOCK_SECOND_US};
#define ID "\"ab000000-0000-0000-0000-000000000000\""
    assert_string_equal(fcm_message(ctx, &push, 30 * CLOCK_SECOND_US),
                        "{\"message\":{\"token\":\"t\",\"notification\":{\"title\":\"Sổ tay\",\"body\":\"Mới\"},"
                        "\"data\":{\"notification_id\":" ID ",\"kind\":\"meeting_changed\","
                        "\"url\":\"/app/hop/1\",\"tag\":" ID "},\"android\":{\"collapse_key\":" ID
                        ",\"ttl\":\"60s\",\"notification\":{\"tag\":" ID "}},"
                        "\"apns\":{\"headers\":{\"apns-collapse-id\":" ID "}}}}");
#undef ID
}

static void test_a_token_that_is_no_text_makes_no_message(void **state)
{
    (void)state;
    const struct push_message push = {.kind = "", .url = "", .title = "", .body = "", .token = "\xff"};
    assert_null(fcm_message(ctx, &push, 0));
}

/* --- providers ---------------------------------------------------------------------------------------------------- */

/* How many tables send to devices of this provider. */
static size_t senders_of(Pb__Provider provider)
{
    size_t n = 0;
    for (size_t i = 0; i < PROVIDERS_COUNT; i++)
        for (size_t j = 0; j < PROVIDERS[i]->n_devices; j++)
            n += PROVIDERS[i]->devices[j] == (int32_t)provider;
    return n;
}

static void test_a_devices_provider_chooses_one_table_or_none(void **state)
{
    (void)state;
    static const struct {
        Pb__Provider provider;
        size_t tables;
    } CASES[] = {
        {PB__PROVIDER__PROVIDER_FCM, 1},
        {PB__PROVIDER__PROVIDER_SIM, 1},
        {PB__PROVIDER__PROVIDER_APNS, 0},
        {PB__PROVIDER__PROVIDER_WEBPUSH, 1},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        assert_int_equal(senders_of(CASES[i].provider), CASES[i].tables);
}

static void test_a_provider_that_is_not_configured_has_no_account(void **state)
{
    (void)state;
    assert_int_equal(config_read(NULL, PROVIDER_FCM.keys, PROVIDER_FCM.n_keys), ERR_OK);
    assert_null(PROVIDER_FCM.account());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_push_to_very_many_waits_a_minute),
        cmocka_unit_test(test_after_a_restore_what_was_due_a_quarter_of_an_hour_before_rings_no_more),
        cmocka_unit_test(test_shards_cover_every_id_once),
        cmocka_unit_test(test_retries_wait_at_least_ten_seconds_and_longer_each_time),
        cmocka_unit_test(test_answers_of_fcm_by_table),
        cmocka_unit_test(test_a_tap_opens_what_the_item_is_about),
        cmocka_unit_test(test_the_error_word_is_fcms_own),
        cmocka_unit_test(test_a_repeat_replaces_the_first_on_every_platform),
        cmocka_unit_test(test_a_token_that_is_no_text_makes_no_message),
        cmocka_unit_test(test_a_devices_provider_chooses_one_table_or_none),
        cmocka_unit_test(test_a_provider_that_is_not_configured_has_no_account),
    };
    return cmocka_run_group_tests_name("notification push rules", tests, start, stop);
}
