#include "services/notification/provider/fcm.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/notification/provider/fcm_json.h"
#include "services/notification/provider/h2.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

enum { TIMEOUT_MS = 10000, QUOTA_PAUSE_S = 60 };

static struct {
    const char *url, *project, *token, *account;
    int64_t connections, streams;
} config;

static const struct config_key KEYS[] = {
    {.name = "fcm_url",
     .type = CONFIG_TEXT,
     .text = &config.url,
     .text_default = "",
     .help = "FCM HTTP v1, https://fcm.googleapis.com; http:// is HTTP/2 without TLS; empty: no pushes to its devices"},
    {.name = "fcm_project",
     .type = CONFIG_TEXT,
     .text = &config.project,
     .text_default = "sotay",
     .help = "project id at FCM"},
    {.name = "fcm_token_file",
     .type = CONFIG_SECRET_FILE,
     .text = &config.token,
     .text_default = "",
     .help = "file with the OAuth 2 access token"},
    {.name = "fcm_account",
     .type = CONFIG_TEXT,
     .text = &config.account,
     .text_default = "fcm",
     .help = "what shares a quota: one sender is active for each"},
    {.name = "push_connections",
     .type = CONFIG_INT,
     .number = &config.connections,
     .number_default = 8,
     .min = 1,
     .max = H2_CONNECTIONS_LIMIT,
     .unit = "",
     .help = "connections to FCM at most"},
    {.name = "push_streams",
     .type = CONFIG_INT,
     .number = &config.streams,
     .number_default = 100,
     .min = 1,
     .max = 1000,
     .unit = "",
     .help = "messages under way on a connection at most"},
};

struct fcm {
    struct h2 *h2;
    const char *path, *authorization;
};

static const char *fcm_account(void)
{
    return *config.url ? config.account : NULL;
}

static enum err fcm_load(TALLOC_CTX *ctx, void **ret_loaded)
{
    struct fcm *fcm = mem_new(ctx, struct fcm);
    const struct h2_options options = {.url = config.url,
                                       .connections = (unsigned)config.connections,
                                       .streams = (unsigned)config.streams,
                                       .timeout_ms = TIMEOUT_MS};
    fcm->path = mem_printf(fcm, "/v1/projects/%s/messages:send", config.project);
    fcm->authorization = mem_printf(fcm, "Bearer %s", config.token ? config.token : "");
    enum err err = h2_new(fcm, &options, &fcm->h2);
    if (err)
        mem_free(fcm);
    else
        *ret_loaded = fcm;
    return err;
}

static void fcm_unload(void *loaded)
{
    mem_free(loaded);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */

/* What h2_send asks for, message after message. */
struct send {
    const struct fcm *fcm;
    TALLOC_CTX *ctx; /* of the words of answers */
    int64_t now_us;
    struct push_message *messages;
};

static bool make_request(void *arg, TALLOC_CTX *ctx, size_t i, struct h2_request *ret_request)
{
    const struct send *send = arg;
    const char *body = fcm_message(ctx, &send->messages[i], send->now_us);
    if (!body) { /* the token is no text */
        send->messages[i].answer = (struct push_answer){.status = 400, .word = ""};
        return false;
    }
    *ret_request = (struct h2_request){.path = send->fcm->path,
                                       .authorization = send->fcm->authorization,
                                       .content_type = "application/json",
                                       .body = body,
                                       .body_bytes = strlen(body)};
    return true;
}

static void take_answer(void *arg, size_t i, const struct h2_answer *answer)
{
    const struct send *send = arg;
    const char *word = answer->status == 200 ? "" : fcm_error(send->ctx, answer->body, answer->body_bytes);
    send->messages[i].answer = (struct push_answer){
        .status = answer->status, .word = word, .retry_after_s = answer->retry_after_s};
}

static enum err fcm_send(void *loaded, TALLOC_CTX *ctx, int64_t now_us, int64_t until_us,
                         struct push_message messages[], size_t n)
{
    const struct fcm *fcm = loaded;
    struct send send = {.fcm = fcm, .ctx = ctx, .now_us = now_us, .messages = messages};
    const struct h2_job job = {
        .n = n, .until_us = until_us, .request = make_request, .answered = take_answer, .arg = &send};
    return h2_send(fcm->h2, &job);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */

static struct push_result gone(const char *code)
{
    return (struct push_result){.status = PUSH_DEAD, .code = code, .device_is_gone = true};
}

static struct push_result again(const char *code, int retry_after_s)
{
    return (struct push_result){.status = PUSH_RETRYING, .code = code, .retry_after_s = retry_after_s};
}

/* firebase.google.com/docs/cloud-messaging/error-codes */
static struct push_result fcm_result(const struct push_answer *answer)
{
    int status = answer->status;
    if (status == 200)
        return (struct push_result){.status = PUSH_DELIVERED, .code = ""};
    if (status == 404 && strcmp(answer->word, "UNREGISTERED") == 0)
        return gone("UNREGISTERED");
    if (status == 403 && strcmp(answer->word, "SENDER_ID_MISMATCH") == 0)
        return gone("SENDER_ID_MISMATCH");
    if (status == 400)
        return (struct push_result){.status = PUSH_DEAD, .code = "INVALID_ARGUMENT"};
    if (status == 429)
        return again("QUOTA_EXCEEDED", answer->retry_after_s > 0 ? answer->retry_after_s : QUOTA_PAUSE_S);
    if (status == 401 || status == 403)
        return again("THIRD_PARTY_AUTH_ERROR", QUOTA_PAUSE_S);
    const char *code = status == 0 ? "NO_ANSWER" : status >= 500 ? "UNAVAILABLE" : "UNSPECIFIED_ERROR";
    return again(code, answer->retry_after_s);
}

static const int32_t DEVICES[] = {PB__PROVIDER__PROVIDER_FCM, PB__PROVIDER__PROVIDER_SIM};

const struct provider PROVIDER_FCM = {
    .name = "fcm",
    .devices = DEVICES,
    .n_devices = ARRAY_LENGTH(DEVICES),
    .keys = KEYS,
    .n_keys = ARRAY_LENGTH(KEYS),
    .account = fcm_account,
    .load = fcm_load,
    .send = fcm_send,
    .result = fcm_result,
    .unload = fcm_unload,
};
