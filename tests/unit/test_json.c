#include "json_help.h"

#include "common/base/array.h"
#include "contract_rules.h"
#include "services/gateway/json/json_format.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define ID "0190a5b2-7c1e-8abc-9def-001122334455"
#define ID_UPPER "0190A5B2-7C1E-8ABC-9DEF-001122334455"

static const char *refusal(const ProtobufCMessageDescriptor *type, const char *text)
{
    ProtobufCMessage *message = NULL;
    field_errors_init(&errors, test_ctx);
    enum err err = json_read(test_ctx, type, parsed(text), &errors, &message);
    assert_int_equal(err, errors.n ? ERR_INVALID : ERR_OK);
    return complaints();
}

/* --- the tables --- */

static void check_fields(const struct message_rule *rule)
{
    for (unsigned i = 0; i < rule->type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &rule->type->fields[i];
        bool timestamp = rule->fields[i].format == FORMAT_TIMESTAMP;
        size_t same = strlen(field->name) - (timestamp ? strlen("_us") : 0);
        if (strcmp(rule->fields[i].json, "base") != 0)
            assert_memory_equal(rule->fields[i].json, field->name, same);
        assert_int_equal(rule->fields[i].key_bytes, strlen(rule->fields[i].key));
        assert_int_equal(rule->fields[i].message != NULL, field->type == PROTOBUF_C_TYPE_MESSAGE);
        assert_int_equal(rule->fields[i].choices != NULL, field->type == PROTOBUF_C_TYPE_ENUM);
        if (rule->fields[i].message)
            assert_ptr_equal(rule->fields[i].message->type, field->descriptor);
        if (rule->fields[i].choices)
            assert_ptr_equal(rule->fields[i].choices->type, field->descriptor);
    }
}

static void test_rules_stand_beside_their_fields(void **state)
{
    (void)state;
    size_t n;
    const struct message_rule *rules = contract_messages(&n);
    assert_true(n > 100);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(contract_rule(rules[i].type), &rules[i]);
        check_fields(&rules[i]);
    }
}

static void test_kinds_are_found_by_their_short_names(void **state)
{
    (void)state;
    assert_ptr_equal(contract_message("ScheduleMeeting"), &pb__schedule_meeting__descriptor);
    assert_ptr_equal(contract_message("Attendance"), &pb__attendance__descriptor);
    assert_null(contract_message("Source"));
    assert_null(contract_message(""));
}

/* --- parsing --- */

static void test_parsing_tells_bad_json_from_bad_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err err;
    } cases[] = {
        {"{}", ERR_OK},
        {"[1]", ERR_OK},
        {"null", ERR_OK},
        {"{\"a\":\"\\u0000\"}", ERR_OK},
        {"", ERR_JSON_INVALID},
        {" ", ERR_JSON_INVALID},
        {"{", ERR_JSON_INVALID},
        {"{} x", ERR_JSON_INVALID},
        {"{'a':1}", ERR_JSON_INVALID},
        {"{\"a\":1,\"a\":2}", ERR_JSON_INVALID},
        {"{\"a\":NaN}", ERR_JSON_INVALID},
        {"{\"a\":\"\\ud800\"}", ERR_JSON_INVALID},
        {"{\"a\":1e999}", ERR_JSON_INVALID},
        {"{\"a\":\"\xff\"}", ERR_UTF8_INVALID},
        {"{\"a\":\"\xc0\x80\"}", ERR_UTF8_INVALID},
        {"{\"\xed\xa0\x80\":1}", ERR_UTF8_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        json_t *value = NULL;
        assert_int_equal(json_parse(test_ctx, cases[i].text, strlen(cases[i].text), &value), cases[i].err);
    }
}

static void test_parsing_refuses_what_is_nested_too_deep(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *text = mem_array(test_ctx, char, DEPTH);
    json_t *value = NULL;
    memset(text, '[', DEPTH);
    assert_int_equal(json_parse(test_ctx, text, DEPTH, &value), ERR_JSON_INVALID);
}

