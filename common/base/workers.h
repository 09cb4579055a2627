/* A bounded pool of threads for what may block: queries (each with its own PGconn) and Argon2id. Whoever starts it owns
 * it and stops it; any thread may give it jobs until then. */
#ifndef SOTAY_COMMON_WORKERS_H
#define SOTAY_COMMON_WORKERS_H

#include "common/base/err.h"
#include <talloc.h>

struct workers;
/* Each thread calls `open` once for its own state (a PGconn), `close` at the end. Both may be NULL. */
MUST_CHECK enum err workers_start(TALLOC_CTX *ctx, const char *name, unsigned threads, unsigned queue_limit,
                                  void *(*open)(void *arg), void (*close)(void *state), void *arg,
                                  struct workers **ret_workers);
/* Runs `job(state, arg)` on a pool thread. ERR_OVERLOADED when the queue is full: shed, never grow. */
MUST_CHECK enum err workers_run(struct workers *workers, void (*job)(void *state, void *arg), void *arg);
/* Likewise a job that holds its thread long, as a sign-in does whose password is hashed meanwhile. One thread never
 * takes such (where there is more than one): however many there are, what is short goes on. They wait in a queue of
 * their own, an eighth as long. A job may hand itself over by this. */
MUST_CHECK enum err workers_run_slow(struct workers *workers, void (*job)(void *state, void *arg), void *arg);
void workers_stop(struct workers *workers); /* finishes what is queued */

#endif
