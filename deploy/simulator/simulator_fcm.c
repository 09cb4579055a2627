/* What FCM takes and refuses (firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, …/v1/ErrorCode), and
 * what was taken. */
#include "deploy/simulator/simulator_fcm.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "deploy/simulator/simulator_webpush.h"
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAYLOAD_BYTES = 4096, LINE_BYTES = 16384, COLLAPSE_ID_BYTES = 64 };

struct kept {
    char *line;
    char notification[37];
};

struct simulator {
    struct simulator_config config;
    pthread_mutex_t lock; /* of what follows */
    struct kept *kept;    /* a ring of config.keep */
    size_t first, n;
    int64_t minute, taken_in_minute;
    FILE *file; /* NULL: memory only */
};

/* --- answers ------------------------------------------------------------------------------------------------------ */

static const char *dump(TALLOC_CTX *ctx, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    const char *copy = mem_text(ctx, text ? text : "{}");
    free(text);
    json_decref(value);
    return copy;
}

static struct simulator_answer refuse(TALLOC_CTX *ctx, int http_status, const char *status, const char *error_code,
                                      const char *message)
{
    json_t *error = json_pack("{s:{s:i, s:s, s:s, s:[{s:s, s:s}]}}", "error", "code", http_status, "message", message,
                              "status", status, "details", "@type",
                              "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode", error_code);
    return (struct simulator_answer){.status = http_status, .json = dump(ctx, error)};
}

static struct simulator_answer invalid(TALLOC_CTX *ctx, const char *message)
{
    return refuse(ctx, 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", message);
}

/* --- checks ------------------------------------------------------------------------------------------------------- */

static bool has_only(const json_t *object, const char *const names[])
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)object, key, value) {
        size_t i = 0;
        while (names[i] && strcmp(names[i], key) != 0)
            i++;
        if (!names[i])
            return false;
    }
    return true;
}

static bool all_strings(const json_t *object)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)object, key, value)
        if (!json_is_string(value))
            return false;
    return true;
}

/* Seconds with an `s` at the end: "3.5s". */
static bool is_duration(const json_t *value)
{
    const char *text = json_string_value(value);
    size_t n = text ? strlen(text) : 0;
    return n >= 2 && text[n - 1] == 's' && strspn(text, "0123456789.") == n - 1 && text[0] != '.';
}

static const char *android_notification_problem(const json_t *notification)
{
    static const char *const FIELDS[] = {"title",
                                         "body",
                                         "icon",
                                         "color",
                                         "sound",
                                         "tag",
                                         "click_action",
                                         "body_loc_key",
                                         "body_loc_args",
                                         "title_loc_key",
                                         "title_loc_args",
                                         "channel_id",
                                         "ticker",
                                         "sticky",
                                         "event_time",
                                         "local_only",
                                         "notification_priority",
                                         "default_sound",
                                         "default_vibrate_timings",
                                         "default_light_settings",
                                         "vibrate_timings",
                                         "visibility",
                                         "notification_count",
                                         "light_settings",
                                         "image",
                                         "proxy",
                                         "bypass_proxy_notification",
                                         NULL};
    const json_t *tag = json_object_get(notification, "tag");
    if (!json_is_object(notification) || !has_only(notification, FIELDS))
        return "Invalid value at 'message.android.notification'";
    return tag && !json_is_string(tag) ? "Invalid value at 'message.android.notification.tag' (TYPE_STRING)" : NULL;
}

static const char *android_problem(const json_t *android)
{
    static const char *const FIELDS[] = {
        "collapse_key", "priority",       "ttl", "restricted_package_name", "data", "notification",
        "fcm_options",  "direct_boot_ok", NULL};
    if (!android)
        return NULL;
    if (!json_is_object(android) || !has_only(android, FIELDS))
        return "Invalid value at 'message.android'";
    const json_t *ttl = json_object_get(android, "ttl"), *key = json_object_get(android, "collapse_key");
    const json_t *notification = json_object_get(android, "notification");
    if (ttl && !is_duration(ttl))
        return "Invalid value at 'message.android.ttl' (Duration)";
    if (key && !json_is_string(key))
        return "Invalid value at 'message.android.collapse_key' (TYPE_STRING)";
    return notification ? android_notification_problem(notification) : NULL;
}

/* Header fields of APNs (developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns). */
static const char *apns_problem(const json_t *apns)
{
    static const char *const FIELDS[] = {"headers", "payload", "fcm_options", "live_activity_token", NULL};
    if (!apns)
        return NULL;
    const json_t *headers = json_object_get(apns, "headers");
    if (!json_is_object(apns) || !has_only(apns, FIELDS))
        return "Invalid value at 'message.apns'";
    if (headers && (!json_is_object(headers) || !all_strings(headers)))
        return "Invalid value at 'message.apns.headers' (Map<string, string>)";
    bool is_long = json_string_length(json_object_get(headers, "apns-collapse-id")) > COLLAPSE_ID_BYTES;
    return is_long ? "apns-collapse-id is longer than 64 bytes" : NULL;
}

