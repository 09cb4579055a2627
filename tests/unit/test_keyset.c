/* common/base/keyset.h */
#include "test.h"

#include "common/base/array.h"
#include "common/base/keyset.h"

static void test_a_cursor_is_the_time_big_endian_and_the_id(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    static const uint8_t WIRE[24] = {0, 0, 0, 0, 0, 0, 1, 2, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2, 3, 4, 5, 6};
    struct keyset place = {.at_us = 0x0102};
    memcpy(place.id.bytes, WIRE + 8, sizeof place.id.bytes);
    ProtobufCBinaryData cursor = keyset_encode(ctx, &place);
    assert_int_equal(cursor.len, sizeof WIRE);
    assert_memory_equal(cursor.data, WIRE, sizeof WIRE);
    mem_free(ctx);
}

static void test_a_cursor_read_again_is_the_same_place(void **state)
{
    (void)state;
    static const int64_t TIMES[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_C(1700000000123456)};
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(TIMES); i++) {
        struct keyset place = {.at_us = TIMES[i], .id = uuid_random()}, again;
        assert_int_equal(keyset_decode(keyset_encode(ctx, &place), &again), ERR_OK);
        assert_int_equal(again.at_us, place.at_us);
        assert_true(uuid_equal(&again.id, &place.id));
    }
    mem_free(ctx);
}

static void test_other_bytes_are_no_cursor(void **state)
{
    (void)state;
    static uint8_t bytes[32];
    static const size_t LENGTHS[] = {0, 8, 23, 25, 32};
    for (size_t i = 0; i < ARRAY_LENGTH(LENGTHS); i++) {
        struct keyset place = {.at_us = 5};
        assert_int_equal(keyset_decode((ProtobufCBinaryData){LENGTHS[i], bytes}, &place), ERR_FIELD_FORMAT);
        assert_int_equal(place.at_us, 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cursor_is_the_time_big_endian_and_the_id),
        cmocka_unit_test(test_a_cursor_read_again_is_the_same_place),
        cmocka_unit_test(test_other_bytes_are_no_cursor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
