/* The people and organisations of a batch of commands: a part without handlers, for every commands loop. The others'
 * `want` says into its set who is needed, their `apply` reads him there. Nothing is locked: a command is judged by what
 * the projection knows when the batch is loaded, as of the command's time. The loop's thread. */
#ifndef SOTAY_DIRECTORY_LOOKUP_H
#define SOTAY_DIRECTORY_LOOKUP_H

#include "common/loop/loop.h"
#include "services/directory/set.h"

extern const struct loop_part DIRECTORY_LOOKUP_PART;

/* The batch's set; the part is in the loop's list. Owned by the batch. */
struct directory_set *directory_lookup(const struct loop_batch *batch);

#endif
