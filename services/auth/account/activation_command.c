#include "services/auth/account/activation_command.h"

#include "common/base/mem.h"
#include "services/auth/account/activation.h"
#include "services/auth/account/typed.h"
#include "services/auth/publish/command_failure.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_arguments(int argc, char **argv, const char **ret_card, bool *ret_new)
{
    *ret_card = argc > 1 ? argv[1] : NULL;
    *ret_new = argc == 3 && strcmp(argv[2], "--new") == 0;
    return argc == 2 || *ret_new;
}

/* Prints why there is none, or makes one. */
static enum err make(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const char *card, bool even_if_live)
{
    struct activation activation;
    uint8_t hash[TOKEN_HASH_BYTES];
    int64_t now_us = service_now_us(service);
    enum err err = activation_store_find(pg, ctx, card, &activation);
    if (err)
        return err;
    if (!activation.found)
        return ERR_NOT_FOUND;
    if (activation.activated)
        return ERR_ALREADY_ACTIVATED;
    if (activation_is_live(&activation, now_us) && !even_if_live)
        return ERR_ALREADY_EXISTS;
    char *code = typed_code_new(ctx, CODE_CHARACTERS);
    activation_hash(code, hash);
    err = activation_store_put(pg, ctx, &activation.member, hash, now_us, now_us + ACTIVATION_LIFE_US);
    if (!err)
        (void)printf("%s\n", typed_code_grouped(ctx, code, 4));
    return err;
}

int activation_command(struct service *service, int argc, char **argv)
{
    const char *card;
    bool even_if_live;
    TALLOC_CTX *ctx = mem_context(NULL, "activation");
    struct pg *pg = service_pg(service, ctx);
    enum err err = read_arguments(argc, argv, &card, &even_if_live) ? keys_open() : ERR_FIELD_REQUIRED;
    if (!err)
        err = make(service, pg, ctx, card, even_if_live);
    if (err == ERR_ALREADY_EXISTS)
        (void)fprintf(stderr, "activation-code: %s has a code that is still good; --new makes another, which ends it\n",
                      card);
    int status = err ? command_failure("activation-code", err, pg) : EXIT_SUCCESS;
    mem_free(ctx);
    return status;
}
