/* common/base/tag.h */
#include "test.h"

#include "common/base/tag.h"

static void test_a_tag_with_a_key_is_its_name_and_the_id(void **state)
{
    (void)state;
    char text[TAG_TEXT_BYTES];
    struct uuid id = {.bytes = {0x01, [15] = 0xff}};
    assert_true(tag_has_key(TAG_MEETING));
    tag_format(TAG_MEETING, &id, text);
    assert_string_equal(text, "meeting:01000000-0000-0000-0000-0000000000ff");
}

static void test_a_tag_without_a_key_is_its_name(void **state)
{
    (void)state;
    char text[TAG_TEXT_BYTES];
    assert_false(tag_has_key(TAG_DOCUMENTS));
    tag_format(TAG_DOCUMENTS, NULL, text);
    assert_string_equal(text, "documents");
}

static void test_no_two_tags_have_the_same_name(void **state)
{
    (void)state;
    for (enum tag a = 0; a < TAG_COUNT; a++)
        for (enum tag b = 0; b < a; b++)
            assert_string_not_equal(tag_name(a), tag_name(b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tag_with_a_key_is_its_name_and_the_id),
        cmocka_unit_test(test_a_tag_without_a_key_is_its_name),
        cmocka_unit_test(test_no_two_tags_have_the_same_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
