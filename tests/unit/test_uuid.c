#include "common/base/mem.h"
#include "common/base/uuid.h"
#include "tests/unit/test.h"
#include <string.h>

#define TEXT "0189c3f0-5a1e-8d2b-9c4f-0123456789ab"

static void test_a_text_and_its_id_are_the_same_thing(void **state)
{
    (void)state;
    struct uuid id;
    char text[UUID_TEXT_BYTES];
    assert_int_equal(uuid_parse(TEXT, &id), ERR_OK);
    uuid_format(&id, text);
    assert_string_equal(text, TEXT);
    assert_int_equal(uuid_parse("0189C3F0-5A1E-8D2B-9C4F-0123456789AB", &id), ERR_OK);
    uuid_format(&id, text);
    assert_string_equal(text, TEXT);
}

static void test_anything_else_is_refused_and_leaves_the_result_alone(void **state)
{
    (void)state;
    static const char *const WRONG[] = {"",
                                        "-",
                                        "0189c3f05a1e8d2b9c4f0123456789ab",
                                        TEXT "0",
                                        "0189c3f0-5a1e-8d2b-9c4f-0123456789a",
                                        "0189c3f0-5a1e-8d2b-9c4f-0123456789ag",
                                        "0189c3f0_5a1e-8d2b-9c4f-0123456789ab",
                                        "{189c3f0-5a1e-8d2b-9c4f-0123456789a}"};
    struct uuid id = {{7}}, before = id;
    for (size_t i = 0; i < sizeof(WRONG) / sizeof(WRONG[0]); i++)
        assert_int_equal(uuid_parse(WRONG[i], &id), ERR_FIELD_FORMAT);
    assert_true(uuid_equal(&id, &before));
}

static void assert_version(const struct uuid *id, unsigned version)
{
    assert_int_equal(id->bytes[6] >> 4, version);
    assert_int_equal(id->bytes[8] >> 6, 2);
}

static void test_versions_and_variants_are_set(void **state)
{
    (void)state;
    struct uuid random = uuid_random(), hash = uuid_derive(&random, "agenda", 0);
    assert_version(&random, 4);
    assert_version(&hash, 8);
}

static void test_the_hash_is_sha256_over_length_prefixed_parts(void **state)
{
    (void)state;
    /* printf '\0\0\0\3abc' | sha256sum, then version and variant set */
    const void *parts[] = {"abc"};
    const size_t bytes[] = {3};
    struct uuid id = uuid_hash(1, parts, bytes);
    char text[UUID_TEXT_BYTES];
    uuid_format(&id, text);
    assert_string_equal(text, "d04b72a6-50ce-8f8c-a496-3330a53ee283");
}

static void test_parts_that_join_to_the_same_bytes_have_different_hashes(void **state)
{
    (void)state;
    const void *left[] = {"ab", "c"}, *right[] = {"a", "bc"};
    const size_t left_bytes[] = {2, 1}, right_bytes[] = {1, 2};
    struct uuid a = uuid_hash(2, left, left_bytes), b = uuid_hash(2, right, right_bytes);
    assert_false(uuid_equal(&a, &b));
}

static void test_children_differ_by_parent_label_and_number_and_are_repeatable(void **state)
{
    (void)state;
    struct uuid parent = {{1}}, other = {{2}};
    struct uuid first = uuid_derive(&parent, "agenda", 1), again = uuid_derive(&parent, "agenda", 1);
    struct uuid second = uuid_derive(&parent, "agenda", 2), event = uuid_derive(&parent, "event", 1);
    struct uuid elsewhere = uuid_derive(&other, "agenda", 1);
    assert_true(uuid_equal(&first, &again));
    assert_false(uuid_equal(&first, &second));
    assert_false(uuid_equal(&first, &event));
    assert_false(uuid_equal(&first, &elsewhere));
}

