#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_rules.h"
#include "services/gateway/edge/fresh.h"
#include "services/gateway/edge/gateway.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/media.h"
#include "services/gateway/link/sweep.h"
#include "services/gateway/routes.h"
#include "services/gateway/write/blobs.h"
#include "services/gateway/write/jobs.h"
#include "sotay/v1/meeting.pb-c.h"
#include "tests/unit/test.h"
#include <stdlib.h>
#include <string.h>

/* --- the route table --- */

static void test_every_service_whose_commands_name_files_is_asked_before_one_goes(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        bool is_asked = route->kind != ROUTE_COMMAND || !route->request || !blobs_are_named_by(route->request);
        for (size_t j = 0; j < SWEEP_N_ASKS; j++)
            is_asked = is_asked || SWEEP_ASKS[j] == route->service;
        if (!is_asked)
            print_message("%s %s\n", route->method, route->path);
        assert_true(is_asked);
    }
}

static void test_a_command_that_begins_a_job_answers_with_a_resource_that_says_how_far_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        struct job job;
        if (route->kind != ROUTE_COMMAND || !route->reply || !job_makes(route->reply))
            continue;
        TALLOC_CTX *ctx = mem_context(NULL, "test");
        ProtobufCMessage *resource = mem_zalloc(ctx, route->reply->sizeof_message, "resource");
        route->reply->message_init(resource);
        assert_true(route->status == 202 && route->replay && route->location && job_read(resource, &job));
        assert_false(job_is_done(&job));
        mem_free(ctx);
    }
}

static void test_a_resource_of_no_job_says_nothing_of_one(void **state)
{
    (void)state;
    Pb__Meeting meeting = PB__MEETING__INIT;
    struct job job;
    assert_false(job_read(NULL, &job));
    assert_false(job_read(&meeting.base, &job)); /* its state is another */
}

static bool has_field(const struct route *route, const char *name)
{
    if (!route->request)
        return false;
    const struct message_rule *rule = contract_rule(route->request);
    for (unsigned i = 0; i < rule->type->n_fields; i++)
        if (strcmp(rule->fields[i].json, name) == 0)
            return true;
    return false;
}

static void test_every_parameter_of_a_path_is_a_field_of_its_request(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        const char *name;
        for (size_t index = 0; route->request && (name = route_param_name(ctx, route, index)); index++)
            if (!has_field(route, name))
                fail_msg("%s %s: %s has no %s", route->method, route->path, route->request->short_name, name);
    }
    mem_free(ctx);
}

/* Else bytes of a path reach services, databases and headers as they came. */
static void test_every_parameter_of_a_path_has_a_format(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        const struct message_rule *rule = route->request ? contract_rule(route->request) : NULL;
        const char *name;
        for (size_t index = 0; rule && (name = route_param_name(ctx, route, index)); index++) {
            const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(rule->type, name);
            bool is_free = field && field->type == PROTOBUF_C_TYPE_STRING;
            if (is_free && rule->fields[field - rule->type->fields].format == FORMAT_PLAIN)
                fail_msg("%s %s: %s may be anything", route->method, route->path, name);
        }
    }
    mem_free(ctx);
}

static void test_every_row_says_what_is_done(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        assert_non_null(route->run);
        assert_true(route->kind == ROUTE_CUSTOM || (route->service != SERVICE_NONE && route->request));
        assert_int_equal(route->run_at_once != NULL, route->kind == ROUTE_QUERY);
        assert_true(route->kind == ROUTE_QUERY || !route->compose);
    }
}

/* "/v1/members/{member_id}" is one of "/v1/members". */
static bool is_item_of(const char *path, const char *collection)
{
    size_t n = strlen(collection);
    return strncmp(path, collection, n) == 0 && strncmp(path + n, "/{", 2) == 0 && !strchr(path + n + 1, '/');
}

static bool is_reminder(const struct route *route)
{
    return strcmp(route->path, "/v1/organizations/{organization_id}/reminders") == 0;
}

/* A POST to what a GET lists, or gives one of, but for a roll call, whose answer is the meeting; and the split of a
 * branch, whose answer is the new one; and a reminder, which has no page of its own. */
static bool makes_an_item(const struct route *route)
{
    if (strcmp(route->path, "/v1/meetings/{meeting_id}/attendance") == 0)
        return false;
    if (strcmp(route->path, "/v1/organizations/{organization_id}/split") == 0 || is_reminder(route))
        return true;
    for (size_t i = 0; strcmp(route->method, "POST") == 0 && i < routes.n; i++)
        if (routes.rows[i].kind == ROUTE_QUERY &&
            (strcmp(routes.rows[i].path, route->path) == 0 || is_item_of(routes.rows[i].path, route->path)))
            return true;
    return false;
}

