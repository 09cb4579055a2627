/* Parts of a service against PostgreSQL, without a queue: a batch is loaded, hears messages, and is written. */
#ifndef SOTAY_TESTS_STORE_PARTS_FIXTURE_H
#define SOTAY_TESTS_STORE_PARTS_FIXTURE_H

#include "common/loop/loop_slot.h"
#include "pg_fixture.h"

/* BEGIN, load, loaded; the last two must succeed. */
void parts_load(struct pg *pg, struct loop_batch *batch);
enum err parts_write(struct pg *pg, struct loop_batch *batch); /* write, COMMIT */

/* The messages (topic, body, ids and times are the caller's) as one batch of these parts, each as the queue would bring
 * it: want, load, apply, write, COMMIT. All of it must succeed. The batch lives in f->ctx. */
struct loop_batch *parts_hear(struct fixture *f, const struct loop_part *const parts[], size_t n_parts,
                              struct loop_message messages[], size_t n);

#endif
