#include "services/auth/publish/pace.h"

#include "common/loop/loop.h"
#include <stdio.h>

enum { MOST_WAITING = 10000 };

enum err pace_keep(struct pg *pg, bool *tells)
{
    return *tells ? loop_await_told(pg, MOST_WAITING, tells) : ERR_OK;
}

enum err pace_end(struct pg *pg, const char *command)
{
    bool told = true;
    enum err err = loop_await_told(pg, 0, &told);
    if (!told)
        (void)fprintf(stderr, "%s: committed; it will be published when auth runs\n", command);
    return err;
}
