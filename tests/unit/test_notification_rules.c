/* services/notification/notification.h: whom an event tells, in which words, and when a push is tried again. */
#include "test.h"

#include "common/clock.h"
#include "common/mem.h"
#include "services/notification/notification.h"
#include "services/notification/provider_fcm_json.h"

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

static int64_t local(int month, int day, int hour, int minute)
{
    return clock_date_start_us(clock_date_join(2026, month, day)) + hour * CLOCK_HOUR_US + minute * CLOCK_MINUTE_US;
}

static ProtobufCBinaryData id(uint8_t byte)
{
    const struct uuid value = {{byte}};
    return uuid_to_pb(ctx, &value);
}

static Pb__MeetingFacts *meeting(Pb__MeetingKind kind, Pb__Participants participants)
{
    Pb__MeetingFacts *facts = mem_new(ctx, Pb__MeetingFacts);
    pb__meeting_facts__init(facts);
    facts->meeting_id = id(1);
    facts->organization_id = id(2);
    facts->kind = kind;
    facts->state = PB__MEETING_STATE__MEETING_STATE_SCHEDULED;
    facts->starts_at_us = local(12, 3, 19, 30);
    facts->place = (char *)(uintptr_t) "Nhà văn hóa";
    facts->participants = participants;
    facts->has_registered_at_us = true;
    facts->registered_at_us = local(11, 10, 9, 0);
    return facts;
}

static Pb__MeetingScheduled scheduled(Pb__MeetingKind kind, Pb__Participants participants)
{
    Pb__MeetingScheduled event = PB__MEETING_SCHEDULED__INIT;
    event.meeting = meeting(kind, participants);
    event.notification_id = id(3);
    return event;
}

static void test_a_meeting_is_told_to_its_branch_with_local_time_and_place(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(notification_of_scheduled(ctx, &event, local(11, 20, 0, 0), &told), ERR_OK);
    assert_string_equal(told.title, "Họp chi bộ thường kỳ 03/12/2026 19:30");
    assert_string_equal(told.body, "Địa điểm: Nhà văn hóa");
    assert_int_equal(told.id.bytes[0], 3);
    assert_int_equal(told.subject.bytes[0], 1);
    assert_int_equal(told.created_at_us, local(11, 10, 9, 0));
    assert_int_equal(told.audience.n_organizations, 1);
    assert_int_equal(told.audience.organizations[0].bytes[0], 2);
    assert_int_equal(told.audience.n_roles, 1);
    assert_int_equal(told.audience.roles[0], PB__ROLE__ROLE_MEMBER);
    assert_true(told.pushes);
}

static void test_a_committee_meeting_is_told_to_the_committee_and_a_named_one_to_those_named(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_EXECUTIVE, PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE);
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_int_equal(told.audience.n_roles, 3);
    ProtobufCBinaryData named[] = {id(7), id(8)};
    event = scheduled(PB__MEETING_KIND__MEETING_KIND_THEMATIC, PB__PARTICIPANTS__PARTICIPANTS_NAMED);
    event.meeting->n_participant_ids = 2;
    event.meeting->participant_ids = named;
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_int_equal(told.audience.n_organizations, 0);
    assert_int_equal(told.audience.n_members, 2);
    assert_true(told.audience.has_within);
}

