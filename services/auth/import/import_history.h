/* What a chunk changed of people who were there: a row of the history of each, and for an importer who is no operator a
 * row of the audit for each position that was given or ended, as if he had said it one by one. Of who is new the job
 * tells, and his positions. In the chunk's transaction; the thread of the connection. */
#ifndef SOTAY_AUTH_IMPORT_HISTORY_H
#define SOTAY_AUTH_IMPORT_HISTORY_H

#include "services/auth/import/import_chunk_store.h"
#include "services/auth/membership/membership_store.h"

struct import_history {
    struct uuid_map *before; /* struct membership */
};
/* Before the chunk is applied; two round trips. */
MUST_CHECK enum err import_history_begin(struct pg *pg, struct import_chunk *chunk, struct import_history *ret_history);
/* After it was: one round trip, and queues the rows, those of the audit last. */
MUST_CHECK enum err import_history_end_queue(struct pg *pg, const struct import_chunk *chunk,
                                             const struct import_history *history);

#endif
