#include "json_help.h"

#include "common/base/array.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "0190a5b2-7c1e-8abc-9def-001122334455"
#define HASH "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static const char *written(const void *message)
{
    size_t bytes = 0;
    char *text = json_write(test_ctx, message, &bytes);
    assert_int_equal(bytes, strlen(text));
    (void)parsed(text);
    return text;
}

static uint8_t bytes_of_id[16] = {0x01, 0x90, 0xa5, 0xb2, 0x7c, 0x1e, 0x8a, 0xbc,
                                  0x9d, 0xef, 0x00, 0x11, 0x22, 0x33, 0x44, 0x55};
#define PB_ID ((ProtobufCBinaryData){.len = sizeof bytes_of_id, .data = bytes_of_id})

static void test_every_property_is_present(void **state)
{
    (void)state;
    Pb__Organization organization = PB__ORGANIZATION__INIT;
    organization.id = PB_ID;
    organization.code = (char *)"10B";
    organization.name = (char *)"Chi bộ 10B";
    organization.level = PB__LEVEL__LEVEL_BRANCH;
    organization.has_meeting_time = true;
    organization.meeting_time = 19 * 60 + 5;
    organization.version = 3;
    assert_string_equal(
        written(&organization),
        "{\"id\":\"" ID
        "\",\"code\":\"10B\",\"name\":\"Chi bộ 10B\",\"level\":\"branch\",\"parent_id\":null,\"meeting_day\":null,"
        "\"meeting_time\":\"19:05\",\"meeting_place\":null,\"contact\":null,\"branches\":0,\"members\":0,\"exempt\":0,"
        "\"attendance_base\":0,\"version\":3,\"state\":\"active\"}");
}

static void test_lists_and_defaults_are_never_null(void **state)
{
    (void)state;
    Pb__Audience audience = PB__AUDIENCE__INIT;
    Pb__Role roles[] = {PB__ROLE__ROLE_MEMBER, PB__ROLE__ROLE_DEPUTY_SECRETARY};
    assert_string_equal(written(&audience),
                        "{\"organization_ids\":[],\"subtree\":false,\"roles\":[],\"member_ids\":[]}");
    audience.roles = roles;
    audience.n_roles = 2;
    assert_string_equal(
        written(&audience),
        "{\"organization_ids\":[],\"subtree\":false,\"roles\":[\"member\",\"deputy_secretary\"],\"member_ids\":[]}");
}

static void test_server_and_mask_fields_are_not_written(void **state)
{
    (void)state;
    Pb__EditDocument edit = PB__EDIT_DOCUMENT__INIT;
    edit.document_id = PB_ID;
    const char *text = written(&edit);
    assert_null(strstr(text, "blob\""));
    assert_null(strstr(text, "named_fields"));
}

