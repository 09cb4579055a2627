/* What other threads ask of a loop: whether a handler hangs, why it is not ready, whether Redis hears it. */
#include "common/loop/loop_state.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <signal.h>

enum { HANDLER_MOST_MS = 10000 };

void loop_watch(struct loop *loop)
{
    uint64_t at_work = atomic_load_explicit(&loop->runner.at_work, memory_order_relaxed);
    bool same = at_work != 0 && at_work == loop->watched;
    loop->watched = at_work;
    loop->watched_looks = same ? loop->watched_looks + 1 : 0;
    if (loop->watched_looks * LOOP_WATCH_EVERY_MS < HANDLER_MOST_MS)
        return;
    log_error("handler_hangs", "loop=%s: aborted, the message is tried again", loop->options->name);
    loop->watched_looks = 0;
    (void)pthread_kill(loop->thread, SIGABRT); /* its marker names the message; refused only where it has ended */
}

char *loop_not_ready(struct loop *loop, TALLOC_CTX *ctx)
{
    char *waits = loop_waits_text(&loop->waits, ctx, clock_monotonic_us());
    if (waits || atomic_load(&loop->ready))
        return waits;
    return mem_text(ctx, "reads what came before it started");
}

bool loop_is_heard(const struct loop *loop)
{
    return !atomic_load(&((struct loop *)(uintptr_t)loop)->announcer.channel.away);
}