static void test_a_change_says_old_and_new(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingChanged event = PB__MEETING_CHANGED__INIT;
    event.meeting = meeting(PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    event.has_notification_id = event.has_old_starts_at_us = true;
    event.notification_id = id(3);
    event.old_starts_at_us = local(12, 3, 19, 0);
    event.old_place = (char *)(uintptr_t) "Trụ sở";
    assert_int_equal(notification_of_change(ctx, &event, 77, &told), ERR_OK);
    assert_string_equal(told.body, "Thời gian: 03/12/2026 19:00 → 03/12/2026 19:30\nĐịa điểm: Trụ sở → Nhà văn hóa");
    assert_int_equal(told.priority, PUSH_URGENT);
    assert_int_equal(told.created_at_us, 77);
}

static Pb__DocumentPublished published(Pb__Classification classification, Pb__Notify notify)
{
    Pb__DocumentPublished event = PB__DOCUMENT_PUBLISHED__INIT;
    event.document = mem_new(ctx, Pb__DocumentFacts);
    pb__document_facts__init(event.document);
    event.document->audience = mem_new(ctx, Pb__Audience);
    pb__audience__init(event.document->audience);
    event.document->document_id = id(1);
    event.document->organization_id = id(2);
    event.document->classification = classification;
    event.notification_id = id(3);
    event.notify = notify;
    event.published_at_us = local(11, 10, 9, 0);
    return event;
}

static void test_of_a_restricted_document_nothing_is_told_but_that_it_is_there(void **state)
{
    (void)state;
    struct notification told;
    Pb__DocumentPublished event = published(PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED, PB__NOTIFY__NOTIFY_PUSH);
    assert_int_equal(notification_of_document(ctx, &event, &told), ERR_OK);
    assert_string_equal(told.title, "Có văn bản mới gửi đồng chí");
    const char *json = provider_fcm_message(ctx, &told, "phone", event.published_at_us);
    assert_null(strstr(json, "văn bản"));
}

static void test_a_lock_screen_shows_the_title_of_public_things_only(void **state)
{
    (void)state;
    static const struct {
        Pb__Classification classification;
        const char *shown;
    } CASES[] = {
        {PB__CLASSIFICATION__CLASSIFICATION_PUBLIC, "Nghị quyết 15-NQ/CB: Về học tập"},
        {PB__CLASSIFICATION__CLASSIFICATION_INTERNAL, "Sổ tay"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct notification told;
        Pb__DocumentPublished event = published(CASES[i].classification, PB__NOTIFY__NOTIFY_INBOX);
        event.document->has_kind = true;
        event.document->title = (char *)(uintptr_t) "Về học tập";
        event.document->number = (char *)(uintptr_t) "15-NQ/CB";
        assert_int_equal(notification_of_document(ctx, &event, &told), ERR_OK);
        assert_string_equal(told.title, CASES[0].shown);
        assert_string_equal(notification_lock_screen_title(&told), CASES[i].shown);
        assert_false(told.pushes);
    }
}

static void test_an_id_that_is_none_is_malformed(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    event.notification_id.len = 3;
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_MALFORMED);
}

/* --- pushes ----------------------------------------------------------------------------------------------------------------------- */

static void test_old_facts_ring_no_phone(void **state)
{
    (void)state;
    struct notification told;
    Pb__MeetingScheduled event = scheduled(PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__PARTICIPANTS__PARTICIPANTS_MEMBERS);
    assert_int_equal(notification_of_scheduled(ctx, &event, 0, &told), ERR_OK);
    assert_true(push_is_due(&told, local(11, 11, 8, 59)));
    assert_false(push_is_due(&told, local(11, 11, 9, 0)));
}

static void test_a_push_to_very_many_waits_a_minute(void **state)
{
    (void)state;
    assert_int_equal(push_not_before_us(7, 1000), 7);
    assert_int_equal(push_not_before_us(7, 1001), 7 + 60 * CLOCK_SECOND_US);
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
        {0, NULL, 0, PUSH_RETRYING, false, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct push_result result = push_result_of_fcm(CASES[i].status, CASES[i].word, CASES[i].retry_after_s);
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
    static const char ANSWER[] =
        "{\"error\":{\"code\":404,\"status\":\"NOT_FOUND\",\"details\":[{\"@type\":\"x\"},{\"errorCode\":\"UNREGISTERED\"}]}}";
    assert_string_equal(provider_fcm_error(ctx, ANSWER, strlen(ANSWER)), "UNREGISTERED");
    assert_string_equal(provider_fcm_error(ctx, "<html>", 6), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_meeting_is_told_to_its_branch_with_local_time_and_place),
        cmocka_unit_test(test_a_committee_meeting_is_told_to_the_committee_and_a_named_one_to_those_named),
        cmocka_unit_test(test_a_change_says_old_and_new),
        cmocka_unit_test(test_of_a_restricted_document_nothing_is_told_but_that_it_is_there),
        cmocka_unit_test(test_a_lock_screen_shows_the_title_of_public_things_only),
        cmocka_unit_test(test_an_id_that_is_none_is_malformed),
        cmocka_unit_test(test_old_facts_ring_no_phone),
        cmocka_unit_test(test_a_push_to_very_many_waits_a_minute),
        cmocka_unit_test(test_shards_cover_every_id_once),
        cmocka_unit_test(test_answers_of_fcm_by_table),
        cmocka_unit_test(test_retries_wait_at_least_ten_seconds_and_longer_each_time),
        cmocka_unit_test(test_the_error_word_is_fcms_own),
    };
    return cmocka_run_group_tests_name("notification rules", tests, start, stop);
}
