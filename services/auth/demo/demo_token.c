#include "services/auth/demo/demo_token.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/account/account_store.h"
#include "services/auth/session/session_store.h"
#include <stdio.h>
#include <stdlib.h>

static enum err open_session(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *member, struct uuid *ret_session)
{
    struct new_session session = {.id = uuid_random(), .member = *member, .now_us = clock_now_us()};
    session_store_add_queue(pg, ctx, &session);
    *ret_session = session.id;
    return pg_flush(pg);
}

static char *token_of(struct pg *pg, TALLOC_CTX *ctx, const char *card)
{
    struct access_claims claims = {.issued_at_us = clock_now_us()};
    struct account account = {0};
    enum err err = account_store_find(pg, ctx, card, NULL, &account);
    if (!err && !account.found)
        err = ERR_NOT_FOUND;
    if (!err)
        err = open_session(pg, ctx, &account.member, &claims.session);
    claims.member = account.member;
    claims.generation = account.generation;
    if (err)
        (void)fprintf(stderr, "demo-token %s: %s\n", card, err_info(err)->text_en);
    return err ? NULL : token_sign(ctx, keys_current(), &claims);
}

int demo_token_command(struct service *service, int argc, char **argv)
{
    TALLOC_CTX *ctx = mem_context(NULL, "token");
    struct pg *pg = service_pg(service, ctx);
    bool ok = argc > 1 && keys_open() == ERR_OK;
    for (int i = 1; ok && i < argc; i++) {
        char *token = token_of(pg, ctx, argv[i]);
        ok = token != NULL;
        if (ok)
            (void)printf("%s\n", token);
    }
    mem_free(ctx);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
