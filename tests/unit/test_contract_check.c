/* What comes from the queue is held to the rules of its fields, in the words of the gateway. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid.h"
#include "common/contract/contract_check.h"
#include "contract_numbers.h"
#include "contract_rules.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/envelope.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"

#include <string.h>

static TALLOC_CTX *ctx;

static int set_up(void **state)
{
    (void)state;
    ctx = mem_context(NULL, "contract");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(ctx);
    return 0;
}

static uint8_t id_bytes[16] = {1}, hash_bytes[32] = {2};
#define ID ((ProtobufCBinaryData){sizeof id_bytes, id_bytes})
#define SHORT_ID ((ProtobufCBinaryData){15, id_bytes})

/* "field code, field code", of the message as it comes from the queue: packed and unpacked. */
static const char *complaints(const void *message)
{
    const ProtobufCMessage *sent = message;
    ProtobufCBinaryData packed = mem_pack(ctx, sent);
    ProtobufCMessage *got = mem_unpack(ctx, sent->descriptor, packed.data, packed.len);
    struct field_errors errors;
    char *text = mem_text(ctx, "");
    assert_non_null(got);
    field_errors_init(&errors, ctx);
    contract_check(got, &errors);
    for (size_t i = 0; i < errors.n; i++)
        text = mem_printf(ctx, "%s%s%s %s", text, i ? ", " : "", errors.items[i].field, err_word(errors.items[i].code));
    return text;
}

static char *repeated(const char *unit, size_t n)
{
    size_t bytes = strlen(unit);
    char *text = mem_array(ctx, char, n *bytes + 1);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * bytes, unit, bytes);
    return text;
}

static Pb__CommentOnMeeting comment(const char *text)
{
    Pb__CommentOnMeeting message = PB__COMMENT_ON_MEETING__INIT;
    message.meeting_id = ID;
    message.text = (char *)(uintptr_t)text;
    return message;
}