static void test_every_command_can_be_repeated(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        if (route->kind != ROUTE_COMMAND)
            continue;
        assert_int_equal(route->idempotency == IDEMPOTENCY_REQUIRED, strcmp(route->method, "POST") == 0);
        assert_true(route->idempotency != IDEMPOTENCY_NONE);
        assert_int_equal(route->reply != NULL, route->replay != NULL);
        assert_int_equal(route->status == 201, makes_an_item(route) && route->status != 202);
        assert_true(route->status != 201 || route->location || is_reminder(route));
        assert_true(!route->rehearsal ||
                    protobuf_c_message_descriptor_get_field_by_name(route->request, "dry_run")->type ==
                        PROTOBUF_C_TYPE_BOOL);
        assert_int_equal(route->if_match == IF_MATCH_REQUIRED, strcmp(route->method, "PATCH") == 0);
        assert_ptr_equal(route_of_kind(&routes, route->request->short_name), route);
    }
}

static void test_no_answer_is_kept_longer_than_a_minute_or_without_a_tag(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        assert_in_range(route->lifetime_ms, 0, 60000);
        assert_true(route->lifetime_ms == 0 || route->tags[0].source != TAGGED_END);
        assert_true(!route->then_member || route->scope == SCOPE_BRANCH);
    }
}

static void test_every_tag_of_a_row_gets_an_id_exactly_where_it_has_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes.n; i++) {
        const struct route *route = &routes.rows[i];
        for (size_t j = 0; j < ROUTE_TAGS && route->tags[j].source != TAGGED_END; j++) {
            const struct route_tag *row = &route->tags[j];
            assert_int_equal(tag_has_key(row->tag), row->source != TAGGED_ALL);
            assert_int_equal(row->field != NULL, row->source == TAGGED_FIELD);
            if (row->field && !has_field(route, row->field))
                fail_msg("%s %s: no field %s for tag %s", route->method, route->path, row->field, tag_name(row->tag));
        }
    }
}

static void test_a_path_finds_its_row_and_its_decoded_parameters(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct route_match match;
    route_find(ctx, &routes, "PUT", "/v1/meetings/a/comments/b%20c/answer", &match);
    assert_non_null(match.route);
    assert_string_equal(match.route->request->short_name, "AnswerComment");
    assert_int_equal(match.n_params, 2);
    assert_string_equal(match.params[0], "a");
    assert_string_equal(match.params[1], "b c");
    route_find(ctx, &routes, "DELETE", "/v1/me", &match);
    assert_null(match.route);
    assert_string_equal(match.allow, "GET");
    mem_free(ctx);
}

static void test_a_row_with_more_parameters_than_there_is_room_for_is_never_found(void **state)
{
    (void)state;
    static const struct route ROW = {.method = "GET", .path = "/{a}/{b}/{c}/{d}"};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct route_match match;
    route_find(ctx, &(struct route_table){.rows = &ROW, .n = 1}, "GET", "/1/2/3/4", &match);
    assert_null(match.route);
    mem_free(ctx);
}

static void test_a_location_names_the_ids_of_the_outcome(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct route *comment = route_of_kind(&routes, "CommentOnMeeting"),
                       *delete = route_of_kind(&routes, "RemoveDevice");
    struct uuid meeting = {{1}}, id = {{2}};
    Pb__Outcome outcome = PB__OUTCOME__INIT;
    outcome.aggregate_id = uuid_to_pb(ctx, &meeting);
    assert_null(route_location(ctx, comment, &outcome));
    outcome.resource_id = uuid_to_pb(ctx, &id);
    assert_string_equal(
        route_location(ctx, comment, &outcome),
        "/v1/meetings/01000000-0000-0000-0000-000000000000/comments/02000000-0000-0000-0000-000000000000");
    assert_null(route_location(ctx, delete, &outcome));
    mem_free(ctx);
}

static void test_a_path_that_is_none_finds_nothing(void **state)
{
    (void)state;
    static const char *const NOTHING[] = {
        "",       "/",        "/v1",         "/v1/",     "/v1/me/",           "/v1//me",
        "/v2/me", "/v1/me/x", "/v1/meeting", "v1/me",    "/v1/meetings/",     "/v1/meetings/x/pack/",
        "*",      "/v1/m",    "//",          "/v1/me{}", "/v1/meetings//pack"};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(NOTHING); i++) {
        struct route_match match;
        route_find(ctx, &routes, "GET", NOTHING[i], &match);
        assert_null(match.route);
        assert_null(match.allow);
    }
    mem_free(ctx);
}

static void test_a_segment_with_a_nul_or_half_an_escape_is_refused(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_null(route_decode(ctx, "a%00b", 5, false));
    assert_string_equal(route_decode(ctx, "a+b%2B", 6, true), "a b+");
    assert_string_equal(route_decode(ctx, "a+b", 3, false), "a+b");
    mem_free(ctx);
}

