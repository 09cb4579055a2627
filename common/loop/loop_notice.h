/* What a commit has to tell, by the rows of the outbox that keep it. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_NOTICE_H
#define SOTAY_COMMON_LOOP_NOTICE_H

#include "common/loop/loop_slot.h"
#include "common/loop/loop_store.h"
#include "sotay/v1/envelope.pb-c.h"

/* An announcement and the row that keeps it, by which it is known whether it was told. id 0: no row of the outbox (what
 * is told late, loop_later.h). */
struct loop_notice {
    struct loop_row row;
    Pb__Announcement *announcement;
};

/* What the batch has to tell, by the rows that are to keep it (their ids are not known yet); 0: nothing. At most
 * n_positions + 1. */
size_t loop_notices(struct loop_batch *batch, struct loop_notice notices[]);

#endif
