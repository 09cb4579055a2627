/* What is prepared, of one kind, in a batch: the state of a part without handlers, which loads what was wanted, with
 * the organisations whose it is, and writes what changed. A kind's own folder says of which rows (struct
 * prepared_kind); its things begin with a struct prepared. The loop's thread. */
#ifndef SOTAY_MEETING_PREPARED_SET_H
#define SOTAY_MEETING_PREPARED_SET_H

#include "common/loop/loop.h"
#include "services/meeting/host/host.h"
#include "services/meeting/meeting/meeting_context.h"
#include "services/meeting/prepared/prepared.h"

struct prepared_kind {
    size_t bytes; /* of a thing */
    /* Of ids, locked in their order: the thing's columns, then HOST_COLUMNS. */
    const struct pg_statement *lock;
    /* How many count, of the organisations $1 and of those whose the things $2 are: rows of organisation, number. */
    const struct pg_statement *count;
    const struct pg_statement *write; /* `each`: a row as `add` says it */
    const struct pg_statement *erase; /* `each`: the ids of those that are gone; NULL: none ever is */
    int (*read)(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, void *ret_thing); /* the column behind */
    void (*add)(TALLOC_CTX *ctx, struct pg_args *args, const void *thing);
};

/* What a part of this kind does. */
void *prepared_set_new(struct loop_batch *batch, const struct prepared_kind *kind);
void prepared_set_load(void *state, struct pg *pg);
enum err prepared_set_loaded(void *state);
void prepared_set_write(void *state, struct pg *pg);

/* In `want`, of the message's own aggregate and who acts. */
void prepared_set_want_new(const struct loop_message *message, const struct loop_part *part);
void prepared_set_want(const struct loop_message *message, const struct loop_part *part);

/* The organisation that the message names, for which something is to be kept: visible → role → state. */
MUST_CHECK enum err prepared_set_take_host(const struct loop_message *message, struct meeting_context *ret_context);
/* The thing that the message names: visible → role → version. ERR_RETRY: the directory is being read again. */
MUST_CHECK enum err prepared_set_take(const struct loop_message *message, const struct loop_part *part,
                                      struct meeting_context *ret_context, const void **ret_thing);
/* How many of its things count now. Those of one organisation come from one partition, but for what is edited: two at
 * the same moment may go one beyond the limit, which guards against floods and nothing else. */
int32_t prepared_set_count(const struct loop_batch *batch, const struct loop_part *part,
                           const struct uuid *organization);
/* Makes the next state the state; of version 0: it is gone. */
void prepared_set_keep(const struct loop_batch *batch, const struct loop_part *part, const void *thing);

#endif
