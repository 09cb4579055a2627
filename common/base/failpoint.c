#include "common/base/failpoint.h"

#ifdef SOTAY_FAILPOINTS
#include "common/base/mem.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum action { ACTION_KILL, ACTION_HANG, ACTION_FAIL };

struct armed {
    const char *name;
    enum action action;
    int passes_left; /* 0: fired (a hang goes on until it is disarmed) */
    struct armed *next;
};

/* Made by the linker from FAILPOINT; absent in a program that has none. */
extern const char *const __start_failpoints[] __attribute__((weak));
extern const char *const __stop_failpoints[] __attribute__((weak));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the list */
static pthread_cond_t disarmed = PTHREAD_COND_INITIALIZER;
static struct armed *all;
static atomic_int n_armed; /* lets everyone pass without the lock while there is nothing */

static const char *const *find_registered(const char *name)
{
    for (const char *const *p = __start_failpoints; p < __stop_failpoints; p++)
        if (strcmp(*p, name) == 0)
            return p;
    return NULL;
}

static struct armed *find_armed(const char *name)
{
    struct armed *armed = all;
    while (armed != NULL && strcmp(armed->name, name) != 0)
        armed = armed->next;
    return armed;
}

static void disarm(const char *name)
{
    for (struct armed **p = &all; *p != NULL; p = &(*p)->next) {
        if (strcmp((*p)->name, name) != 0)
            continue;
        struct armed *gone = *p;
        *p = gone->next;
        mem_free(gone);
        atomic_fetch_sub(&n_armed, 1);
        break;
    }
    pthread_cond_broadcast(&disarmed);
}

static bool parse_action(const char *text, enum action *ret_action)
{
    static const char *const NAMES[] = {"kill", "hang", "fail"};
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(text, NAMES[i]) != 0)
            continue;
        *ret_action = (enum action)i;
        return true;
    }
    return false;
}

enum err failpoint_arm(const char *name, const char *action, int after)
{
    enum action parsed = ACTION_FAIL;
    bool off = strcmp(action, "off") == 0;
    const char *const *registered = find_registered(name);
    if (registered == NULL)
        return ERR_NOT_FOUND;
    if (!off && (!parse_action(action, &parsed) || after < 1))
        return ERR_INVALID;
    pthread_mutex_lock(&lock);
    disarm(name);
    if (!off) {
        struct armed *armed = mem_new(NULL, struct armed);
        *armed = (struct armed){.name = *registered, .action = parsed, .passes_left = after, .next = all};
        all = armed;
        atomic_fetch_add(&n_armed, 1);
    }
    pthread_mutex_unlock(&lock);
    return ERR_OK;
}

/* With the lock held. True: fail here. */
static bool fire(const char *name, enum action action)
{
    if (action == ACTION_KILL) {
        kill(getpid(), SIGKILL);
        pause();
    }
    if (action == ACTION_FAIL)
        disarm(name);
    else
        while (find_armed(name) != NULL)
            pthread_cond_wait(&disarmed, &lock);
    return action == ACTION_FAIL;
}

bool failpoint_pass(const char *name)
{
    bool fails = false;
    if (atomic_load(&n_armed) == 0)
        return false;
    pthread_mutex_lock(&lock);
    struct armed *armed = find_armed(name);
    if (armed != NULL && armed->passes_left > 0 && --armed->passes_left == 0)
        fails = fire(name, armed->action);
    pthread_mutex_unlock(&lock);
    return fails;
}

static bool is_first_use(const char *const *p)
{
    return find_registered(*p) == p;
}

static bool is_waiting(const char *name)
{
    pthread_mutex_lock(&lock);
    const struct armed *armed = find_armed(name);
    bool waiting = armed != NULL && armed->passes_left > 0;
    pthread_mutex_unlock(&lock);
    return waiting;
}

char *failpoint_list(TALLOC_CTX *ctx)
{
    char *text = mem_text(ctx, "");
    for (const char *const *p = __start_failpoints; p < __stop_failpoints; p++) {
        if (!is_first_use(p))
            continue;
        char *longer = mem_printf(ctx, "%s%s%s\n", text, *p, is_waiting(*p) ? " armed" : "");
        mem_free(text);
        text = longer;
    }
    return text;
}
#endif
