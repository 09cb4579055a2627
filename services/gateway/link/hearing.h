/* What a gateway has heard of one service on its channel (common/loop/loop_channel.h), and what follows for answers
 * that it keeps. No I/O and no clock. One thread. */
#ifndef SOTAY_GATEWAY_HEARING_H
#define SOTAY_GATEWAY_HEARING_H

#include "sotay/v1/envelope.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

struct hearing;
struct hearing *hearing_new(TALLOC_CTX *ctx);

/* Takes a message that was published after `since_us` (monotonic). False: something may have been missed before it: the
 * service's entries are void. */
bool hearing_take(struct hearing *hearing, const Pb__Told *told, int64_t since_us);

/* Since when each of the service's partitions has been heard of: what was committed before that has been told. 0: not
 * all have been heard of yet. */
int64_t hearing_since_us(const struct hearing *hearing);

/* The connection is a new one. */
void hearing_forget(struct hearing *hearing);

#endif