/* --- reading --- */

static void test_a_meeting_is_read_whole(void **state)
{
    (void)state;
    Pb__ScheduleMeeting *m = read_whole(
        &pb__schedule_meeting__descriptor,
        "{\"organization_id\":\"" ID
        "\",\"kind\":\"thematic\",\"starts_at\":\"2026-12-03T19:30:00+07:00\",\"place\":\"Nhà văn hóa\","
        "\"participant_ids\":[\"" ID_UPPER "\"],\"agenda\":[{\"title\":\"Học tập\",\"minutes\":20,\"document_ids\":[]},"
        "{\"title\":\"Khác\",\"minutes\":5.0,\"document_ids\":[\"" ID "\"]}],\"publish\":true}");
    assert_int_equal(m->organization_id.len, 16);
    assert_int_equal(m->kind, PB__MEETING_KIND__MEETING_KIND_THEMATIC);
    assert_int_equal(m->starts_at_us, INT64_C(1796301000000000));
    assert_string_equal(m->place, "Nhà văn hóa");
    assert_int_equal(m->n_participant_ids, 1);
    assert_memory_equal(m->participant_ids[0].data, m->organization_id.data, 16);
    assert_int_equal(m->n_agenda, 2);
    assert_int_equal(m->agenda[1]->minutes, 5);
    assert_int_equal(m->agenda[1]->n_document_ids, 1);
    assert_false(m->agenda[1]->has_id);
    assert_true(m->has_publish && m->publish);
}

static void test_what_is_absent_means_its_default(void **state)
{
    (void)state;
    Pb__CommentOnMeeting *m = read_whole(&pb__comment_on_meeting__descriptor,
                                         "{\"meeting_id\":\"" ID "\",\"text\":\"Nhất trí\",\"agenda_item_id\":null}");
    assert_false(m->has_agenda_item_id);
    assert_true(m->has_visibility && m->has_channel); /* as if it had been said */
    assert_int_equal(m->channel, PB__CHANNEL__CHANNEL_APP);
}

static void test_everything_wrong_is_told_at_once_and_where(void **state)
{
    (void)state;
    assert_string_equal(
        refusal(&pb__schedule_meeting__descriptor,
                "{\"organization_id\":7,\"kind\":\"party\",\"starts_at\":\"tomorrow\",\"a/b~c\":1,\"publish\":null,"
                "\"agenda\":[{\"minutes\":601},{\"title\":\" \",\"minutes\":-1,\"x\":0},5]}"),
        "/organization_id wrong_type, /kind unknown_choice, /starts_at wrong_format, /a~1b~0c unknown_field, "
        "/publish wrong_type, /agenda/0/minutes too_large, /agenda/0/title required, /agenda/1/title too_short, "
        "/agenda/1/minutes too_small, /agenda/1/x unknown_field, /agenda/2 wrong_type, /place required");
}

static void test_a_body_that_is_no_object_is_refused_as_a_whole(void **state)
{
    (void)state;
    assert_string_equal(refusal(&pb__get_me__descriptor, "[]"), " wrong_type");
}

