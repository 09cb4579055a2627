/* The peer of cached_read: libmicrohttpd answering every request with the same bytes, by one shared response, and
 * nothing else. Threads and flags are those of common/http/http_daemon.c.
 *
 *   bare_mhd PORT THREADS RESPONSE_FILE      the file: header lines, an empty line, the body */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RESPONSE_ROOM = 1 << 20,
    CONNECTIONS = 4096,
    IDLE_S = 60,
    CONNECTION_MEMORY_BYTES = 32 * 1024,
    THREADS_MAX = 64
};

/* Queued on the second call: on the first one libmicrohttpd would close the connection (TRAPS). */
static enum MHD_Result on_access(void *response, struct MHD_Connection *connection, const char *url, const char *method,
                                 const char *version, const char *upload, size_t *upload_bytes, void **context)
{
    (void)url, (void)method, (void)version, (void)upload, (void)upload_bytes;
    if (*context)
        return MHD_queue_response(connection, 200, response);
    *context = response;
    return MHD_YES;
}

static void add_header(struct MHD_Response *response, char *line)
{
    char *colon = strstr(line, ": ");
    if (!colon)
        return;
    *colon = '\0';
    if (MHD_add_response_header(response, line, colon + 2) != MHD_YES)
        fprintf(stderr, "bare_mhd: header refused: %s\n", line);
}

static struct MHD_Response *read_response(const char *path)
{
    static char text[RESPONSE_ROOM];
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    char *body = strstr(text, "\n\n");
    if (file)
        fclose(file);
    if (!body)
        return NULL;
    *body = '\0';
    body += 2;
    struct MHD_Response *response = MHD_create_response_from_buffer(n - (size_t)(body - text), body,
                                                                    MHD_RESPMEM_PERSISTENT);
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); response && line; line = strsep(&rest, "\n"))
        add_header(response, line);
    return response;
}

static unsigned number(const char *text, unsigned long most)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    return *end == '\0' && value <= most ? (unsigned)value : 0;
}

static struct MHD_Daemon *start(unsigned port, unsigned threads, struct MHD_Response *response)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access,
                            response, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_THREAD_POOL_SIZE,
                            threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES,
                            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

int main(int argc, char **argv)
{
    struct MHD_Response *response = argc == 4 ? read_response(argv[3]) : NULL;
    sigset_t stop;
    int signal_number;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    struct MHD_Daemon *daemon = response ? start(number(argv[1], UINT16_MAX), number(argv[2], THREADS_MAX), response)
                                         : NULL;
    if (!daemon) {
        fputs("usage: bare_mhd PORT THREADS RESPONSE_FILE (or the port is taken)\n", stderr);
        return EXIT_FAILURE;
    }
    sigwait(&stop, &signal_number);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return EXIT_SUCCESS;
}
