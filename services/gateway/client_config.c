#include "services/gateway/client_config.h"

#include "common/base/array.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/json/json.h"
#include "sotay/v1/shapes.pb-c.h"

#ifdef SOTAY_DEMO
enum { IS_DEMO = true };
#else
enum { IS_DEMO = false };
#endif

/* What is not configured is null. */
static char *configured(const char *text)
{
    return *text ? (char *)(uintptr_t)text : NULL;
}

void client_config_get(struct call *call)
{
    const struct http_field fields[] = {{"Content-Type", "application/json"}, {"Cache-Control", "public, max-age=60"}};
    const struct gateway_config *config = &call->gateway->config;
    Pb__ClientConfig client = PB__CLIENT_CONFIG__INIT;
    size_t n;
    client.vapid_public_key = configured(config->vapid_public_key);
    client.ballot_origin = configured(config->ballot_origin);
    client.support_phone = configured(config->support_phone);
    client.demo = IS_DEMO;
    char *text = json_write(call, &client.base, &n);
    http_reply(call->http, call->route->status, fields, ARRAY_LENGTH(fields), text, n);
}