static void test_single_fields_are_judged_by_their_rules(void **state)
{
    (void)state;
    static const struct {
        const ProtobufCMessageDescriptor *type;
        const char *body, *complaints;
    } cases[] = {
        {&pb__target_input__descriptor, "{\"text\":\"\"}", "/text too_short"},
        {&pb__target_input__descriptor, "{\"text\":\"\xe2\x80\x8b\xc2\xa0\\n\"}", "/text too_short"},
        {&pb__target_input__descriptor, "{\"text\":\"a\\nb\\tc\"}", ""},
        {&pb__target_input__descriptor, "{\"text\":\"a\\rb\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"a\\u0000b\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"a\\u0085b\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":null}", "/text wrong_type"},
        {&pb__target_input__descriptor, "{\"text\":\"An\\u202enib\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"An\\u2067nib\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"An\\u200f\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"\\u3164\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"\\u2800\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"\\u0301\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"a \\u0301\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"a\\n\\u200b\\u0301\"}", "/text wrong_characters"},
        {&pb__target_input__descriptor, "{\"text\":\"x\\u0301\\u0323 \\u2764\\ufe0f 1\\ufe0f\\u20e3\"}", ""},
        {&pb__target_input__descriptor, "{\"text\":\"\\u0915\\u094d\\u200d\\u0930\\u093f\"}", ""},
        {&pb__remove_device__descriptor, "{\"device_id\":\"a\\r\\nb\"}", "/device_id wrong_format"},
        {&pb__remove_device__descriptor, "{\"device_id\":\"a b\"}", "/device_id wrong_format"},
        {&pb__remove_device__descriptor, "{\"device_id\":\"Ab-9._~\"}", ""},
        {&pb__happening__descriptor, "{\"starts_at\":\"2026-01-01T00:00:00Z\",\"place\":\"a\\nb\"}",
         "/place wrong_characters"},
        {&pb__happening__descriptor, "{\"starts_at\":\"2026-01-01T00:00:00Z\",\"place\":\"a\\u2028b\"}",
         "/place wrong_characters"},
        {&pb__happening__descriptor, "{\"starts_at\":\"2026-01-01T00:00:00Z\",\"place\":null,\"ends_at\":null}", ""},
        {&pb__figure__descriptor, "{\"label\":\"x\",\"value\":1,\"unit\":\"\",\"period\":\"\"}", ""},
        {&pb__figure__descriptor, "{\"label\":\"x\",\"value\":\"1\",\"unit\":1,\"period\":[]}",
         "/value wrong_type, /unit wrong_type, /period wrong_type"},
        {&pb__audience__descriptor,
         "{\"roles\":[\"member\",null,\"ROLE_MEMBER\",\"x\"],\"subtree\":1,\"member_ids\":null}",
         "/roles/1 wrong_type, /roles/2 unknown_choice, /roles/3 unknown_choice, /subtree wrong_type, "
         "/member_ids wrong_type"},
        {&pb__audience__descriptor,
         "{\"roles\":[\"member\",\"member\",\"member\",\"member\",\"member\",\"member\",\"member\"]}",
         "/roles too_many"},
        {&pb__audience__descriptor, "{\"member_ids\":[\"" ID "x\",\"\",\"" ID "\\u0000\"]}",
         "/member_ids/0 wrong_format, /member_ids/1 wrong_format, /member_ids/2 wrong_characters"},
        {&pb__login__descriptor, "{\"card_number\":\"7\",\"password\":\" \",\"otp\":\"12345\",\"device_id\":\"\"}",
         "/otp too_short, /device_id too_short"},
        {&pb__list_comments__descriptor, "{\"meeting_id\":\"" ID "\",\"limit\":0,\"cursor\":\"=\"}",
         "/limit too_small, /cursor wrong_format"},
        {&pb__list_comments__descriptor, "{\"meeting_id\":\"" ID "\",\"limit\":1e30}", "/limit too_large"},
        {&pb__list_comments__descriptor, "{\"meeting_id\":\"" ID "\",\"limit\":1.5}", "/limit wrong_type"},
        {&pb__create_document__descriptor,
         "{\"kind\":\"news\",\"title\":\"x\",\"organization_id\":\"" ID "\",\"audience\":[],"
         "\"classification\":\"public\",\"issued_on\":\"2026-02-30\",\"blob_sha256\":\"00\",\"blob\":{}}",
         "/audience wrong_type, /issued_on wrong_format, /blob_sha256 wrong_format, /blob unknown_field"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_string_equal(refusal(cases[i].type, cases[i].body), cases[i].complaints);
}

/* All there are in the first plane: directions (Syriac's mark goes from right to left), fillers. */
static bool shows_nothing_or_turns(utf8proc_int32_t c)
{
    static const struct {
        utf8proc_int32_t first, last;
    } REFUSED[] = {{0x061c, 0x061c}, {0x115f, 0x1160}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069},
                   {0x2800, 0x2800}, {0x3164, 0x3164}, {0xffa0, 0xffa0}, {0x070f, 0x070f}};
    for (size_t i = 0; i < ARRAY_LENGTH(REFUSED); i++)
        if (c >= REFUSED[i].first && c <= REFUSED[i].last)
            return true;
    return false;
}

/* Behind a letter that most accents go with, every character of the first plane gives what utf8proc says. */
static void test_every_text_is_in_nfc_whatever_stands_in_it(void **state)
{
    (void)state;
    const struct field_rule rule = {.format = FORMAT_TEXT, .max_length = UINT32_MAX};
    for (utf8proc_int32_t c = ' '; c <= 0xffff; c++) {
        utf8proc_uint8_t text[8] = "a";
        char *got = NULL;
        utf8proc_ssize_t bytes = utf8proc_encode_char(c, text + 1);
        if (!utf8proc_codepoint_valid(c) || utf8proc_category(c) == UTF8PROC_CATEGORY_CC)
            continue;
        text[1 + bytes] = '\0';
        if (shows_nothing_or_turns(c)) {
            assert_int_equal(json_format_read_text(test_ctx, &rule, (const char *)text, &got), ERR_FIELD_CHARACTERS);
            continue;
        }
        utf8proc_uint8_t *wanted = utf8proc_NFC(text);
        assert_int_equal(json_format_read_text(test_ctx, &rule, (const char *)text, &got), ERR_OK);
        assert_string_equal(got, (const char *)wanted);
        mem_free(got);
        free(wanted);
    }
}

static void test_decomposed_accents_are_composed_before_they_are_counted(void **state)
{
    (void)state;
    Pb__TargetInput *m = read_whole(&pb__target_input__descriptor, "{\"text\":\"Vie\xcc\xa3\xcc\x82t Nam\"}");
    assert_string_equal(m->text, "Việt Nam");
    char *body = mem_printf(test_ctx, "{\"label\":\"x\",\"value\":0,\"unit\":\"%s\",\"period\":\"\"}",
                            "ệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệ");
    assert_string_equal(refusal(&pb__figure__descriptor, body), "");
    body = mem_printf(test_ctx, "{\"label\":\"x\",\"value\":0,\"unit\":\"%s\",\"period\":\"\"}",
                      "ệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệ");
    assert_string_equal(refusal(&pb__figure__descriptor, body), "/unit too_long");
}

static void test_times_are_read_with_any_offset(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t07:00:00+07:00", 0},
        {"1969-12-31T17:00:00-07:00", 0},
        {"1970-01-01T00:00:00.5z", 500000},
        {"1970-01-01T00:00:00.123456789Z", 123456},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2024-02-29T00:00:00-00:00", INT64_C(1709164800000000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000)},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Pb__Happening *m = read_whole(&pb__happening__descriptor,
                                      mem_printf(test_ctx, "{\"starts_at\":\"%s\"}", cases[i].text));
        assert_int_equal(m->starts_at_us, cases[i].us);
    }
}