static void test_times_are_written_in_utc_with_six_digits_so_that_text_sorts_as_time(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } cases[] = {
        {INT64_C(-62135596800000000), "0001-01-01T00:00:00.000000Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {0, "1970-01-01T00:00:00.000000Z"},
        {INT64_C(951782400000010), "2000-02-29T00:00:00.000010Z"},
        {INT64_C(1796301000500000), "2026-12-03T12:30:00.500000Z"},
        {INT64_C(1796301000769000), "2026-12-03T12:30:00.769000Z"},
        {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Pb__Happening happening = PB__HAPPENING__INIT;
        happening.starts_at_us = cases[i].us;
        assert_string_equal(
            written(&happening),
            mem_printf(test_ctx, "{\"starts_at\":\"%s\",\"ends_at\":null,\"place\":null}", cases[i].text));
        assert_true(i == 0 || strcmp(cases[i - 1].text, cases[i].text) < 0);
    }
}

static void test_text_and_numbers_are_written_so_that_they_read_back(void **state)
{
    (void)state;
    Pb__Figure figure = PB__FIGURE__INIT;
    figure.label = (char *)"\"Đ\\\b\f\n\r\t\x01\x7f/";
    figure.unit = (char *)"%";
    figure.period = (char *)"";
    figure.value = 0.1;
    assert_string_equal(
        written(&figure),
        "{\"label\":\"\\\"Đ\\\\\\b\\f\\n\\r\\t\\u0001\x7f/\",\"value\":0.1,\"unit\":\"%\",\"period\":\"\"}");
    figure.value = 1.0 / 3;
    json_t *value = json_object_get(parsed(written(&figure)), "value");
    assert_true(json_real_value(value) == 1.0 / 3);
}

static void test_a_value_that_its_rules_forbid_is_null_and_costs_nothing_else(void **state)
{
    (void)state;
    Pb__DocumentRef no_id = PB__DOCUMENT_REF__INIT, no_title = PB__DOCUMENT_REF__INIT;
    Pb__Happening far = PB__HAPPENING__INIT;
    Pb__OrganizationRef level = PB__ORGANIZATION_REF__INIT;
    no_title.id = level.id = PB_ID;
    no_title.title = NULL;
    far.starts_at_us = INT64_MAX;
    level.level = (Pb__Level)99;
    no_id.title = (char *)"A";
    level.name = (char *)"B";
    assert_string_equal(written(&no_id), "{\"id\":null,\"title\":\"A\",\"state\":null}");
    assert_string_equal(written(&no_title), "{\"id\":\"" ID "\",\"title\":null,\"state\":null}");
    assert_string_equal(written(&far), "{\"starts_at\":null,\"ends_at\":null,\"place\":null}");
    assert_string_equal(written(&level), "{\"id\":\"" ID "\",\"name\":\"B\",\"level\":null}");
}

static void test_what_was_written_reads_back_the_same(void **state)
{
    (void)state;
    const char *body =
        "{\"kind\":\"figures\",\"number\":\"12-NQ/ĐU\",\"title\":\"Số liệu\",\"issued_on\":\"2026-11-23\","
        "\"organization_id\":\"" ID "\",\"audience\":{\"organization_ids\":[\"" ID
        "\"],\"subtree\":true,\"roles\":[\"officer\"],\"member_ids\":[]},"
        "\"classification\":\"internal\",\"blob_sha256\":null,\"text\":\"Một\\nhai\","
        "\"requires_acknowledgement\":false,\"targets\":[{\"text\":\"100%\"}],"
        "\"event\":{\"starts_at\":\"2026-12-03T12:30:00.000000Z\",\"ends_at\":null,\"place\":null},"
        "\"figures\":[{\"label\":\"Đảng viên\",\"value\":442000,\"unit\":\"người\",\"period\":\"2026\"}],"
        "\"replaces\":[\"" ID "\"]}";
    assert_string_equal(written(read_whole(&pb__create_document__descriptor, body)), body);
    Pb__CreateDocument *m = read_whole(&pb__create_document__descriptor,
                                       "{\"kind\":\"news\",\"title\":\"x\",\"organization_id\":\"" ID
                                       "\",\"audience\":{},\"classification\":\"public\",\"blob_sha256\":\"" HASH
                                       "\"}");
    assert_non_null(
        strstr(written(m), "\"blob_sha256\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""));
}

static void test_pieces_make_one_text(void **state)
{
    (void)state;
    struct json_out *out = json_out_new(test_ctx);
    char *big = mem_array(test_ctx, char, 5001);
    size_t bytes = 0;
    memset(big, 'x', 5000);
    json_out_raw(out, "{\"n\":");
    json_out_integer(out, INT64_MIN);
    json_out_raw(out, ",\"none\":");
    json_out_message(out, NULL);
    json_out_raw(out, ",\"big\":");
    json_out_string(out, big);
    json_out_raw(out, "}");
    const char *text = json_out_finish(out, &bytes);
    assert_int_equal(json_string_length(json_object_get(parsed(text), "big")), 5000);
    assert_non_null(strstr(text, "{\"n\":-9223372036854775808,\"none\":null,"));
}

#define sentence(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        sentence(test_every_property_is_present),
        sentence(test_lists_and_defaults_are_never_null),
        sentence(test_server_and_mask_fields_are_not_written),
        sentence(test_times_are_written_in_utc_with_six_digits_so_that_text_sorts_as_time),
        sentence(test_text_and_numbers_are_written_so_that_they_read_back),
        sentence(test_a_value_that_its_rules_forbid_is_null_and_costs_nothing_else),
        sentence(test_what_was_written_reads_back_the_same),
        sentence(test_pieces_make_one_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
