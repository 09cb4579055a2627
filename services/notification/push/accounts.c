#include "services/notification/push/accounts.h"

#include "common/base/mem.h"
#include "services/notification/push/retire_store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *reason(enum err err, const struct pg *pg)
{
    switch (err) {
    case ERR_NOT_FOUND: return "no such account";
    case ERR_WRONG_STATE: return "a sender holds it (stop the service, or wait ten seconds), or NEW is OLD";
    default: return pg_message(pg);
    }
}

int accounts_command(struct service *service, int argc, char **argv)
{
    if (argc < 3 || argc > 4 || strcmp(argv[1], "retire") != 0) {
        (void)fprintf(stderr, "usage: accounts " ACCOUNTS_USAGE "\n");
        return EXIT_FAILURE;
    }
    TALLOC_CTX *ctx = mem_context(NULL, "accounts");
    struct pg *pg = service_pg(service, ctx);
    enum err err = retire_store_account(ctx, pg, argv[2], argc == 4 ? argv[3] : NULL, service_now_us(service));
    if (err)
        (void)fprintf(stderr, "retire %s: %s: %s\n", argv[2], err_word(err), reason(err, pg));
    mem_free(ctx);
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
