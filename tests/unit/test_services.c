/* services/gateway/link/services.h: which instance of a service is asked. The instances are real servers here. */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/http/http_server.h"
#include "services/gateway/link/services.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { INSTANCES = 2, TIMEOUT_MS = 400, QUESTIONS = 12 };

struct instance {
    struct http_server *server; /* NULL: it does not run */
    atomic_int took;
    bool hangs; /* it answers nothing, until its server has stopped */
    _Atomic(struct http_request *) kept;
};

struct fixture {
    char folder[32];
    struct http_client *client;
    struct services *services;
    struct instance instances[INSTANCES];
    pthread_mutex_t lock; /* of the answers */
    pthread_cond_t came;
    size_t n_answers;
    enum err answers[QUESTIONS];
};

/* An empty body is an empty QueryReply. */
static void handle(struct http_request *request, void *arg)
{
    struct instance *instance = arg;
    atomic_fetch_add(&instance->took, 1);
    if (instance->hangs)
        atomic_store(&instance->kept, request);
    else
        http_reply(request, 200, NULL, 0, "", 0);
}

static void refuse(struct http_request *request, enum err err, void *arg)
{
    (void)arg;
    http_reply(request, err_info(err)->http_status, NULL, 0, "", 0);
}

static void socket_path(const struct fixture *f, size_t i, char *path, size_t n)
{
    (void)snprintf(path, n, "%s/meeting%s.sock", f->folder, i == 0 ? "" : "-2");
}

static void start_instance(struct fixture *f, size_t i)
{
    char path[64], listen[80];
    socket_path(f, i, path, sizeof path);
    (void)snprintf(listen, sizeof listen, "unix:%s", path);
    const struct http_options options = {.listen = listen,
                                         .threads = 1,
                                         .body_bytes = 4096,
                                         .connections = 64,
                                         .idle_s = 10,
                                         .deadline_ms = 3 * TIMEOUT_MS,
                                         .handle = handle,
                                         .refuse = refuse,
                                         .arg = &f->instances[i]};
    assert_int_equal(http_server_start(f, &options, &f->instances[i].server), ERR_OK);
}

/* What a process that was killed leaves: a socket's file that nobody listens at. */
static void leave_dead_socket(struct fixture *f, size_t i)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socket_path(f, i, at.sun_path, sizeof at.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    (void)close(fd);
}

static int set_up(void **state)
{
    struct fixture *f = mem_new(NULL, struct fixture);
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/sotay-asks-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->came, NULL);
    assert_int_equal(http_client_start(f, 16, &f->client), ERR_OK);
    const struct services_options options = {
        .client = f->client, .sockets = f->folder, .instances = INSTANCES, .clock_file = "", .timeout_ms = TIMEOUT_MS};
    f->services = services_new(f, &options);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    char path[64];
    http_client_stop(f->client);
    for (size_t i = 0; i < INSTANCES; i++) {
        if (f->instances[i].server)
            http_server_stop(f->instances[i].server);
        struct http_request *kept = atomic_load(&f->instances[i].kept);
        if (kept)
            http_reply(kept, 200, NULL, 0, "", 0); /* frees it */
        socket_path(f, i, path, sizeof path);
        (void)unlink(path); /* a server has taken its own away */
    }
    assert_int_equal(rmdir(f->folder), 0);
    mem_free(f);
    return 0;
}

static void on_answer(void *arg, enum err err, const Pb__QueryReply *reply)
{
    struct fixture *f = arg;
    assert_true((err == ERR_OK) == (reply != NULL));
    pthread_mutex_lock(&f->lock);
    f->answers[f->n_answers++] = err;
    pthread_cond_signal(&f->came);
    pthread_mutex_unlock(&f->lock);
}

static void ask(struct fixture *f, const struct viewer *caller)
{
    Pb__GetOutcomes message = PB__GET_OUTCOMES__INIT;
    const struct service_query query = {.service = SERVICE_MEETING, .message = &message.base, .caller = caller};
    service_ask(f->services, &query, on_answer, f);
}

/* Answer number n (from 1 on): what it was. */
static enum err answer(struct fixture *f, size_t n)
{
    pthread_mutex_lock(&f->lock);
    while (f->n_answers < n)
        pthread_cond_wait(&f->came, &f->lock);
    enum err err = f->answers[n - 1];
    pthread_mutex_unlock(&f->lock);
    return err;
}

static void test_where_one_instance_is_dead_the_other_answers(void **state)
{
    struct fixture *f = *state;
    leave_dead_socket(f, 0);
    start_instance(f, 1);
    for (size_t i = 1; i <= QUESTIONS; i++) {
        ask(f, NULL);
        assert_int_equal(answer(f, i), ERR_OK);
    }
    assert_int_equal(f->instances[1].took, QUESTIONS);
}

static void test_where_no_instance_runs_a_question_is_refused(void **state)
{
    struct fixture *f = *state;
    leave_dead_socket(f, 0);
    ask(f, NULL);
    assert_int_equal(answer(f, 1), ERR_UNAVAILABLE);
}

static void test_an_instance_that_hangs_holds_one_question_and_that_is_asked_elsewhere(void **state)
{
    struct fixture *f = *state;
    f->instances[0].hangs = true;
    start_instance(f, 0);
    start_instance(f, 1);
    ask(f, NULL);
    for (size_t i = 1; i < QUESTIONS; i++) {
        ask(f, NULL);
        assert_int_equal(answer(f, i), ERR_OK);
    }
    assert_int_equal(answer(f, QUESTIONS), ERR_OK);
    assert_int_equal(f->instances[0].took, 1);
    assert_int_equal(f->instances[1].took, QUESTIONS);
}

static void test_a_direct_call_that_was_taken_is_not_made_again(void **state)
{
    struct fixture *f = *state;
    const struct viewer nobody = {.signed_in = false};
    f->instances[0].hangs = true;
    start_instance(f, 0);
    start_instance(f, 1);
    ask(f, &nobody);
    assert_int_equal(answer(f, 1), ERR_TIMEOUT);
    assert_int_equal(f->instances[1].took, 0);
}

static void test_who_stops_is_told_so_whatever_is_left_to_ask(void **state)
{
    struct fixture *f = *state;
    f->instances[0].hangs = f->instances[1].hangs = true;
    start_instance(f, 0);
    start_instance(f, 1);
    ask(f, NULL);
    http_client_stop(f->client);
    assert_int_equal(answer(f, 1), ERR_UNAVAILABLE);
    assert_int_equal(http_client_start(f, 16, &f->client), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_where_one_instance_is_dead_the_other_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_where_no_instance_runs_a_question_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_instance_that_hangs_holds_one_question_and_that_is_asked_elsewhere,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_direct_call_that_was_taken_is_not_made_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_stops_is_told_so_whatever_is_left_to_ask, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
