/* What a loop waits for, as an operator reads it: at /readyz, which is 503 with this text, in `deploy/local/ctl status`
 * and in the metric sotay_loop_waits. Whoever finds that the loop cannot go on says so at every try, and says when it
 * can:
 *
 *     loop_waits_for(waits, LOOP_WAIT_BATCH, "retry: %s", pg_message(pg));    its time is that of the first
 *     loop_waits_end(waits, LOOP_WAIT_BATCH);                                 nothing, where it did not wait
 *
 * - Each reason stands by itself, with one short text: the end of one does not hide another.
 * - A loop is not ready while one of its reasons has lasted for the seconds of its row below.
 * - The metric counts the loops of the process that wait for a reason, from the moment on when it is said.
 * A new reason is a row of LOOP_WAITS. Said by the loop's thread, read by any. */
#ifndef SOTAY_COMMON_LOOP_WAITS_H
#define SOTAY_COMMON_LOOP_WAITS_H

#include <pthread.h>
#include <stdint.h>
#include <talloc.h>

/* WAIT(NAME, "label of the metric", seconds until the loop is not ready) */
#define LOOP_WAITS(WAIT)                                                                                   \
    WAIT(QUEUE, "queue", 10)                 /* Kafka is away, or its group has not assigned it any yet */ \
    WAIT(POSITIONS, "positions", 10)         /* PostgreSQL does not say where they go on */                \
    WAIT(BATCH, "batch", 10)                 /* polled messages are tried again and again */               \
    WAIT(ANNOUNCEMENTS, "announcements", 10) /* Kafka or Redis does not take what commits have to tell */  \
    WAIT(NEWS, "news", 0)                    /* projections stand still that commands wait for */          \
    WAIT(BIRTH, "older_birth", 10)           /* a birth of topics waits until older ones are read whole */ \
    WAIT(KIND, "unknown_kind", 0)            /* a command that a newer binary knows */                     \
    WAIT(STOPPED, "stopped", 0)              /* a log of commands is another: an operator must look */     \
    WAIT(CLUSTER, "wrong_cluster", 0)        /* the database belongs to another Kafka */

#define LOOP_WAIT(name, label, seconds) LOOP_WAIT_##name,
enum loop_wait { LOOP_WAITS(LOOP_WAIT) LOOP_WAIT_COUNT };
#undef LOOP_WAIT

enum { LOOP_WAIT_TEXT_BYTES = 320 };

struct loop_waits {
    pthread_mutex_t lock;
    struct {
        int64_t since_us;                /* monotonic; 0: it does not wait */
        char text[LOOP_WAIT_TEXT_BYTES]; /* empty: loop_waits_begin was called only */
    } each[LOOP_WAIT_COUNT];
};

void loop_waits_init(struct loop_waits *waits);
/* It ends all: the metric counts this loop no more. */
void loop_waits_done(struct loop_waits *waits);
/* Its time counts from now, though nobody knows yet whether it will have to wait: a step that may hang begins. */
void loop_waits_begin(struct loop_waits *waits, enum loop_wait why);
/* A longer text is cut. */
void loop_waits_for(struct loop_waits *waits, enum loop_wait why, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void loop_waits_end(struct loop_waits *waits, enum loop_wait why);
/* "12 s: retry: …; 3 s: …" of the reasons for which the loop is not ready at `now_us` of the monotonic clock; NULL:
 * there is none. Any thread. */
char *loop_waits_text(struct loop_waits *waits, TALLOC_CTX *ctx, int64_t now_us);
/* Once in a process. */
void loop_waits_register_metrics(void);

#endif
