/* common/base/uuid_map.h */
#include "test.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"

static struct uuid id_of(uint64_t number)
{
    static const struct uuid ROOT;
    return uuid_derive(&ROOT, "test", number);
}

static void test_what_was_put_is_found_in_the_order_of_its_first_put(void **state)
{
    (void)state;
    enum { MANY = 10000 };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct uuid_map *map = uuid_map_new(ctx);
    int *values = mem_array(ctx, int, MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        struct uuid id = id_of(i);
        uuid_map_put(map, &id, &values[i]);
        uuid_map_put(map, &id, &values[i]);
    }
    assert_int_equal(uuid_map_size(map), MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        struct uuid id = id_of(i);
        assert_ptr_equal(uuid_map_get(map, &id), &values[i]);
        assert_ptr_equal(uuid_map_value(map, i), &values[i]);
        assert_true(uuid_equal(&uuid_map_ids(map)[i], &id));
    }
    mem_free(ctx);
}

static void test_naming_keeps_what_is_there(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct uuid_map *map = uuid_map_new(ctx);
    struct uuid found = id_of(1), named = id_of(2), absent = id_of(3);
    int value = 0;
    uuid_map_put(map, &found, &value);
    uuid_map_name(map, &found);
    uuid_map_name(map, &named);
    assert_ptr_equal(uuid_map_get(map, &found), &value);
    assert_null(uuid_map_get(map, &named));
    assert_true(uuid_map_has(map, &named));
    assert_false(uuid_map_has(map, &absent));
    mem_free(ctx);
}

static void test_making_gives_zeroes_once(void **state)
{
    (void)state;
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct uuid_map *map = uuid_map_new(ctx);
    struct uuid named = id_of(1), fresh = id_of(2);
    uuid_map_name(map, &named);
    int *value = UUID_MAP_MAKE(map, &named, int);
    assert_int_equal(*value, 0);
    *value = 7;
    assert_int_equal(*UUID_MAP_MAKE(map, &named, int), 7);
    assert_int_equal(*UUID_MAP_MAKE(map, &fresh, int), 0);
    assert_int_equal(uuid_map_size(map), 2);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_put_is_found_in_the_order_of_its_first_put),
        cmocka_unit_test(test_naming_keeps_what_is_there),
        cmocka_unit_test(test_making_gives_zeroes_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
