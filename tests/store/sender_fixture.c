#include "sender_fixture.h"

#include "common/base/clock.h"
#include "sotay/v1/auth.pb-c.h"
#include <string.h>

/* --- two providers ------------------------------------------------------------------------------------------------ */

static enum err take(void *loaded, TALLOC_CTX *ctx, int64_t now_us, int64_t until_us, struct push_message messages[],
                     size_t n)
{
    (void)ctx, (void)now_us;
    struct taken *taken = loaded;
    taken->until_us = until_us;
    for (size_t i = 0; i < n; i++) {
        messages[i].answer = (struct push_answer){taken->status, "", taken->retry_after_s};
        if (taken->status != 200)
            continue;
        assert_true(taken->n < 16 && strlen(messages[i].token) < 8);
        memcpy(taken->tokens[taken->n++], messages[i].token, strlen(messages[i].token) + 1);
    }
    return ERR_OK;
}

static struct push_result result(const struct push_answer *answer)
{
    if (answer->status == 200)
        return (struct push_result){.status = PUSH_DELIVERED, .code = ""};
    return (struct push_result){.status = PUSH_RETRYING, .code = "BUSY", .retry_after_s = answer->retry_after_s};
}

static const int32_t FCM_DEVICES[] = {PB__PROVIDER__PROVIDER_FCM, PB__PROVIDER__PROVIDER_SIM};
static const int32_t APNS_DEVICES[] = {PB__PROVIDER__PROVIDER_APNS};
const struct provider FCM_TABLE = {
    .name = "fcm", .devices = FCM_DEVICES, .n_devices = 2, .send = take, .result = result};
const struct provider APNS_TABLE = {
    .name = "apns", .devices = APNS_DEVICES, .n_devices = 1, .send = take, .result = result};

const struct provider RENAMED_TABLE = {
    .name = "new", .devices = FCM_DEVICES, .n_devices = 2, .send = take, .result = result};

static int64_t now_us(void *arg)
{
    return *(const int64_t *)arg;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

struct dispatch *sender_of(struct fixture *f, const struct provider *provider, struct taken *taken, int64_t chunk,
                           int64_t *now)
{
    const struct dispatch_options options = {.provider = provider,
                                             .loaded = taken,
                                             .account = provider->name,
                                             .owner = "one",
                                             .pg = f->pg,
                                             .quiet = &QUIET_NIGHTS,
                                             .chunk = chunk,
                                             .now_us = now_us,
                                             .stopping = never,
                                             .arg = now};
    return dispatch_new(f->ctx, &options);
}

bool turn(struct fixture *f, struct dispatch *dispatch)
{
    bool any = false;
    assert_int_equal(dispatch_turn(dispatch, f->ctx, &any), ERR_OK);
    return any;
}

void give_apns_devices(struct fixture *f)
{
    must(f->pg, "INSERT INTO device(member_id, device_id, provider, token, at_us, removed, dead) VALUES"
                " (id('51'), 'c', 1, 'p51c', 1, false, false), (id('52'), 'c', 1, 'p52c', 1, false, false)");
}

void push_due(struct fixture *f, uint8_t id, int64_t due_us)
{
    struct item item = {.is = item_of(id, AFTER_MOVE, &TO_10B),
                        .is_new = true,
                        .rings = true,
                        .rings_at_us = due_us,
                        .has_recipients = true,
                        .recipients = 2};
    item.is.expires_at_us = due_us + CLOCK_HOUR_US;
    keep(f, &item);
}

void push_to_10b(struct fixture *f, uint8_t id)
{
    push_due(f, id, AFTER_MOVE);
}

void assert_took(const struct taken *taken, size_t n, const char *const tokens[])
{
    assert_int_equal(taken->n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(taken->tokens[i], tokens[i]);
}

const char *const AT_FCM[3] = {"t51a", "t51b", "t52a"}, *const AT_APNS[2] = {"p51c", "p52c"};
