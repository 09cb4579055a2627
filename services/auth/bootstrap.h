/* `auth bootstrap`: the first organisation and the first administrator, from whom all others follow. Main's thread. */
#ifndef SOTAY_AUTH_BOOTSTRAP_H
#define SOTAY_AUTH_BOOTSTRAP_H

#include "common/service/service.h"

struct bootstrap {
    struct uuid root, admin;
    const char *code, *name, *admin_card, *admin_name;
    int64_t now_us;
};
/* Queues the root, the administrator and his position. Rows that are there already stay as they are. */
void bootstrap_queue(struct pg *pg, TALLOC_CTX *ctx, const struct bootstrap *bootstrap);

/* Returns the exit code. */
int bootstrap_command(struct service *service, int argc, char **argv);

#endif
