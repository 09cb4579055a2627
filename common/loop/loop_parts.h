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
/* NULL: the loop does not read it. */
const struct loop_input *loop_find_input(const struct loop_options *options, enum topic topic);
/* The constraint of this name among all parts; NULL: none. */
const struct loop_constraint *loop_find_constraint(const struct loop_options *options, const char *name);

/* The topic of the loop's commands; TOPIC_NONE: it has none. */
enum topic loop_command_topic(const struct loop_options *options);

/* One after the other until one fails. An event that one part refuses after another has taken it is our own fault
 * (ERR_INTERNAL): half of it would be kept. */
MUST_CHECK enum err loop_want(const struct loop_handler *const handlers[], size_t n,
                              const struct loop_message *message);
MUST_CHECK enum err loop_apply(const struct loop_handler *const handlers[], size_t n,
                               const struct loop_message *message);

/* ERR_CONFIG (logged) where the tables cannot be right: a raw topic that no part takes, a command that two take, an
 * event that more take than LOOP_HANDLERS_LIMIT, two types for one kind, handlers of a topic that the loop does not
 * read. */
MUST_CHECK enum err loop_check_parts(const struct loop_options *options);

#endif