static void assert_begins(const struct uuid *id, const char *with)
{
    char text[UUID_TEXT_BYTES];
    uuid_format(id, text);
    assert_memory_equal(text, with, strlen(with));
}

/* 2026-11-28T18:00:00.123Z is 0x01A22350617B milliseconds. */
#define AT_US INT64_C(1795888800123456)
#define AT_TEXT "01a22350-617b"

static void test_a_time_is_the_leading_48_bits_in_milliseconds(void **state)
{
    (void)state;
    struct uuid hash = uuid_derive(&(struct uuid){{1}}, "agenda", 1), at = uuid_at(hash, AT_US);
    assert_begins(&at, AT_TEXT "-8");
    assert_memory_equal(at.bytes + 6, hash.bytes + 6, 10);
    struct uuid zero = uuid_at((struct uuid){{0}}, AT_US);
    assert_begins(&zero, AT_TEXT "-0000-0000-000000000000");
    struct uuid random = uuid_random_at(AT_US), other = uuid_random_at(AT_US);
    assert_begins(&random, AT_TEXT "-7");
    assert_version(&random, 7);
    assert_false(uuid_equal(&random, &other));
}

static void test_children_keep_the_time_of_their_parent(void **state)
{
    (void)state;
    struct uuid parent = uuid_random_at(AT_US), child = uuid_derive(&parent, "agenda", 1);
    struct uuid grandchild = uuid_derive(&child, "event", 0), later = uuid_random_at(AT_US + 1000);
    assert_begins(&child, AT_TEXT "-8");
    assert_begins(&grandchild, AT_TEXT "-8");
    assert_true(uuid_compare(&grandchild, &later) < 0);
}

static void test_only_a_version_7_is_one(void **state)
{
    (void)state;
    struct uuid id = uuid_random_at(AT_US), random = uuid_random(), hash = uuid_derive(&id, "event", 0);
    assert_true(uuid_is_v7(&id));
    assert_false(uuid_is_v7(&random));
    assert_false(uuid_is_v7(&hash));
    id.bytes[8] |= 0x40; /* another variant */
    assert_false(uuid_is_v7(&id));
}

static void test_order_is_by_unsigned_bytes(void **state)
{
    (void)state;
    struct uuid low = {{0x7f}}, high = {{0x80}}, zero = {{0}};
    assert_true(uuid_compare(&low, &high) < 0);
    assert_true(uuid_is_zero(&zero));
    assert_false(uuid_is_zero(&low));
}

static void test_protobuf_bytes_must_be_sixteen(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct uuid id = uuid_random(), copy;
    ProtobufCBinaryData data = uuid_to_pb(ctx, &id);
    assert_int_equal(uuid_from_pb(data, &copy), ERR_OK);
    assert_true(uuid_equal(&id, &copy));
    data.len = 15;
    assert_int_equal(uuid_from_pb(data, &copy), ERR_FIELD_FORMAT);
    data = (ProtobufCBinaryData){0};
    assert_int_equal(uuid_from_pb(data, &copy), ERR_FIELD_FORMAT);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_text_and_its_id_are_the_same_thing),
        cmocka_unit_test(test_anything_else_is_refused_and_leaves_the_result_alone),
        cmocka_unit_test(test_versions_and_variants_are_set),
        cmocka_unit_test(test_the_hash_is_sha256_over_length_prefixed_parts),
        cmocka_unit_test(test_parts_that_join_to_the_same_bytes_have_different_hashes),
        cmocka_unit_test(test_children_differ_by_parent_label_and_number_and_are_repeatable),
        cmocka_unit_test(test_a_time_is_the_leading_48_bits_in_milliseconds),
        cmocka_unit_test(test_children_keep_the_time_of_their_parent),
        cmocka_unit_test(test_only_a_version_7_is_one),
        cmocka_unit_test(test_order_is_by_unsigned_bytes),
        cmocka_unit_test(test_protobuf_bytes_must_be_sixteen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
