/* What the tests of gateway/json.h share: a context and the errors of one case, text read into a message. */
#ifndef SOTAY_TESTS_UNIT_JSON_HELP_H
#define SOTAY_TESTS_UNIT_JSON_HELP_H

#include "test.h"

#include "common/base/mem.h"
#include "services/gateway/json/json.h"

#include <string.h>

static TALLOC_CTX *test_ctx;
static struct field_errors errors;

static int set_up(void **state)
{
    (void)state;
    test_ctx = mem_context(NULL, "test_json");
    field_errors_init(&errors, test_ctx);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mem_free(test_ctx);
    return 0;
}

static json_t *parsed(const char *text)
{
    json_t *value = NULL;
    assert_int_equal(json_parse(test_ctx, text, strlen(text), &value), ERR_OK);
    return value;
}

/* "field code, field code": what reading complained of. */
static const char *complaints(void)
{
    char *text = mem_text(test_ctx, "");
    for (size_t i = 0; i < errors.n; i++)
        text = mem_printf(test_ctx, "%s%s%s %s", text, i ? ", " : "", errors.items[i].field,
                          err_word(errors.items[i].code));
    return text;
}

static void *read_whole(const ProtobufCMessageDescriptor *type, const char *text)
{
    ProtobufCMessage *message = NULL;
    enum err err = json_read(test_ctx, type, parsed(text), &errors, &message);
    assert_string_equal(complaints(), "");
    assert_int_equal(err, ERR_OK);
    return message;
}

#endif
