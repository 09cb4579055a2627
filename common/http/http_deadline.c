/* Time: suspended requests that nobody answers or whose client leaves, and connections that drip a request header or
 * linger. libmicrohttpd measures inactivity only, and a suspended connection not at all. */
#include "common/base/clock.h"
#include "common/http/http_internal.h"

/* A header may take as long as a connection may idle, and a request's time: a dripping client gets no more. */
static int64_t lingering_us(const struct http_server *server)
{
    return (server->options.idle_s * INT64_C(1000) + server->options.deadline_ms) * 1000;
}

void *http_clock_thread(void *arg)
{
    struct http_server *server = arg;
    for (unsigned tick = 0; !atomic_load(&server->stopping); tick++) {
        pause_ms(HTTP_LOOK_EVERY_MS);
        int64_t now_us = clock_monotonic_us();
        http_find_left(server, tick);
        http_expire(server, now_us);
        http_close_lingering(server, now_us, now_us - lingering_us(server));
    }
    return NULL;
}
