/*   messages ─▶ subscriptions, sorted by their push service ─▶ services in the order of their turns ─▶ a job for each
 *
 * All share a few seconds beyond the time that their messages take (webpush_order.h): what is left without is tried
 * again, so that nobody holds a push by naming a service that does not answer. */
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

/* Words for what no push service has said. */
#define INVALID_SUBSCRIPTION "INVALID_SUBSCRIPTION"
#define TOO_LARGE "TOO_LARGE"
#define NOT_SENT "NOT_SENT" /* other services took the time */

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
};

/* The letters to one service. */
struct bundle {
    struct letter *letters;
    struct webpush_turn turn;
};

/* What h2_send asks for, letter after letter to one service. */
struct send {
    const struct webpush *webpush;
    struct letter *letters;
    const char *authorization;
    int64_t now_us;
    struct webpush_outcome outcome;
};

/* The same notification to the same browser is one message: the later takes the place of what still waits. */
static const char *topic_of(TALLOC_CTX *ctx, const struct uuid *notification)
{
    enum { TOPIC_BYTES = sodium_base64_ENCODED_LEN(sizeof(struct uuid), sodium_base64_VARIANT_URLSAFE_NO_PADDING) };
    static_assert(TOPIC_BYTES - 1 <= TOPIC_LIMIT, "RFC 8030, 5.4");
    return sodium_bin2base64(mem_array(ctx, char, TOPIC_BYTES), TOPIC_BYTES, notification->bytes,
                             sizeof notification->bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* False: the message's answer says what is wrong. A failure of our own is no answer: it is tried again. */
static bool write_body(const struct webpush *webpush, TALLOC_CTX *ctx, const struct letter *letter,
                       struct h2_request *request)
{
    struct push_answer *answer = &letter->message->answer;
    const char *text = webpush_payload(ctx, letter->message);
    size_t n = text ? strlen(text) : 0;
    *answer = (struct push_answer){.status = 400, .word = TOO_LARGE};
    if (!text)
        return false;
    uint8_t *body = mem_array(ctx, uint8_t, n + WEBPUSH_OVERHEAD_BYTES);
    enum webpush_sealing sealed = webpush_encrypt(webpush->crypt, &letter->to.keys, text, n, body);
    *answer = sealed == WEBPUSH_NO_POINT ? (struct push_answer){.status = 400, .word = INVALID_SUBSCRIPTION}
                                         : (struct push_answer){.word = ""};
    if (sealed == WEBPUSH_FAILED)
        log_error("webpush_encryption_failed", "origin=%s", letter->to.origin);
    request->body = body;
    request->body_bytes = n + WEBPUSH_OVERHEAD_BYTES;
    return sealed == WEBPUSH_SEALED;
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
    if (!write_body(send->webpush, ctx, letter, &request))
        return false;
    *ret_request = request;
    send->outcome.sent++;
    return true;
}

static void take_answer(void *arg, size_t i, const struct h2_answer *answer)
{
    struct send *send = arg;
    send->outcome.answered += answer->status > 0;
    send->outcome.taken += answer->status >= 200 && answer->status < 300;
    send->letters[i].message->answer = (struct push_answer){
        .status = answer->status, .word = "", .retry_after_s = answer->retry_after_s};
}

static void put_off(struct letter letters[], size_t n, const char *word, int wait_s)
{
    for (size_t i = 0; i < n; i++)
        letters[i].message->answer = (struct push_answer){.word = word, .retry_after_s = wait_s};
}

/* Returns what it took beyond its messages' own time. */
static int64_t send_to_service(struct webpush *webpush, int64_t now_us, int64_t until_us, const struct bundle *bundle)
{
    struct send send = {.webpush = webpush, .letters = bundle->letters, .now_us = now_us};
    const struct h2_job job = {
        .n = bundle->turn.n, .until_us = until_us, .request = make_request, .answered = take_answer, .arg = &send};
    int64_t began_us = clock_monotonic_us();
    int wait_s = 0;
    enum err err = webpush_service_send(webpush->services, bundle->turn.origin, &job, &send.authorization, &wait_s);
    send.outcome.beyond_us = webpush_turn_beyond_us(clock_monotonic_us() - began_us, bundle->turn.n);
    if (err)
        put_off(bundle->letters, bundle->turn.n, "", wait_s);
    else
        webpush_service_judge(webpush->services, bundle->turn.origin, &send.outcome);
    return send.outcome.beyond_us;
}

/* --- messages to all ---------------------------------------------------------------------------------------------- */

static int compare_letters(const void *left, const void *right)
{
    const struct letter *one = left, *other = right;
    int order = strcmp(one->to.origin, other->to.origin);
    return order ? order : (one->message > other->message) - (one->message < other->message);
}

static size_t read_letters(TALLOC_CTX *ctx, struct push_message messages[], size_t n, struct letter *ret_letters)
{
    size_t n_letters = 0;
    for (size_t i = 0; i < n; i++) {
        struct letter *letter = &ret_letters[n_letters];
        messages[i].answer = (struct push_answer){.status = 400, .word = INVALID_SUBSCRIPTION};
        if (!webpush_subscription_read(ctx, messages[i].token, config.loopback, &letter->to))
            continue;
        letter->message = &messages[i];
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

static int compare_bundles(const void *left, const void *right)
{
    const struct bundle *one = left, *other = right;
    return webpush_turn_compare(&one->turn, &other->turn);
}

/* In the order of their turns. */
static size_t bundle_letters(const struct webpush *webpush, struct letter letters[], size_t n,
                             struct bundle *ret_bundles)
{
    size_t n_bundles = 0;
    for (size_t i = 0; i < n; i += ret_bundles[n_bundles++].turn.n) {
        struct bundle *bundle = &ret_bundles[n_bundles];
        bundle->letters = letters + i;
        bundle->turn = (struct webpush_turn){.origin = letters[i].to.origin, .n = same_service(letters + i, n - i)};
        webpush_service_recall(webpush->services, &bundle->turn);
    }
    qsort(ret_bundles, n_bundles, sizeof *ret_bundles, compare_bundles);
    return n_bundles;
}

/* One service away is no reason to stop: the others' messages are sent, and its own are tried again. */
static enum err webpush_send(void *loaded, TALLOC_CTX *ctx, int64_t now_us, int64_t until_us,
                             struct push_message messages[], size_t n)
{
    struct webpush *webpush = loaded;
    struct letter *letters = mem_array(ctx, struct letter, n);
    struct bundle *bundles = mem_array(ctx, struct bundle, n);
    size_t n_letters = read_letters(ctx, messages, n, letters),
           n_bundles = bundle_letters(webpush, letters, n_letters, bundles);
    int64_t together_us = WEBPUSH_TOGETHER_MS * INT64_C(1000);
    for (size_t i = 0; i < n_bundles; i++) {
        const struct bundle *bundle = &bundles[i];
        int64_t ends_us = webpush_turn_until_us(clock_monotonic_us(), bundle->turn.n, together_us, until_us);
        if (ends_us > 0)
            together_us -= send_to_service(webpush, now_us, ends_us, bundle);
        else
            put_off(bundle->letters, bundle->turn.n, NOT_SENT, 0);
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
    if (strcmp(answer->word, NOT_SENT) == 0)
        return (struct push_result){.status = PUSH_RETRYING, .code = NOT_SENT, .is_unsent = true};
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