static void test_times_that_are_not_rfc_3339_are_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "2026",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+7",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00Zx",
        "+026-01-01T00:00:00Z",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *body = mem_printf(test_ctx, "{\"starts_at\":\"%s\"}", cases[i]);
        assert_string_equal(refusal(&pb__happening__descriptor, body), "/starts_at wrong_format");
    }
    assert_string_equal(refusal(&pb__happening__descriptor, "{\"starts_at\":\"0000-12-31T00:00:00Z\"}"),
                        "/starts_at too_small");
    assert_string_equal(refusal(&pb__happening__descriptor, "{\"starts_at\":\"9999-12-31T23:59:59-01:00\"}"),
                        "/starts_at too_large");
}

static void test_a_name_that_nobody_knows_is_said_back_cut(void **state)
{
    (void)state;
    char name[201] = "", wanted[200] = "/", body[300];
    for (size_t i = 0; i < 100; i++) {
        memcpy(name + strlen(name), "\xc4\x91", 3);
        if (i < FIELD_NAME_CHARACTERS)
            memcpy(wanted + strlen(wanted), "\xc4\x91", 3);
    }
    memcpy(wanted + strlen(wanted), " unknown_field", sizeof " unknown_field");
    (void)snprintf(body, sizeof body, "{\"text\":\"x\",\"%s\":1}", name);
    assert_string_equal(refusal(&pb__target_input__descriptor, body), wanted);
    field_errors_init(&errors, test_ctx);
    json_form_parameter(json_form_new(test_ctx, &pb__list_meetings__descriptor, &errors), name, "1");
    assert_string_equal(complaints(), wanted + 1);
}

