/* The parts of a batch: their states, and the four moments of each. For loop_batch.c, and for tests that run parts
 * against PostgreSQL without a queue. The thread that owns the pg. */
#ifndef SOTAY_COMMON_LOOP_PARTS_H
#define SOTAY_COMMON_LOOP_PARTS_H

#include "common/loop/loop.h"

enum { LOOP_HANDLERS_LIMIT = 8 }; /* of one event: so many parts may take it */

/* The states of a batch, in the order of the parts. Owned by the context that the batch has already. */
struct loop_states;
struct loop_states *loop_states_new(TALLOC_CTX *ctx, struct loop_batch *batch, const struct loop_part *const parts[],
                                    size_t n);
void *loop_states_get(const struct loop_states *states, const struct loop_part *part);

/* Each part in turn. `load` and `write` queue on pg, `loaded` is called after the flush between them. */
void loop_states_load(struct loop_states *states, struct pg *pg);
MUST_CHECK enum err loop_states_loaded(struct loop_states *states);
void loop_states_write(struct loop_states *states, struct pg *pg);

/* Fills `ret_handlers` with the handlers of a kind (NULL: of the raw topic's one row), in the order of the parts;
 * returns how many, at most LOOP_HANDLERS_LIMIT. */
size_t loop_find_handlers(const struct loop_part *const parts[], size_t n, enum topic topic, const char *kind,
                          const struct loop_handler *ret_handlers[LOOP_HANDLERS_LIMIT]);
/* The constraint of this name among all parts; NULL: none. */
const struct loop_constraint *loop_find_constraint(const struct loop_options *options, const char *name);

/* A batch without messages, so that a test can load and write their states. */
struct loop_batch *loop_batch_of_parts(TALLOC_CTX *ctx, const struct loop_part *const parts[], size_t n);
struct loop_states *loop_batch_states(const struct loop_batch *batch);

#endif
