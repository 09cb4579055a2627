/* The raw side: bytes on a connection. Whatever comes, the server lives, answers in HTTP, and says nothing behind a
 * refusal, after which it hangs up. */
#include "common/base/mem.h"
#include "common/http/http_server.h"
#include "tests/fuzz/fuzz.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ANSWERS_BYTES = 1 << 18, PATIENCE_MS = 10000, SILENCE_MS = 2 };
static const char REFUSAL[] = "{\"code\":\"header_invalid\"}";

static void head(struct http_request *request, void *arg)
{
    (void)arg;
    if (http_has_body(request))
        http_limit_body(request, 4096);
}

static void handle(struct http_request *request, void *arg)
{
    size_t n;
    (void)arg;
    const char *list = http_header_list(request, request, "X-Forwarded-For");
    fuzz_must(http_method(request) && http_path(request) && http_query(request) && http_body(request, &n));
    fuzz_must(!list || strlen(list) < 65536);
    http_reply(request, 200, NULL, 0, "ok", 2);
}

static const char *refusal(enum err err)
{
    (void)err;
    return REFUSAL;
}

static struct sockaddr_un started(void)
{
    static struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct http_server *server;
    if (*at.sun_path)
        return at;
    char listen[sizeof at.sun_path + 8];
    (void)snprintf(at.sun_path, sizeof at.sun_path, "/tmp/fuzz_http.%d", (int)getpid());
    (void)snprintf(listen, sizeof listen, "unix:%s", at.sun_path);
    const struct http_options options = {.listen = listen,
                                         .threads = 1,
                                         .body_bytes = 4096,
                                         .connections = 16,
                                         .idle_s = 5,
                                         .deadline_ms = PATIENCE_MS,
                                         .handle = handle,
                                         .head = head,
                                         .refusal = refusal};
    fuzz_must(http_server_start(NULL, &options, &server) == ERR_OK);
    return at;
}

/* Both ways at once: an answer that nobody takes must not hold the sender. Ends when the server hangs up, or says
 * nothing more for a moment. */
static size_t exchange(int fd, const uint8_t *data, size_t n, char *answers)
{
    size_t got = 0;
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = (short)(POLLIN | (n > 0 ? POLLOUT : 0))};
        if (poll(&ready, 1, n > 0 ? PATIENCE_MS : SILENCE_MS) <= 0)
            return got;
        ssize_t sent = ready.revents & POLLOUT ? send(fd, data, n, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
        n = sent < 0 && errno != EAGAIN ? 0 : n - (sent > 0 ? (size_t)sent : 0);
        data += sent > 0 ? sent : 0;
        ssize_t taken = recv(fd, answers + got, ANSWERS_BYTES - 1 - got, MSG_DONTWAIT);
        if (taken == 0 || (taken < 0 && errno != EAGAIN))
            return got;
        got += taken > 0 ? (size_t)taken : 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static char answers[ANSWERS_BYTES];
    const struct sockaddr_un at = started();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    fuzz_must(fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0);
    size_t got = exchange(fd, data, n, answers);
    (void)close(fd);
    answers[got] = '\0';
    fuzz_must(got == 0 || strncmp(answers, "HTTP/1.", 7) == 0);
    const char *refused = strstr(answers, REFUSAL);
    fuzz_must(!refused || refused[sizeof REFUSAL - 1] == '\0');
    return 0;
}
