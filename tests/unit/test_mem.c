#include "common/base/mem.h"
#include "sotay/v1/envelope.pb-c.h"
#include "tests/unit/test.h"
#include <string.h>

static void test_new_memory_is_zeroed(void **state)
{
    (void)state;
    static const char ZEROES[64];
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_memory_equal(mem_array(ctx, char, 64), ZEROES, 64);
    assert_non_null(mem_array(ctx, int, 0));
    mem_free(ctx);
}

static void test_growing_keeps_what_was_there(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    int *numbers = NULL;
    for (int i = 0; i < 100; i++) {
        numbers = mem_grow(ctx, numbers, sizeof(int), (size_t)i + 1);
        numbers[i] = i;
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(numbers[i], i);
    assert_non_null(mem_grow(ctx, numbers, sizeof(int), 0));
    mem_free(ctx);
}

static void test_a_missing_text_stays_missing(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_null(mem_text(ctx, NULL));
    assert_string_equal(mem_textn(ctx, "chi bộ", 3), "chi");
    assert_string_equal(mem_printf(ctx, "%s %d", "10B", 146), "10B 146");
    mem_free(ctx);
}

static void test_freeing_nothing_is_allowed(void **state)
{
    (void)state;
    mem_free(NULL);
}

static void test_a_message_survives_packing_and_unpacking(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    Pb__Envelope envelope = PB__ENVELOPE__INIT;
    envelope.kind = mem_text(ctx, "ScheduleMeeting");
    envelope.message_id = mem_bytes(ctx, "0123456789abcdef", 16);
    envelope.schema_version = 1;
    ProtobufCBinaryData packed = mem_pack(ctx, &envelope.base);
    const Pb__Envelope *copy = (const Pb__Envelope *)mem_unpack(ctx, &pb__envelope__descriptor, packed.data,
                                                                packed.len);
    assert_non_null(copy);
    assert_string_equal(copy->kind, "ScheduleMeeting");
    assert_memory_equal(copy->message_id.data, "0123456789abcdef", 16);
    mem_free(ctx);
}

static void test_bytes_that_are_no_message_unpack_to_nothing_and_leave_nothing(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    assert_null(mem_unpack(ctx, &pb__envelope__descriptor, (const uint8_t *)"\x0a\x10short", 7));
    assert_int_equal(talloc_total_blocks(ctx), 1);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_memory_is_zeroed),
        cmocka_unit_test(test_growing_keeps_what_was_there),
        cmocka_unit_test(test_a_missing_text_stays_missing),
        cmocka_unit_test(test_freeing_nothing_is_allowed),
        cmocka_unit_test(test_a_message_survives_packing_and_unpacking),
        cmocka_unit_test(test_bytes_that_are_no_message_unpack_to_nothing_and_leave_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
