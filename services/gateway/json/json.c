#include "services/gateway/json/json.h"

#include "common/base/mem.h"

struct json_holder {
    json_t *value;
};

static int json_holder_free(struct json_holder *holder)
{
    json_decref(holder->value);
    return 0;
}

enum err json_parse(TALLOC_CTX *ctx, const char *bytes, size_t n, json_t **ret_value)
{
    json_error_t error;
    json_t *value = json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!value)
        return json_error_code(&error) == json_error_invalid_utf8 ? ERR_UTF8_INVALID : ERR_JSON_INVALID;
    struct json_holder *holder = mem_new(ctx, struct json_holder);
    holder->value = value;
    talloc_set_destructor(holder, json_holder_free);
    *ret_value = value;
    return ERR_OK;
}
