#include "services/notification/provider/fcm_json.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

char *fcm_message(TALLOC_CTX *ctx, const struct push_message *push, int64_t now_us)
{
    char id[UUID_TEXT_BYTES];
    int64_t ttl_s = (push->expires_at_us - now_us) / CLOCK_SECOND_US;
    uuid_format(&push->notification, id);
    char *ttl = mem_printf(ctx, "%llds", (long long)(ttl_s > 0 ? ttl_s : 0));
    json_t *message = json_pack("{s:{s:s, s:{s:s, s:s}, s:{s:s}, s:{s:s, s:s}}}", "message", "token", push->token,
                                "notification", "title", push->title, "body", push->body, "data", "notification_id", id,
                                "android", "collapse_key", id, "ttl", ttl);
    char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
    char *copy = mem_text(ctx, text);
    free(text);
    json_decref(message);
    return copy;
}

const char *fcm_error(TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    json_t *answer = json_loadb(bytes, n, 0, NULL);
    json_t *error = json_object_get(answer, "error"), *detail;
    const char *word = json_string_value(json_object_get(error, "status"));
    size_t i;
    json_array_foreach (json_object_get(error, "details"), i, detail) {
        const char *code = json_string_value(json_object_get(detail, "errorCode"));
        if (code)
            word = code;
    }
    const char *copy = mem_text(ctx, word ? word : "");
    json_decref(answer);
    return copy;
}
