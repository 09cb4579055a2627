/* A thread for each question. Who asked and who answers share it; whoever is done with it last frees it. */
#include "services/notification/provider/resolve.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

struct question {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    const char *host, *port;
    struct addrinfo *found;    /* NULL: no address */
    bool is_answered, is_left; /* nobody waits for it any more */
};

static atomic_int asked;
static const struct addrinfo HINTS = {.ai_socktype = SOCK_STREAM};

static struct question *question_new(const char *host, const char *port)
{
    struct question *question = mem_new(NULL, struct question);
    pthread_condattr_t attributes;
    pthread_mutex_init(&question->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&question->answered, &attributes);
    pthread_condattr_destroy(&attributes);
    question->host = mem_text(question, host);
    question->port = mem_text(question, port);
    return question;
}

static void question_free(struct question *question)
{
    if (question->found)
        freeaddrinfo(question->found);
    pthread_cond_destroy(&question->answered);
    pthread_mutex_destroy(&question->lock);
    mem_free(question);
    atomic_fetch_sub(&asked, 1);
}

static void *answer(void *arg)
{
    struct question *question = arg;
    struct addrinfo *found = NULL;
    if (getaddrinfo(question->host, question->port, &HINTS, &found) != 0)
        found = NULL;
    pthread_mutex_lock(&question->lock);
    question->found = found;
    question->is_answered = true;
    bool is_left = question->is_left;
    pthread_cond_signal(&question->answered);
    pthread_mutex_unlock(&question->lock);
    if (is_left)
        question_free(question);
    return NULL;
}

/* Takes what was found; the answer that comes later frees the question itself. */
static struct addrinfo *wait_for_answer(struct question *question, int64_t until_us)
{
    const struct timespec until = {.tv_sec = until_us / CLOCK_SECOND_US, .tv_nsec = until_us % CLOCK_SECOND_US * 1000};
    int waited = 0;
    pthread_mutex_lock(&question->lock);
    while (!question->is_answered && waited == 0)
        waited = pthread_cond_timedwait(&question->answered, &question->lock, &until);
    struct addrinfo *found = question->found;
    bool is_answered = question->is_answered;
    question->found = NULL;
    question->is_left = !is_answered;
    pthread_mutex_unlock(&question->lock);
    if (is_answered)
        question_free(question);
    return found;
}

static bool ask(struct question *question)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, answer, question) != 0)
        return false;
    pthread_detach(thread);
    return true;
}

enum err resolve(const char *host, const char *port, int64_t until_us, struct addrinfo **ret_found)
{
    const struct addrinfo numbers = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    if (getaddrinfo(host, port, &numbers, ret_found) == 0)
        return ERR_OK; /* it is an address: nobody need be asked */
    if (clock_monotonic_us() >= until_us)
        return ERR_UNAVAILABLE;
    if (atomic_fetch_add(&asked, 1) >= RESOLVE_AT_ONCE) {
        atomic_fetch_sub(&asked, 1);
        log_warn("resolver_busy", "host=%s", host);
        return ERR_UNAVAILABLE;
    }
    struct question *question = question_new(host, port);
    if (!ask(question)) {
        question_free(question);
        return ERR_UNAVAILABLE;
    }
    *ret_found = wait_for_answer(question, until_us);
    return *ret_found ? ERR_OK : ERR_UNAVAILABLE;
}