/* --- who sees what --- */

static struct viewer viewer_of(uint8_t member, uint8_t branch)
{
    return (struct viewer){.signed_in = true, .has_branch = true, .member = {{member}}, .branch = {{branch}}};
}

static size_t key_of(const struct viewer *viewer, enum viewer_scope scope, uint8_t key[VIEWER_KEY_BYTES])
{
    memset(key, 0, VIEWER_KEY_BYTES);
    return viewer_key(viewer, scope, key);
}

static void assert_same_key(const struct viewer *a, const struct viewer *b, enum viewer_scope scope, bool same)
{
    uint8_t left[VIEWER_KEY_BYTES], right[VIEWER_KEY_BYTES];
    size_t n = key_of(a, scope, left), m = key_of(b, scope, right);
    assert_int_equal(n == m && memcmp(left, right, n) == 0, same);
}

static void test_members_of_a_branch_share_answers_and_others_do_not(void **state)
{
    (void)state;
    struct viewer one = viewer_of(1, 7), other = viewer_of(2, 7), elsewhere = viewer_of(1, 8),
                  secretary = viewer_of(2, 7);
    secretary.grants[secretary.n_grants++] = (struct viewer_grant){.organization = {{7}},
                                                                   .role = PB__ROLE__ROLE_SECRETARY};
    assert_same_key(&one, &other, SCOPE_BRANCH, true);
    assert_same_key(&one, &other, SCOPE_MEMBER, false);
    assert_same_key(&one, &elsewhere, SCOPE_BRANCH, false);
    assert_same_key(&other, &secretary, SCOPE_BRANCH, false);
    assert_same_key(&one, &elsewhere, SCOPE_PUBLIC, true);
}

static void test_a_shared_question_never_says_who_asks(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct viewer one = viewer_of(1, 7);
    assert_false(viewer_scope(ctx, &one, SCOPE_BRANCH)->has_member_id);
    assert_true(viewer_scope(ctx, &one, SCOPE_MEMBER)->has_member_id);
    assert_null(viewer_scope(ctx, &one, SCOPE_PUBLIC));
    mem_free(ctx);
}

/* --- limits --- */

static void test_a_member_has_his_burst_and_then_waits(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct gateway_config config = {
        .member_rate = 1, .member_burst = 5, .address_rate = 1, .address_burst = 1, .blob_dir = "/"};
    struct limits *limits = limits_new(ctx, &config);
    struct uuid one = {{1}}, other = {{2}};
    for (int i = 0; i < 5; i++)
        assert_int_equal(limits_member(limits, &one), ERR_OK);
    assert_int_equal(limits_member(limits, &one), ERR_RATE_LIMITED);
    assert_int_equal(limits_member(limits, &other), ERR_OK);
    assert_int_equal(limits_address(limits, "127.0.0.1", LIMITS_PUBLIC), ERR_OK);
    assert_int_equal(limits_address(limits, "127.0.0.1", LIMITS_PUBLIC), ERR_RATE_LIMITED);
    assert_int_equal(limits_address(limits, "127.0.0.2", LIMITS_PUBLIC), ERR_OK);
    assert_int_equal(limits_address(limits, "127.0.0.1", LIMITS_REFRESH), ERR_OK);
    for (int i = 0; i < 20; i++) /* a hall of phones opens the app */
        assert_int_equal(limits_address(limits, "127.0.0.1", LIMITS_APP), ERR_OK);
    int refused = 0;
    for (int i = 0; i < 1000; i++)
        refused += limits_address(limits, "127.0.0.1", LIMITS_APP) == ERR_RATE_LIMITED;
    assert_true(refused > 0);
    mem_free(ctx);
}

static void test_unsettled_commands_are_counted_by_member_and_by_branch(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct gateway_config config = {.member_unsettled = 2, .branch_unsettled = 3, .blob_dir = "/"};
    struct limits *limits = limits_new(ctx, &config);
    struct uuid one = {{1}}, other = {{2}}, branch = {{7}}, none = {{0}};
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &one, &branch), ERR_OK);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &one, &branch), ERR_OK);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &one, &branch), ERR_TOO_MANY_PENDING);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_AUTH, &one, &branch), ERR_OK); /* it is asked another */
    limits_unsettled_remove(limits, SERVICE_AUTH, &one, &branch);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &other, &branch), ERR_OK);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &other, &branch), ERR_TOO_MANY_PENDING);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &other, &none), ERR_OK);
    limits_unsettled_remove(limits, SERVICE_MEETING, &one, &branch);
    assert_int_equal(limits_unsettled_add(limits, SERVICE_MEETING, &one, &branch), ERR_OK);
    mem_free(ctx);
}