/* What is wrong with a message; NULL: nothing. */
static const char *message_problem(const json_t *message)
{
    static const char *const FIELDS[] = {"name",        "data",  "notification", "android",   "webpush", "apns",
                                         "fcm_options", "token", "topic",        "condition", NULL};
    static const char *const TEXTS[] = {"title", "body", "image", NULL};
    const json_t *token = json_object_get(message, "token"), *data = json_object_get(message, "data");
    const json_t *notification = json_object_get(message, "notification");
    if (!json_is_object(message) || !has_only(message, FIELDS))
        return "Invalid JSON payload received. Unknown name at 'message'";
    if (!token || json_object_get(message, "topic") || json_object_get(message, "condition"))
        return "Exactly one of token, topic or condition is required; the simulator knows tokens";
    if (!json_is_string(token) || json_string_length(token) == 0)
        return "The registration token is not a valid FCM registration token";
    if (data && (!json_is_object(data) || !all_strings(data)))
        return "Invalid value at 'message.data' (Map<string, string>)";
    if (notification && (!json_is_object(notification) || !has_only(notification, TEXTS) || !all_strings(notification)))
        return "Invalid value at 'message.notification'";
    const char *problem = android_problem(json_object_get(message, "android"));
    return problem ? problem : apns_problem(json_object_get(message, "apns"));
}

static bool is_send(const char *path)
{
    static const char START[] = "/v1/projects/", END[] = "/messages:send";
    size_t n = strlen(path);
    return n > sizeof START + sizeof END - 2 && strncmp(path, START, sizeof START - 1) == 0 &&
           strcmp(path + n - (sizeof END - 1), END) == 0;
}

static bool is_authorized(const struct simulator *s, const char *said)
{
    static const char SCHEME[] = "Bearer ";
    const char *token = s->config.token;
    if (!said || !token || strncmp(said, SCHEME, sizeof SCHEME - 1) != 0)
        return false;
    said += sizeof SCHEME - 1;
    return strlen(said) == strlen(token) && sodium_memcmp(said, token, strlen(token)) == 0;
}

/* --- keeping ------------------------------------------------------------------------------------------------------ */

static void keep_line(struct simulator *s, const char *line, const char *notification)
{
    size_t room = (size_t)s->config.keep;
    struct kept *slot = &s->kept[(s->first + s->n) % room];
    if (s->n == room) {
        s->first = (s->first + 1) % room;
        mem_free(slot->line);
    } else {
        s->n++;
    }
    slot->line = mem_text(s, line);
    (void)snprintf(slot->notification, sizeof slot->notification, "%s",
                   notification ? notification : ""); /* longer: no id, found by none */
}

static const char *notification_of(const json_t *line)
{
    return json_string_value(json_object_get(line, "notification_id"));
}

static void take(struct simulator *s, const json_t *message)
{
    json_t *line = json_object();
    const json_t *id = json_object_get(json_object_get(message, "data"), "notification_id");
    json_object_set_new(line, "notification_id", id ? json_copy((json_t *)(uintptr_t)id) : json_null());
    json_object_set_new(line, "received_at_us", json_integer(clock_now_us()));
    json_object_set(line, "message", (json_t *)(uintptr_t)message);
    char *text = json_dumps(line, JSON_COMPACT);
    if (text) {
        keep_line(s, text, notification_of(line));
        if (s->file)
            (void)fprintf(s->file, "%s\n", text); /* a full disk loses the copy, not the message */
    }
    free(text);
    json_decref(line);
}

static bool is_over_quota(struct simulator *s)
{
    int64_t minute = clock_monotonic_us() / CLOCK_MINUTE_US;
    if (minute != s->minute)
        s->taken_in_minute = 0;
    s->minute = minute;
    return s->config.quota_per_minute > 0 && ++s->taken_in_minute > s->config.quota_per_minute;
}

