#include "services/notification/provider/fcm_json.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A repeat replaces the first, whether FCM still holds that (collapse_key) or the phone shows it already (tag). */
static json_t *android_of(const char *id, const char *ttl)
{
    return json_pack("{s:s, s:s, s:{s:s}}", "collapse_key", id, "ttl", ttl, "notification", "tag", id);
}

/* The same on an Apple device: APNs knows one id for both. */
static json_t *apns_of(const char *id)
{
    return json_pack("{s:{s:s}}", "headers", "apns-collapse-id", id);
}

char *fcm_message(TALLOC_CTX *ctx, const struct push_message *push, int64_t now_us)
{
    char id[UUID_TEXT_BYTES];
    int64_t ttl_s = (push->expires_at_us - now_us) / CLOCK_SECOND_US;
    uuid_format(&push->notification, id);
    char *ttl = mem_printf(ctx, "%llds", (long long)(ttl_s > 0 ? ttl_s : 0));
    json_t *message = json_pack("{s:{s:s, s:{s:s, s:s}, s:{s:s, s:s, s:s, s:s}, s:o, s:o}}", "message", "token",
                                push->token, "notification", "title", push->title, "body", push->body, "data",
                                "notification_id", id, "kind", push->kind, "url", push->url, "tag", id, "android",
                                android_of(id, ttl), "apns", apns_of(id));
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