/* --- media types --- */

static const char *sniff(const char *bytes, size_t n)
{
    const char *type = media_sniff((const uint8_t *)bytes, n, n);
    return type ? type : "none";
}

static void test_a_404_waits_for_news_once_after_a_write(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct fresh *fresh = fresh_new(ctx);
    const struct uuid session = {{[12] = 1}}, other = {{[12] = 2}};
    assert_false(fresh_has(fresh, &session, NULL));
    fresh_wrote(fresh, &session);
    assert_true(fresh_has(fresh, &session, NULL));
    assert_true(fresh_may_wait(fresh, &session));
    fresh_waited(fresh, &session, clock_monotonic_us());
    assert_false(fresh_may_wait(fresh, &session));
    assert_true(fresh_has(fresh, &session, NULL)); /* what he reads is still the service's own */
    assert_true(fresh_may_wait(fresh, &other));
    int64_t waited_us = clock_monotonic_us();
    while (clock_monotonic_us() == waited_us)
        continue;
    fresh_wrote(fresh, &session);
    assert_true(fresh_may_wait(fresh, &session));
    mem_free(ctx);
}

static void test_a_file_is_what_its_first_bytes_say(void **state)
{
    (void)state;
    assert_string_equal(sniff("%PDF-1.7", 8), "application/pdf");
    assert_string_equal(sniff("MM\0*", 4), "image/tiff");
    assert_string_equal(sniff("Nghị quyết\r\n", sizeof "Nghị quyết\r\n" - 1), "text/plain");
    assert_string_equal(sniff("a\0b", 3), "none");
    assert_string_equal(sniff("\xff\xfe", 2), "none");
    assert_string_equal(sniff("PK\3\4....", 8), "none");
    static const char ODT[] = "PK\3\4..........................mimetypeapplication/vnd.oasis.opendocument.textPK";
    static const char TEMPLATE[] =
        "PK\3\4..........................mimetypeapplication/vnd.oasis.opendocument.text-templatePK";
    assert_string_equal(sniff(ODT, sizeof ODT - 1), "application/vnd.oasis.opendocument.text");
    assert_string_equal(sniff(TEMPLATE, sizeof TEMPLATE - 1), "none");
    assert_string_equal(sniff("PK\3\4....[Content_Types].xml", 27),
                        "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_string_equal(sniff("\0\0\0\30ftypheic\0\0\0\0mif1heic", 24), "image/heic");
}

static void test_a_character_cut_by_the_end_of_the_head_is_still_text(void **state)
{
    (void)state;
    const uint8_t cut[] = {'a', 0xe1, 0xbb};
    assert_string_equal(media_sniff(cut, sizeof cut, 5000), "text/plain");
    assert_null(media_sniff(cut, sizeof cut, sizeof cut));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_service_whose_commands_name_files_is_asked_before_one_goes),
        cmocka_unit_test(test_every_parameter_of_a_path_is_a_field_of_its_request),
        cmocka_unit_test(test_every_parameter_of_a_path_has_a_format),
        cmocka_unit_test(test_every_row_says_what_is_done),
        cmocka_unit_test(test_every_command_can_be_repeated),
        cmocka_unit_test(test_no_answer_is_kept_longer_than_a_minute_or_without_a_tag),
        cmocka_unit_test(test_every_tag_of_a_row_gets_an_id_exactly_where_it_has_one),
        cmocka_unit_test(test_a_row_with_more_parameters_than_there_is_room_for_is_never_found),
        cmocka_unit_test(test_a_location_names_the_ids_of_the_outcome),
        cmocka_unit_test(test_a_path_finds_its_row_and_its_decoded_parameters),
        cmocka_unit_test(test_a_path_that_is_none_finds_nothing),
        cmocka_unit_test(test_a_segment_with_a_nul_or_half_an_escape_is_refused),
        cmocka_unit_test(test_members_of_a_branch_share_answers_and_others_do_not),
        cmocka_unit_test(test_a_shared_question_never_says_who_asks),
        cmocka_unit_test(test_a_member_has_his_burst_and_then_waits),
        cmocka_unit_test(test_unsettled_commands_are_counted_by_member_and_by_branch),
        cmocka_unit_test(test_a_404_waits_for_news_once_after_a_write),
        cmocka_unit_test(test_a_file_is_what_its_first_bytes_say),
        cmocka_unit_test(test_a_character_cut_by_the_end_of_the_head_is_still_text),
        cmocka_unit_test(test_a_command_that_begins_a_job_answers_with_a_resource_that_says_how_far_it_is),
        cmocka_unit_test(test_a_resource_of_no_job_says_nothing_of_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