static void test_only_the_first_hundred_errors_are_told(void **state)
{
    (void)state;
    char *body = mem_text(test_ctx, "{");
    for (int i = 0; i < 150; i++)
        body = mem_printf(test_ctx, "%s\"x%d\":0,", body, i);
    body = mem_printf(test_ctx, "%s\"y\":0}", body);
    (void)refusal(&pb__get_me__descriptor, body);
    assert_int_equal(errors.n, FIELD_ERRORS_MAX);
    assert_string_equal(errors.items[99].field, "/x99");
}

/* --- PATCH --- */

static void test_a_patch_records_what_was_named_null_included(void **state)
{
    (void)state;
    ProtobufCMessage *message = NULL;
    struct json_form *form = json_form_new(test_ctx, &pb__edit_meeting__descriptor, &errors);
    assert_int_equal(json_form_path(form, "meeting_id", ID), ERR_OK);
    json_form_object(form, parsed("{\"change_note\":null,\"place\":\"Phòng họp\",\"agenda\":[]}"));
    assert_int_equal(json_form_finish(form, &message), ERR_OK);
    const Pb__EditMeeting *edit = (const Pb__EditMeeting *)message;
    assert_int_equal(edit->n_named_fields, 3);
    assert_int_equal(edit->named_fields[0], 4);
    assert_int_equal(edit->named_fields[1], 6);
    assert_int_equal(edit->named_fields[2], 7);
    assert_null(edit->change_note);
    assert_int_equal(edit->n_agenda, 0);
    assert_int_equal(edit->meeting_id.len, 16);
}

static void test_a_patch_cannot_name_the_path_the_mask_or_null_at_will(void **state)
{
    (void)state;
    ProtobufCMessage *message = NULL;
    struct json_form *form = json_form_new(test_ctx, &pb__edit_meeting__descriptor, &errors);
    assert_int_equal(json_form_path(form, "meeting_id", ID), ERR_OK);
    json_form_object(form, parsed("{\"meeting_id\":\"" ID "\",\"named_fields\":[1],\"place\":null,\"agenda\":null}"));
    assert_int_equal(json_form_finish(form, &message), ERR_INVALID);
    assert_string_equal(
        complaints(), "/meeting_id unknown_field, /named_fields unknown_field, /place wrong_type, /agenda wrong_type");
    assert_null(message);
}

/* --- path and query string --- */

