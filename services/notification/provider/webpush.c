/*   messages ─▶ subscriptions, sorted by their push service ─▶ a job for each service ─▶ answers
 *
 * Services that have taken messages before come first. The others share a few seconds: what they leave no time for is
 * tried again, so that nobody holds a push by naming a service that does not answer. */
#include "services/notification/provider/webpush.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/notification/provider/link.h"
#include "services/notification/provider/webpush_crypt.h"
#include "services/notification/provider/webpush_json.h"
#include "services/notification/provider/webpush_service.h"
#include "sotay/v1/auth.pb-c.h"
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_PAUSE_S = 60, TOPIC_LIMIT = 32 };
#define UNPROVEN_TOGETHER_US (5 * CLOCK_SECOND_US)

/* Words for what no push service has said. */
#define INVALID_SUBSCRIPTION "INVALID_SUBSCRIPTION"
#define TOO_LARGE "TOO_LARGE"

static struct {
    const char *key_file, *contact, *account, *loopback;
    int64_t connections, streams;
} config;

static const struct config_key KEYS[] = {
    {.name = "webpush_key_file",
     .type = CONFIG_TEXT,
     .text = &config.key_file,
     .text_default = "",
     .help = "PEM of the P-256 key by which push services know this server (VAPID); empty: no pushes to browsers"},
    {.name = "webpush_contact",
     .type = CONFIG_TEXT,
     .text = &config.contact,
     .text_default = "",
     .help = "mailto: or https: address that push services may write to; some send nothing without it"},
    {.name = "webpush_account",
     .type = CONFIG_TEXT,
     .text = &config.account,
     .text_default = "webpush",
     .help = "one sender is active for each account"},
    {.name = "webpush_loopback",
     .type = CONFIG_TEXT,
     .text = &config.loopback,
     .text_default = "",
     .help =
         "http://127.0.0.1:port of a push service on this machine, for demos and tests; others are https and public"},
    {.name = "webpush_connections",
     .type = CONFIG_INT,
     .number = &config.connections,
     .number_default = 4,
     .min = 1,
     .max = H2_CONNECTIONS_LIMIT,
     .unit = "",
     .help = "connections to each push service at most"},
    {.name = "webpush_streams",
     .type = CONFIG_INT,
     .number = &config.streams,
     .number_default = 100,
     .min = 1,
     .max = 1000,
     .unit = "",
     .help = "messages under way on a connection at most"},
};

struct webpush {
    struct vapid *vapid;
    struct webpush_crypt *crypt;
    struct webpush_services *services;
};

static const char *webpush_account(void)
{
    return *config.key_file ? config.account : NULL;
}

static bool loopback_is_good(TALLOC_CTX *ctx)
{
    struct link_address address;
    if (!*config.loopback || (!link_address_read(ctx, config.loopback, &address) && !address.tls &&
                              (strcmp(address.host, "127.0.0.1") == 0 || strcmp(address.host, "localhost") == 0)))
        return true;
    log_error("config", "key=webpush_loopback detail=\"names no http address of this machine\"");
    return false;
}

static enum err webpush_load(TALLOC_CTX *ctx, void **ret_loaded)
{
    struct webpush *webpush = mem_new(ctx, struct webpush);
    enum err err = loopback_is_good(webpush) ? vapid_new(webpush, config.key_file, config.contact, &webpush->vapid)
                                             : ERR_CONFIG;
    webpush->crypt = webpush_crypt_new(webpush);
    if (!err && !webpush->crypt)
        err = ERR_CONFIG;
    if (err) {
        mem_free(webpush);
        return err;
    }
    const struct webpush_service_options options = {.vapid = webpush->vapid,
                                                    .loopback = config.loopback,
                                                    .connections = (unsigned)config.connections,
                                                    .streams = (unsigned)config.streams};
    webpush->services = webpush_services_new(webpush, &options);
    *ret_loaded = webpush;
    return ERR_OK;
}

static void webpush_unload(void *loaded)
{
    mem_free(loaded);
}

/* --- a message to one service ------------------------------------------------------------------------------------- */

/* A message and the subscription that it goes to. */
struct letter {
    struct push_message *message;
    struct webpush_subscription to;
    bool is_proven; /* the service */
};