static void test_texts_are_measured_in_characters(void **state)
{
    (void)state;
    const struct {
        const char *text, *complaint;
    } cases[] = {
        {"Tôi đồng ý\n\tvà đề nghị", ""},
        {repeated("ữ", 4000), ""},
        {repeated("ữ", 4001), "/text too_long"},
        {repeated("x", 1 << 20), "/text too_long"},
        {"", "/text too_short"},
        {" \n\t\u00a0\u200b", "/text too_short"},
        {"chuông \a", "/text wrong_characters"},
        {"\x7f", "/text wrong_characters"},
        {"\xff\xfe", "/text wrong_characters"},
        {"cụt \xe1\xbb", "/text wrong_characters"},
        {"\xed\xa0\x80", "/text wrong_characters"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Pb__CommentOnMeeting message = comment(cases[i].text);
        assert_string_equal(complaints(&message), cases[i].complaint);
    }
}

static void test_ids_and_choices_are_what_they_must_be(void **state)
{
    (void)state;
    Pb__CommentOnMeeting message = comment("x");
    message.meeting_id = SHORT_ID;
    message.has_agenda_item_id = true; /* and empty */
    message.has_visibility = true;
    message.visibility = (Pb__CommentVisibility)7;
    assert_string_equal(complaints(&message),
                        "/meeting_id wrong_format, /agenda_item_id wrong_format, /visibility unknown_choice");
}

static Pb__AgendaItemInput **agenda_of(size_t n, Pb__AgendaItemInput items[])
{
    Pb__AgendaItemInput **agenda = mem_array(ctx, Pb__AgendaItemInput *, n);
    for (size_t i = 0; i < n; i++) {
        pb__agenda_item_input__init(&items[i]);
        items[i].title = (char *)"Một";
        agenda[i] = &items[i];
    }
    return agenda;
}

static Pb__ScheduleMeeting meeting(size_t n)
{
    Pb__ScheduleMeeting message = PB__SCHEDULE_MEETING__INIT;
    message.organization_id = ID;
    message.place = (char *)"Nhà văn hóa";
    message.n_agenda = n;
    message.agenda = agenda_of(n, mem_array(ctx, Pb__AgendaItemInput, n));
    return message;
}

static void test_lists_are_bounded_and_their_items_named_by_place(void **state)
{
    (void)state;
    Pb__ScheduleMeeting message = meeting(50);
    assert_string_equal(complaints(&message), "");
    message = meeting(5000);
    assert_string_equal(complaints(&message), "/agenda too_many");
    message = meeting(3);
    message.agenda[1]->minutes = 601;
    message.agenda[2]->minutes = -1;
    message.agenda[2]->title = (char *)"hai\ndòng";
    message.agenda[2]->n_document_ids = 2;
    message.agenda[2]->document_ids = (ProtobufCBinaryData[]){ID, SHORT_ID};
    assert_string_equal(complaints(&message), "/agenda/1/minutes too_large, /agenda/2/title wrong_characters,"
                                              " /agenda/2/minutes too_small, /agenda/2/document_ids/1 wrong_format");
}

static void test_times_stay_within_four_digits_of_a_year(void **state)
{
    (void)state;
    Pb__ScheduleMeeting message = meeting(0);
    message.starts_at_us = INT64_MAX;
    assert_string_equal(complaints(&message), "/starts_at too_large");
    message.starts_at_us = INT64_MIN;
    assert_string_equal(complaints(&message), "/starts_at too_small");
}

static void test_a_patch_names_known_fields_and_only_nullable_ones_without_a_value(void **state)
{
    (void)state;
    const struct {
        size_t n;
        uint32_t numbers[3];
        const char *complaint;
    } cases[] = {
        {0, {0}, ""},
        {1, {FIELD_EDIT_MEETING_CHANGE_NOTE}, ""}, /* null clears it */
        {2, {FIELD_EDIT_MEETING_AGENDA, FIELD_EDIT_MEETING_PARTICIPANT_IDS}, ""},
        {2, {FIELD_EDIT_MEETING_PLACE, FIELD_EDIT_MEETING_STARTS_AT_US}, "/place wrong_type, /starts_at wrong_type"},
        {2, {99, 15}, "/named_fields unknown_field, /named_fields unknown_field"}, /* 15: the mask itself */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Pb__EditMeeting message = PB__EDIT_MEETING__INIT;
        message.meeting_id = ID;
        message.n_named_fields = cases[i].n;
        message.named_fields = (uint32_t *)(uintptr_t)cases[i].numbers;
        assert_string_equal(complaints(&message), cases[i].complaint);
    }
}

static void test_no_more_complaints_are_collected_than_an_answer_holds(void **state)
{
    (void)state;
    Pb__EditMeeting message = PB__EDIT_MEETING__INIT;
    struct field_errors errors;
    message.meeting_id = ID;
    message.n_named_fields = 5000;
    message.named_fields = mem_array(ctx, uint32_t, message.n_named_fields);
    field_errors_init(&errors, ctx);
    contract_check(&message.base, &errors);
    assert_int_equal(errors.n, FIELD_ERRORS_MAX);
}

static Pb__Envelope envelope(void)
{
    Pb__Envelope message = PB__ENVELOPE__INIT;
    message.message_id = message.aggregate_id = ID;
    message.kind = (char *)"CommentOnMeeting";
    message.has_body_hash = true;
    message.body_hash = (ProtobufCBinaryData){sizeof hash_bytes, hash_bytes};
    message.has_clock_offset_us = true;
    return message;
}

static void test_an_envelope_has_rules_too(void **state)
{
    (void)state;
    Pb__Envelope message = envelope();
    message.clock_offset_us = CLOCK_OFFSET_MOST_US;
    assert_string_equal(complaints(&message), "");
    message.clock_offset_us = CLOCK_OFFSET_MOST_US + 1;
    assert_string_equal(complaints(&message), "/clock_offset_us too_large");
    message.clock_offset_us = -CLOCK_OFFSET_MOST_US - 1;
    assert_string_equal(complaints(&message), "/clock_offset_us too_small");
    message = envelope();
    message.correlation_id = repeated("x", 65);
    message.body_hash.len = 31;
    message.causation_id = SHORT_ID;
    message.has_causation_id = true;
    assert_string_equal(complaints(&message), "/correlation_id too_long, /causation_id wrong_format,"
                                              " /body_hash wrong_format");
}

#define sentence(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_texts_are_measured_in_characters),
        sentence(test_ids_and_choices_are_what_they_must_be),
        sentence(test_lists_are_bounded_and_their_items_named_by_place),
        sentence(test_times_stay_within_four_digits_of_a_year),
        sentence(test_a_patch_names_known_fields_and_only_nullable_ones_without_a_value),
        sentence(test_no_more_complaints_are_collected_than_an_answer_holds),
        sentence(test_an_envelope_has_rules_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
