/* services/document/number/number.h: which questions ask for a number, and what of them. */
#include "test.h"

#include "common/base/array.h"
#include "services/document/number/number.h"
#include "sotay/v1/document.pb-c.h"
#include <string.h>

enum {
    RESOLUTION = PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION,
    REGULATION = PB__DOCUMENT_KIND__DOCUMENT_KIND_REGULATION,
    NONE = -1,
};

static void test_a_number_is_known_however_it_is_typed(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *words, *initial;
        int kind;
    } CASES[] = {
        {"05-NQ/ĐU", "05-NQ/ĐU", NULL, NONE},
        {"05 nq đu", "05 nq đu", NULL, NONE},
        {"5-nq", "5-nq", NULL, NONE},
        {"nghi quyet 05", "05", "nq", RESOLUTION},
        {"Nghị quyết số 05-NQ/ĐU", "05-NQ/ĐU", "nq", RESOLUTION},
        {"NQ 05", "05", "nq", RESOLUTION},
        {"NQ05", "05", "nq", RESOLUTION},
        {"số: 05-NQ/ĐU", "05-NQ/ĐU", NULL, NONE},
        {"quy định 12", "12", "qd", REGULATION},
        {"Quyết định số 12-QĐ/TU", "12-QĐ/TU", "qd", NONE},
        {"kế hoạch 7", "7", "kh", NONE},
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        const struct number_asked asked = number_read(ctx, CASES[i].typed);
        const char *initial = asked.initial ? asked.initial : "", *wanted = CASES[i].initial ? CASES[i].initial : "";
        if (!asked.words || strcmp(asked.words, CASES[i].words) != 0 || strcmp(initial, wanted) != 0 ||
            asked.has_kind != (CASES[i].kind != NONE) || (asked.has_kind && asked.kind != CASES[i].kind))
            fail_msg("%s: %s, %s", CASES[i].typed, asked.words ? asked.words : "none", initial);
    }
    mem_free(ctx);
}

static void test_what_is_no_number_asks_for_none(void **state)
{
    (void)state;
    static const char *const CASES[] = {
        "",
        "kinh tế tập thể",
        "05",
        "2026",
        "Điều 4",
        "khoản 2 Điều 4",
        "nghị quyết",
        "quyết nghị 05",
        "số 05",
        "kế hoạch năm 2026",
        "\xff 05",
        "1 2 3 4 5 6 7 8 9",
        "nghị quyết về 05-NQ/ĐU",
    };
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++)
        if (number_read(ctx, CASES[i]).words)
            fail_msg("%s", CASES[i]);
    mem_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_number_is_known_however_it_is_typed),
        cmocka_unit_test(test_what_is_no_number_asks_for_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