/* What h2_send asks for, letter after letter to one service. */
struct send {
    const struct webpush *webpush;
    struct letter *letters;
    const char *authorization;
    int64_t now_us;
    size_t sent, answered, taken;
};

/* The same notification to the same browser is one message: the later takes the place of what still waits. */
static const char *topic_of(TALLOC_CTX *ctx, const struct uuid *notification)
{
    enum { TOPIC_BYTES = sodium_base64_ENCODED_LEN(sizeof(struct uuid), sodium_base64_VARIANT_URLSAFE_NO_PADDING) };
    static_assert(TOPIC_BYTES - 1 <= TOPIC_LIMIT, "RFC 8030, 5.4");
    return sodium_bin2base64(mem_array(ctx, char, TOPIC_BYTES), TOPIC_BYTES, notification->bytes,
                             sizeof notification->bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* The word of what is wrong; NULL: the body is there. */
static const char *write_body(const struct webpush *webpush, TALLOC_CTX *ctx, const struct letter *letter,
                              struct h2_request *request)
{
    const char *text = webpush_payload(ctx, letter->message);
    size_t n = text ? strlen(text) : 0;
    if (!text)
        return TOO_LARGE;
    uint8_t *body = mem_array(ctx, uint8_t, n + WEBPUSH_OVERHEAD_BYTES);
    if (!webpush_encrypt(webpush->crypt, &letter->to.keys, text, n, body))
        return INVALID_SUBSCRIPTION;
    request->body = body;
    request->body_bytes = n + WEBPUSH_OVERHEAD_BYTES;
    return NULL;
}

static bool make_request(void *arg, TALLOC_CTX *ctx, size_t i, struct h2_request *ret_request)
{
    struct send *send = arg;
    const struct letter *letter = &send->letters[i];
    struct push_message *message = letter->message;
    int64_t ttl_s = (message->expires_at_us - send->now_us) / CLOCK_SECOND_US;
    struct h2_request request = {.path = letter->to.path,
                                 .authorization = send->authorization,
                                 .is_signed = true,
                                 .content_type = "application/octet-stream",
                                 .more = {{"content-encoding", "aes128gcm"},
                                          {"ttl", mem_printf(ctx, "%lld", (long long)(ttl_s > 0 ? ttl_s : 0))},
                                          {"topic", topic_of(ctx, &message->notification)},
                                          {"urgency", message->is_urgent ? "high" : "normal"}},
                                 .n_more = 4};
    const char *problem = write_body(send->webpush, ctx, letter, &request);
    if (problem)
        message->answer = (struct push_answer){.status = 400, .word = problem};
    else
        *ret_request = request;
    send->sent += problem == NULL;
    return problem == NULL;
}

static void take_answer(void *arg, size_t i, const struct h2_answer *answer)
{
    struct send *send = arg;
    send->answered += answer->status > 0;
    send->taken += answer->status >= 200 && answer->status < 300;
    send->letters[i].message->answer = (struct push_answer){
        .status = answer->status, .word = "", .retry_after_s = answer->retry_after_s};
}

static void put_off(struct letter letters[], size_t n, int wait_s)
{
    for (size_t i = 0; i < n; i++)
        letters[i].message->answer = (struct push_answer){.word = "", .retry_after_s = wait_s};
}

static void send_to_service(struct webpush *webpush, int64_t now_us, struct letter letters[], size_t n)
{
    struct send send = {.webpush = webpush, .letters = letters, .now_us = now_us};
    const struct h2_job job = {.n = n, .request = make_request, .answered = take_answer, .arg = &send};
    const char *origin = letters->to.origin;
    int wait_s = 0;
    if (webpush_service_send(webpush->services, origin, &job, &send.authorization, &wait_s))
        put_off(letters, n, wait_s);
    else
        webpush_service_judge(webpush->services, origin, send.sent, send.answered, send.taken);
}

/* --- messages to all ---------------------------------------------------------------------------------------------- */

static int compare_letters(const void *left, const void *right)
{
    const struct letter *one = left, *other = right;
    if (one->is_proven != other->is_proven)
        return one->is_proven ? -1 : 1;
    int order = strcmp(one->to.origin, other->to.origin);
    return order ? order : (one->message > other->message) - (one->message < other->message);
}

static size_t read_letters(const struct webpush *webpush, TALLOC_CTX *ctx, struct push_message messages[], size_t n,
                           struct letter *ret_letters)
{
    size_t n_letters = 0;
    for (size_t i = 0; i < n; i++) {
        struct letter *letter = &ret_letters[n_letters];
        messages[i].answer = (struct push_answer){.status = 400, .word = INVALID_SUBSCRIPTION};
        if (!webpush_subscription_read(ctx, messages[i].token, config.loopback, &letter->to))
            continue;
        letter->message = &messages[i];
        letter->is_proven = webpush_service_is_proven(webpush->services, letter->to.origin);
        n_letters++;
    }
    qsort(ret_letters, n_letters, sizeof *ret_letters, compare_letters);
    return n_letters;
}

static size_t same_service(const struct letter letters[], size_t n)
{
    size_t same = 1;
    while (same < n && strcmp(letters[same].to.origin, letters->to.origin) == 0)
        same++;
    return same;
}

/* One service away is no reason to stop: the others' messages are sent, and its own are tried again. */
static enum err webpush_send(void *loaded, TALLOC_CTX *ctx, int64_t now_us, struct push_message messages[], size_t n)
{
    struct webpush *webpush = loaded;
    struct letter *letters = mem_array(ctx, struct letter, n);
    size_t n_letters = read_letters(webpush, ctx, messages, n, letters), same;
    int64_t unproven_us = 0;
    for (size_t i = 0; i < n_letters; i += same) {
        int64_t began_us = clock_monotonic_us();
        same = same_service(letters + i, n_letters - i);
        if (unproven_us < UNPROVEN_TOGETHER_US)
            send_to_service(webpush, now_us, letters + i, same);
        else
            put_off(letters + i, same, 0);
        if (!letters[i].is_proven)
            unproven_us += clock_monotonic_us() - began_us;
    }
    return ERR_OK;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static struct push_result dead(const char *code, bool device_is_gone)
{
    return (struct push_result){.status = PUSH_DEAD, .code = code, .device_is_gone = device_is_gone};
}

static struct push_result again(const char *code, int wait_s)
{
    return (struct push_result){.status = PUSH_RETRYING, .code = code, .wait_s = wait_s};
}

/* RFC 8030, 5 and 8.4; RFC 8292, 4.2. A service counts for each subscription: who must wait is this message alone. */
static struct push_result webpush_result(const struct push_answer *answer)
{
    int status = answer->status;
    if (status >= 200 && status < 300)
        return (struct push_result){.status = PUSH_DELIVERED, .code = ""};
    if (status == 404 || status == 410)
        return dead("SUBSCRIPTION_ENDED", true);
    if (strcmp(answer->word, INVALID_SUBSCRIPTION) == 0)
        return dead(INVALID_SUBSCRIPTION, true);
    if (status == 413 || strcmp(answer->word, TOO_LARGE) == 0)
        return dead(TOO_LARGE, false);
    if (status == 429)
        return again("TOO_MANY_REQUESTS", answer->retry_after_s > 0 ? answer->retry_after_s : BUSY_PAUSE_S);
    if (status >= 500 || status == 0)
        return again(status ? "UNAVAILABLE" : "NO_ANSWER", answer->retry_after_s);
    if (status == 401 || status == 403) /* subscribed to with another key of ours, perhaps: the app does it anew */
        return dead("KEY_REFUSED", false);
    return dead(status < 400 ? "REDIRECTED" : "REFUSED", false);
}

static const int32_t DEVICES[] = {PB__PROVIDER__PROVIDER_WEBPUSH};

const struct provider PROVIDER_WEBPUSH = {
    .name = "webpush",
    .devices = DEVICES,
    .n_devices = ARRAY_LENGTH(DEVICES),
    .keys = KEYS,
    .n_keys = ARRAY_LENGTH(KEYS),
    .account = webpush_account,
    .load = webpush_load,
    .send = webpush_send,
    .result = webpush_result,
    .unload = webpush_unload,
};
