/* A push provider is one table: its configuration, and how it takes messages. The sender (push/) knows nothing else of
 * it; which provider a device has, its registration says (Pb__Provider). The tables are listed in providers.c.
 *
 *     load ─▶ send, result of each answer ─▶ send … ─▶ unload
 *
 * Everything of a loaded table is used by the one thread that sends for its account. */
#ifndef SOTAY_NOTIFICATION_PROVIDER_H
#define SOTAY_NOTIFICATION_PROVIDER_H

#include "common/base/config.h"
#include "common/base/err.h"
#include "common/base/uuid.h"
#include <talloc.h>

/* What a provider said of one message. */
struct push_answer {
    int status;        /* of HTTP; 0: no answer came, the message may have arrived or not */
    const char *word;  /* the provider's own word for an error; "" */
    int retry_after_s; /* 0: not said */
};

/* What became of one device's message. The numbers are in push_delivery.status; a provider never says PUSH_EXPIRED. */
enum push_status { PUSH_DELIVERED, PUSH_DEAD, PUSH_EXPIRED, PUSH_RETRYING };
struct push_result {
    enum push_status status;
    const char *code;    /* a constant; "" when delivered */
    int retry_after_s;   /* of the whole account; 0: of this message alone */
    int wait_s;          /* of this message alone, where the sender's own delay is shorter */
    bool device_is_gone; /* its token is to be forgotten */
    bool is_unsent;      /* nobody was asked: it is tried again as what was tried once */
};

/* One message to one device. Strings are borrowed. */
struct push_message {
    struct uuid notification; /* collapse id and tag: what is sent again replaces what a phone shows */
    const char *kind;         /* of the inbox's item: "meeting_scheduled" */
    const char *url;          /* what a tap opens, of the app: "/app/…" */
    bool is_urgent;           /* it rings at any hour */
    const char *title, *body; /* what a lock screen may show */
    const char *token;        /* as the device registered it */
    int64_t expires_at_us;
    struct push_answer answer; /* filled by send */
};

struct provider {
    const char *name;       /* in logs: "fcm" */
    const int32_t *devices; /* Pb__Provider: whose devices it sends to; each stands in one table only */
    size_t n_devices;
    const struct config_key *keys; /* each begins with the name, except those that were there before */
    size_t n_keys;
    /* What shares a quota: its shards, cursors, lease and pace are its own. NULL: the provider is not configured, and
     * nothing is sent to its devices; they are kept. */
    const char *(*account)(void);
    /* After the configuration was read. Opens no connection yet. The result is owned by ctx until unload.
     * ERR_CONFIG. */
    enum err (*load)(TALLOC_CTX *ctx, void **ret_loaded);
    /* Sends each message and fills its `answer`, whose word is owned by ctx. Blocks until each is answered, and not
     * past `until_us` (monotonic): the lease ends soon after. ERR_UNAVAILABLE: no connection, nothing was sent. */
    enum err (*send)(void *loaded, TALLOC_CTX *ctx, int64_t now_us, int64_t until_us, struct push_message messages[],
                     size_t n);
    /* What an answer means. Pure. */
    struct push_result (*result)(const struct push_answer *answer);
    void (*unload)(void *loaded);
};

#endif