static void test_parameters_are_read_by_their_rules(void **state)
{
    (void)state;
    ProtobufCMessage *message = NULL;
    struct json_form *form = json_form_new(test_ctx, &pb__list_members__descriptor, &errors);
    assert_int_equal(json_form_path(form, "organization_id", ID), ERR_OK);
    json_form_parameter(form, "q", "Nguye\xcc\x82\xcc\x83n");
    json_form_parameter(form, "status", "official");
    json_form_parameter(form, "exempt", "false");
    json_form_parameter(form, "limit", "500");
    json_form_parameter(form, "cursor", "AQID");
    assert_int_equal(json_form_finish(form, &message), ERR_OK);
    const Pb__ListMembers *list = (const Pb__ListMembers *)message;
    assert_string_equal(list->q, "Nguyễn");
    assert_true(list->has_status && list->has_exempt && list->has_limit && list->has_cursor && !list->has_activated);
    assert_int_equal(list->limit, 500);
    assert_memory_equal(list->cursor.data, "\1\2\3", 3);
}

static void test_bad_parameters_are_named_plainly(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *complaints;
    } cases[] = {
        {"month", "2026-12", ""},
        {"month", "2026-13", "month wrong_format"},
        {"from", "2026-02-30", "from wrong_format"},
        {"kind", "x", "kind unknown_choice"},
        {"limit", "0", "limit too_small"},
        {"limit", "101", "limit too_large"},
        {"limit", "99999999999999999999", "limit too_large"},
        {"limit", " 1", "limit wrong_type"},
        {"limit", "1x", "limit wrong_type"},
        {"limit", "", "limit wrong_type"},
        {"q", "\xff", "q wrong_characters"},
        {"cursor", "", "cursor wrong_format"},
        {"colour", "red", "colour unknown_field"},
        {"organization_id", ID, "organization_id unknown_field"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        field_errors_init(&errors, test_ctx);
        struct json_form *form = json_form_new(test_ctx, &pb__list_meetings__descriptor, &errors);
        assert_int_equal(json_form_path(form, "organization_id", ID), ERR_OK);
        json_form_parameter(form, cases[i].name, cases[i].value);
        assert_string_equal(complaints(), cases[i].complaints);
    }
}

static void test_a_parameter_is_named_once(void **state)
{
    (void)state;
    struct json_form *form = json_form_new(test_ctx, &pb__list_meetings__descriptor, &errors);
    json_form_parameter(form, "q", "a");
    json_form_parameter(form, "q", "b");
    assert_string_equal(complaints(), "q duplicate");
}

static void test_a_bad_path_is_the_callers_to_judge(void **state)
{
    (void)state;
    struct json_form *form = json_form_new(test_ctx, &pb__get_meeting__descriptor, &errors);
    assert_int_equal(json_form_path(form, "meeting_id", "7"), ERR_FIELD_FORMAT);
    assert_int_equal(errors.n, 0);
}

#define sentence(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_rules_stand_beside_their_fields),
        sentence(test_kinds_are_found_by_their_short_names),
        sentence(test_parsing_tells_bad_json_from_bad_utf8),
        sentence(test_parsing_refuses_what_is_nested_too_deep),
        sentence(test_a_meeting_is_read_whole),
        sentence(test_what_is_absent_means_its_default),
        sentence(test_everything_wrong_is_told_at_once_and_where),
        sentence(test_a_body_that_is_no_object_is_refused_as_a_whole),
        sentence(test_single_fields_are_judged_by_their_rules),
        sentence(test_every_text_is_in_nfc_whatever_stands_in_it),
        sentence(test_decomposed_accents_are_composed_before_they_are_counted),
        sentence(test_times_are_read_with_any_offset),
        sentence(test_times_that_are_not_rfc_3339_are_refused),
        sentence(test_a_name_that_nobody_knows_is_said_back_cut),
        sentence(test_only_the_first_hundred_errors_are_told),
        sentence(test_a_patch_records_what_was_named_null_included),
        sentence(test_a_patch_cannot_name_the_path_the_mask_or_null_at_will),
        sentence(test_parameters_are_read_by_their_rules),
        sentence(test_bad_parameters_are_named_plainly),
        sentence(test_a_parameter_is_named_once),
        sentence(test_a_bad_path_is_the_callers_to_judge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
