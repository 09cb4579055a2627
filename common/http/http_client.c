/* One thread drives libcurl's multi handle; senders put calls on a list and wake it. Easy handles are kept and used
 * again, and with them libcurl's pool of connections. */
#include "common/http/http_client.h"
#include "common/base/array.h"
#include "common/base/clock.h"
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { POLL_MS = 1000, IDLE_HANDLES = 64, CONNECT_MS = 2000 };

struct call {
    struct call *next;
    struct http_client *client;
    CURL *easy;
    struct http_call what; /* copies, owned by this call */
    struct curl_slist *headers;
    http_done_fn *done;
    void *arg;
    ARRAY(char) reply;
    bool too_large;
};

struct http_client {
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock; /* of the list */
    struct call *first, **end;
    atomic_bool stopping;
    CURL *idle[IDLE_HANDLES]; /* the thread's own from here on */
    size_t n_idle;
    struct call *under_way;
};

/* --- one call ----------------------------------------------------------------------------------------------------- */

static size_t on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
    struct call *call = arg;
    size_t total = size * n;
    if (call->reply.n + total > call->what.reply_limit_bytes) {
        call->too_large = true;
        return 0; /* libcurl ends the transfer */
    }
    array_add_many(call, &call->reply, bytes, total);
    return total;
}

static struct call *call_new(struct http_client *client, const struct http_call *what, http_done_fn *done, void *arg)
{
    struct call *call = mem_new(NULL, struct call);
    call->client = client;
    call->what = *what;
    call->what.unix_socket = mem_text(call, what->unix_socket);
    call->what.url = mem_text(call, what->url);
    call->what.content_type = mem_text(call, what->content_type);
    call->what.body = what->body ? mem_copy(call, what->body, what->body_bytes) : NULL;
    call->done = done;
    call->arg = arg;
    return call;
}

/* Setting options of known types with valid values cannot fail but for memory, which aborts. */
static void set_up(struct call *call)
{
    CURL *easy = call->easy;
    curl_easy_reset(easy); /* connections are the multi handle's, and stay */
    curl_easy_setopt(easy, CURLOPT_URL, call->what.url);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)call->what.timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    if (call->what.unix_socket)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, call->what.unix_socket);
    if (call->what.body) {
        char *type = mem_printf(call, "Content-Type: %s",
                                call->what.content_type ? call->what.content_type : "application/octet-stream");
        call->headers = curl_slist_append(curl_slist_append(NULL, type), "Expect:");
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->what.body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->what.body_bytes);
    }
}

static enum err err_of(CURLcode code, const struct call *call)
{
    if (code == CURLE_OK)
        return ERR_OK;
    if (call->too_large)
        return ERR_MALFORMED;
    if (code == CURLE_COULDNT_CONNECT)
        return ERR_NOT_CONNECTED;
    return code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_UNAVAILABLE;
}

static void unlink_call(struct http_client *client, struct call *call)
{
    struct call **at = &client->under_way;
    while (*at && *at != call)
        at = &(*at)->next;
    if (*at)
        *at = call->next;
}

static void finish(struct http_client *client, struct call *call, enum err err)
{
    long status = 0;
    if (!err)
        curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    call->done(call->arg, err, (int)status, call->reply.n > 0 ? call->reply.items : "", call->reply.n);
    curl_multi_remove_handle(client->multi, call->easy);
    curl_slist_free_all(call->headers);
    if (client->n_idle < IDLE_HANDLES)
        client->idle[client->n_idle++] = call->easy;
    else
        curl_easy_cleanup(call->easy);
    unlink_call(client, call);
    mem_free(call);
}

/* --- the thread --------------------------------------------------------------------------------------------------- */

static void start_call(struct http_client *client, struct call *call)
{
    call->easy = client->n_idle > 0 ? client->idle[--client->n_idle] : curl_easy_init();
    call->next = client->under_way;
    client->under_way = call;
    set_up(call);
    if (curl_multi_add_handle(client->multi, call->easy) != CURLM_OK)
        finish(client, call, ERR_INTERNAL);
}

static void start_new(struct http_client *client)
{
    pthread_mutex_lock(&client->lock);
    struct call *call = client->first;
    client->first = NULL;
    client->end = &client->first;
    pthread_mutex_unlock(&client->lock);
    while (call) {
        struct call *next = call->next;
        start_call(client, call);
        call = next;
    }
}

static void finish_done(struct http_client *client)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(client->multi, &left))) {
        struct call *call = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
        finish(client, call, err_of(code, call));
    }
}

static void *run_thread(void *arg)
{
    struct http_client *client = arg;
    int running = 0;
    while (!atomic_load(&client->stopping)) {
        start_new(client);
        curl_multi_perform(client->multi, &running);
        finish_done(client);
        curl_multi_poll(client->multi, NULL, 0, POLL_MS, NULL); /* ended at once by curl_multi_wakeup */
    }
    for (start_new(client); client->under_way; start_new(client)) /* who is called back may send again */
        finish(client, client->under_way, ERR_UNAVAILABLE);
    return NULL;
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void init_curl(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* fails only for memory */
}

enum err http_client_start(TALLOC_CTX *ctx, unsigned connections_per_host, struct http_client **ret_client)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http_client *client = mem_new(ctx, struct http_client);
    (void)pthread_once(&once, init_curl); /* cannot fail */
    client->multi = curl_multi_init();
    client->end = &client->first;
    pthread_mutex_init(&client->lock, NULL);
    curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections_per_host);
    if (pthread_create(&client->thread, NULL, run_thread, client) != 0) {
        curl_multi_cleanup(client->multi);
        mem_free(client);
        return ERR_INTERNAL;
    }
    *ret_client = client;
    return ERR_OK;
}

void http_send(struct http_client *client, const struct http_call *what, http_done_fn *done, void *arg)
{
    struct call *call = call_new(client, what, done, arg);
    pthread_mutex_lock(&client->lock);
    *client->end = call;
    client->end = &call->next;
    pthread_mutex_unlock(&client->lock);
    curl_multi_wakeup(client->multi);
}

void http_client_stop(struct http_client *client)
{
    atomic_store(&client->stopping, true);
    curl_multi_wakeup(client->multi);
    (void)pthread_join(client->thread, NULL); /* ours, joined once */
    while (client->n_idle > 0)
        curl_easy_cleanup(client->idle[--client->n_idle]);
    curl_multi_cleanup(client->multi);
    pthread_mutex_destroy(&client->lock);
    mem_free(client);
}
