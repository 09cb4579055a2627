/* common/base/array.h */
#include "test.h"

#include "common/base/array.h"

struct pair {
    int a, b;
};

static void test_what_was_added_is_there_in_order(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ARRAY(struct pair) pairs = {0};
    for (int i = 0; i < 1000; i++)
        array_add(ctx, &pairs, (struct pair){i, -i});
    assert_int_equal(pairs.n, 1000);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(pairs.items[i].a, i);
        assert_int_equal(pairs.items[i].b, -i);
    }
    mem_free(ctx);
}

static void test_reserved_room_is_not_moved(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ARRAY(uint64_t) numbers = {0};
    array_reserve(ctx, &numbers, 100);
    assert_int_equal(numbers.n, 0);
    assert_true(numbers.room >= 100);
    const uint64_t *before = numbers.items;
    for (uint64_t i = 0; i < 100; i++)
        array_add(ctx, &numbers, i);
    assert_ptr_equal(numbers.items, before);
    mem_free(ctx);
}

static void test_many_are_appended_behind_what_is_there(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    ARRAY(char) text = {0};
    array_add_many(ctx, &text, NULL, 0);
    assert_int_equal(text.n, 0);
    array_add_many(ctx, &text, "sổ", strlen("sổ"));
    array_add_many(ctx, &text, " tay", sizeof " tay");
    assert_string_equal(text.items, "sổ tay");
    assert_int_equal(text.n, sizeof "sổ tay");
    mem_free(ctx);
}

static void test_the_length_of_a_fixed_array_is_a_constant(void **state)
{
    (void)state;
    static const int NUMBERS[] = {1, 2, 3};
    _Static_assert(ARRAY_LENGTH(NUMBERS) == 3, "three numbers");
    assert_int_equal(ARRAY_LENGTH(NUMBERS), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_added_is_there_in_order),
        cmocka_unit_test(test_reserved_room_is_not_moved),
        cmocka_unit_test(test_many_are_appended_behind_what_is_there),
        cmocka_unit_test(test_the_length_of_a_fixed_array_is_a_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
