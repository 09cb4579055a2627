#include "common/loop/loop_beat.h"

#include "common/base/clock.h"

#define BEAT_EVERY_US (CLOCK_SECOND_US / 4)

enum err loop_look(struct loop *loop)
{
    enum err err = loop_positions_hold(&loop->positions, loop->pg);
    if (*loop->positions.stopped)
        loop_waits_for(&loop->waits, LOOP_WAIT_STOPPED, "%s", loop->positions.stopped);
    else
        loop_waits_end(&loop->waits, LOOP_WAIT_STOPPED);
    return err;
}

/* A heartbeat says that all commits on our partitions have been told, so their rows are read before: another owner's
 * commits are not ours to vouch for. A database that was restored shows here too, if the queue is quiet. */
enum err loop_beat(struct loop *loop)
{
    int64_t now_us = clock_monotonic_us();
    if (now_us < loop->next_beat_us)
        return ERR_OK;
    loop->next_beat_us = now_us + BEAT_EVERY_US;
    enum err err = loop_look(loop);
    if (!err && loop->positions.n > 0)
        loop_channel_beat(&loop->announcer.channel, &loop->positions);
    return err == ERR_OWNER_LOST ? err : ERR_OK; /* PostgreSQL's errors meet the next batch */
}