/* Answers of a busy day: quota, errors, tokens that are gone. True: `ret` is the answer. */
static bool has_bad_luck(struct simulator *s, TALLOC_CTX *ctx, const char *token, struct simulator_answer *ret)
{
    if (is_over_quota(s)) {
        *ret = refuse(ctx, 429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "Quota exceeded for the project");
        ret->retry_after_s = 60;
        return true;
    }
    if (s->config.error_percent > 0 && randombytes_uniform(100) < (uint32_t)s->config.error_percent) {
        *ret = refuse(ctx, 503, "UNAVAILABLE", "UNAVAILABLE", "The service is currently unavailable");
        return true;
    }
    if (strncmp(token, "dead-", 5) == 0) {
        *ret = refuse(ctx, 404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found.");
        return true;
    }
    return false;
}

static struct simulator_answer receive_webpush(struct simulator *s, TALLOC_CTX *ctx,
                                               const struct simulator_request *request)
{
    const char *problem = NULL;
    int status = simulator_webpush_check(ctx, request, s->config.vapid_public_key, &problem);
    if (problem)
        return (struct simulator_answer){.status = status, .json = dump(ctx, json_pack("{s:s}", "reason", problem))};
    json_t *message = simulator_webpush_message(ctx, request);
    pthread_mutex_lock(&s->lock);
    bool refused = is_over_quota(s);
    if (!refused)
        take(s, message);
    pthread_mutex_unlock(&s->lock);
    json_decref(message);
    return (struct simulator_answer){.status = refused ? 429 : status, .retry_after_s = refused ? 60 : 0, .json = ""};
}

/* --- a request ---------------------------------------------------------------------------------------------------- */

static struct simulator_answer receive_message(struct simulator *s, TALLOC_CTX *ctx, const char *path,
                                               const json_t *body)
{
    static const char *const FIELDS[] = {"message", "validate_only", NULL};
    const json_t *message = json_object_get(body, "message");
    struct simulator_answer answer;
    if (!json_is_object(body) || !has_only(body, FIELDS) || !message)
        return invalid(ctx, "Invalid JSON payload received.");
    const char *problem = message_problem(message);
    if (problem)
        return invalid(ctx, problem);
    pthread_mutex_lock(&s->lock);
    bool refused = has_bad_luck(s, ctx, json_string_value(json_object_get(message, "token")), &answer);
    if (!refused)
        take(s, message);
    pthread_mutex_unlock(&s->lock);
    if (refused)
        return answer;
    size_t project_bytes = strlen(path) - strlen("/v1/") - strlen("/messages:send");
    char *name = mem_printf(ctx, "%.*s/messages/%08x%08x", (int)project_bytes, path + strlen("/v1/"),
                            randombytes_random(), randombytes_random());
    return (struct simulator_answer){.status = 200, .json = dump(ctx, json_pack("{s:s}", "name", name))};
}

struct simulator_answer simulator_receive(struct simulator *s, TALLOC_CTX *ctx, const struct simulator_request *request)
{
    if (simulator_webpush_is(request->path))
        return receive_webpush(s, ctx, request);
    if (!is_send(request->path))
        return refuse(ctx, 404, "NOT_FOUND", "UNSPECIFIED_ERROR", "The requested URL was not found on this server.");
    if (strcmp(request->method, "POST") != 0)
        return refuse(ctx, 405, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "POST is the only method");
    if (!is_authorized(s, request->authorization))
        return refuse(ctx, 401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR",
                      "Request had invalid authentication credentials.");
    if (!request->content_type || strncmp(request->content_type, "application/json", strlen("application/json")) != 0)
        return invalid(ctx, "Content-Type must be application/json");
    if (request->body_bytes > PAYLOAD_BYTES)
        return invalid(ctx, "Message payload is larger than 4096 bytes");
    json_t *body = json_loadb(request->body, request->body_bytes, JSON_REJECT_DUPLICATES, NULL);
    struct simulator_answer answer = receive_message(s, ctx, request->path, body);
    json_decref(body);
    return answer;
}

char *simulator_list(struct simulator *s, TALLOC_CTX *ctx, const char *notification, size_t *ret_bytes)
{
    char *text = NULL;
    size_t bytes = 0, room = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n; i++) {
        const struct kept *kept = &s->kept[(s->first + i) % (size_t)s->config.keep];
        if (notification && strcmp(kept->notification, notification) != 0)
            continue;
        size_t n = strlen(kept->line);
        if (bytes + n + 1 > room) {
            room = (bytes + n + 1) * 2;
            text = mem_grow(ctx, text, 1, room);
        }
        memcpy(text + bytes, kept->line, n);
        text[bytes + n] = '\n';
        bytes += n + 1;
    }
    pthread_mutex_unlock(&s->lock);
    *ret_bytes = bytes;
    return text;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

/* What was taken before a restart. */
static void read_kept(struct simulator *s)
{
    char line[LINE_BYTES];
    FILE *file = fopen(s->config.pushes_file, "r");
    if (!file)
        return; /* the first start */
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        json_t *value = json_loads(line, 0, NULL); /* a line cut short by a crash is none */
        if (value)
            keep_line(s, line, notification_of(value));
        json_decref(value);
    }
    (void)fclose(file);
}

static int simulator_close(struct simulator *s)
{
    if (s->file)
        (void)fclose(s->file);
    pthread_mutex_destroy(&s->lock);
    return 0;
}

struct simulator *simulator_new(TALLOC_CTX *ctx, const struct simulator_config *config)
{
    struct simulator *s = mem_new(ctx, struct simulator);
    s->config = *config;
    s->kept = mem_array(s, struct kept, (size_t)config->keep);
    pthread_mutex_init(&s->lock, NULL);
    talloc_set_destructor(s, simulator_close);
    if (config->pushes_file && *config->pushes_file) {
        read_kept(s);
        s->file = fopen(config->pushes_file, "ae");
        if (s->file)
            (void)setvbuf(s->file, NULL, _IOLBF, 0);
    }
    return s;
}
