#include "services/notification/provider/webpush_json.h"

#include "common/base/mem.h"
#include <curl/curl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* --- subscriptions ------------------------------------------------------------------------------------------------ */

/* base64url, which some libraries pad. */
static bool read_bytes(const json_t *value, uint8_t *ret, size_t n)
{
    const char *text = json_string_value(value);
    size_t bytes = text ? strlen(text) : 0, found = 0;
    while (bytes > 0 && text[bytes - 1] == '=')
        bytes--;
    return text && bytes == sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING) - 1 &&
           sodium_base642bin(ret, n, text, bytes, NULL, &found, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           found == n;
}

static const char *part_of(TALLOC_CTX *ctx, CURLU *url, CURLUPart part)
{
    char *text = NULL;
    if (curl_url_get(url, part, &text, part == CURLUPART_PORT ? CURLU_NO_DEFAULT_PORT : 0) != CURLUE_OK)
        return NULL;
    const char *copy = mem_text(ctx, text);
    curl_free(text);
    return copy;
}

static const char *lower(TALLOC_CTX *ctx, const char *text)
{
    char *copy = mem_text(ctx, text);
    for (char *at = copy; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return copy;
}

/* Printable ASCII: it becomes a request's own line. Also what libcurl has made of it, which decodes a host. */
static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

static bool read_url(TALLOC_CTX *ctx, CURLU *url, const char *loopback, struct webpush_subscription *ret)
{
    const char *scheme = part_of(ctx, url, CURLUPART_SCHEME), *host = part_of(ctx, url, CURLUPART_HOST);
    const char *port = part_of(ctx, url, CURLUPART_PORT), *path = part_of(ctx, url, CURLUPART_PATH);
    const char *query = part_of(ctx, url, CURLUPART_QUERY);
    if (!scheme || !host || !*host || !path || part_of(ctx, url, CURLUPART_USER) ||
        part_of(ctx, url, CURLUPART_FRAGMENT))
        return false;
    ret->origin = mem_printf(ctx, "%s://%s%s%s", scheme, lower(ctx, host), port ? ":" : "", port ? port : "");
    ret->path = query ? mem_printf(ctx, "%s?%s", path, query) : path;
    if (!is_plain(ret->origin) || !is_plain(ret->path))
        return false;
    return strcmp(scheme, "https") == 0 || (*loopback && strcmp(ret->origin, loopback) == 0);
}

static bool read_endpoint(TALLOC_CTX *ctx, const json_t *endpoint, const char *loopback,
                          struct webpush_subscription *ret)
{
    const char *text = json_string_value(endpoint);
    if (!text || !is_plain(text))
        return false;
    CURLU *url = curl_url();
    bool is_good = url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK && read_url(ctx, url, loopback, ret);
    curl_url_cleanup(url);
    return is_good;
}

bool webpush_subscription_read(TALLOC_CTX *ctx, const char *token, const char *loopback,
                               struct webpush_subscription *ret_subscription)
{
    struct webpush_subscription read = {0};
    json_t *value = json_loads(token, JSON_REJECT_DUPLICATES, NULL);
    const json_t *keys = json_object_get(value, "keys");
    bool is_good = read_endpoint(ctx, json_object_get(value, "endpoint"), loopback, &read) &&
                   read_bytes(json_object_get(keys, "p256dh"), read.keys.p256dh, sizeof read.keys.p256dh) &&
                   read_bytes(json_object_get(keys, "auth"), read.keys.auth, sizeof read.keys.auth);
    json_decref(value);
    if (is_good)
        *ret_subscription = read;
    return is_good;
}

/* --- messages ----------------------------------------------------------------------------------------------------- */

static char *payload(TALLOC_CTX *ctx, const struct push_message *push, const char *body)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(&push->notification, id);
    json_t *message = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "notification_id", id, "kind", push->kind, "url",
                                push->url, "tag", id, "title", push->title, "body", body);
    char *text = message ? json_dumps(message, JSON_COMPACT) : NULL;
    char *copy = text && strlen(text) <= WEBPUSH_TEXT_BYTES ? mem_text(ctx, text) : NULL;
    free(text);
    json_decref(message);
    return copy;
}

char *webpush_payload(TALLOC_CTX *ctx, const struct push_message *push)
{
    char *text = payload(ctx, push, push->body);
    return text ? text : payload(ctx, push, "");
}
