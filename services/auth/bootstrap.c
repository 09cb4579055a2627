#include "services/auth/bootstrap.h"

#include "common/base/mem.h"
#include "services/auth/account/account_store.h"
#include "services/auth/account/password.h"
#include "services/auth/import/roster.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_store.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/position/position_store.h"
#include "services/auth/publish/command_failure.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PASSWORD_BYTES = 257 };

struct options {
    const char *code, *name, *card, *admin_name, *password_file;
};

static bool read_options(int argc, char **argv, struct options *ret_options)
{
    static const struct option OPTIONS[] = {{"code", required_argument, NULL, 'c'},
                                            {"name", required_argument, NULL, 'n'},
                                            {"admin-card", required_argument, NULL, 'a'},
                                            {"admin-name", required_argument, NULL, 'm'},
                                            {"admin-password-file", required_argument, NULL, 'p'},
                                            {0}};
    struct options b = {0};
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case 'c': b.code = optarg; break;
        case 'n': b.name = optarg; break;
        case 'a': b.card = optarg; break;
        case 'm': b.admin_name = optarg; break;
        case 'p': b.password_file = optarg; break;
        default: return false;
        }
    }
    *ret_options = b;
    return b.code && b.name && b.card && b.admin_name && optind == argc;
}

/* The same rules as a roster row's. */
static bool normalize(TALLOC_CTX *ctx, struct options *b)
{
    b->name = roster_normalize(ctx, b->name, strlen(b->name));
    b->admin_name = roster_normalize(ctx, b->admin_name, strlen(b->admin_name));
    if (!b->name || !b->admin_name)
        return false;
    const char *root[] = {b->code, "", "city", b->name, ""}, *field;
    const char *admin[] = {b->card, b->admin_name, "", "", "", b->code, "official", "false", "", "", "", ""};
    struct roster_organization organization;
    struct roster_member member;
    return !roster_read_organization(root, &organization, &field) && !roster_read_member(admin, &member, &field);
}

static enum err read_password_hash(const char *path, char ret_hash[PASSWORD_HASH_BYTES])
{
    char password[PASSWORD_BYTES];
    FILE *file = fopen(path, "re");
    if (!file)
        return ERR_NOT_FOUND;
    bool read = fgets(password, sizeof password, file) != NULL;
    (void)fclose(file); /* read only */
    if (!read)
        return ERR_NOT_FOUND;
    password[strcspn(password, "\r\n")] = 0;
    enum err err = strlen(password) < 8 ? ERR_FIELD_TOO_SHORT : password_hash(password, ret_hash);
    explicit_bzero(password, sizeof password);
    return err;
}

void bootstrap_queue(struct pg *pg, TALLOC_CTX *ctx, const struct bootstrap *b)
{
    const struct new_member admin = {.id = b->admin,
                                     .organization = b->root,
                                     .card_number = b->admin_card,
                                     .full_name = b->admin_name,
                                     .now_us = b->now_us};
    const struct position position = {
        .member = b->admin, .organization = b->root, .role = PB__ROLE__ROLE_ADMIN, .from_us = b->now_us};
    organization_store_add_root_queue(pg, ctx, &b->root, b->code, b->name, b->now_us);
    member_store_add_queue(pg, ctx, &admin);
    position_store_grant_queue(pg, ctx, &position);
}

static enum err run(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const struct options *options)
{
    char *code, hash[PASSWORD_HASH_BYTES];
    struct bootstrap b = {.root = organization_id_of(options->code),
                          .admin = member_id_of(options->card),
                          .code = options->code,
                          .name = options->name,
                          .admin_card = options->card,
                          .admin_name = options->admin_name,
                          .now_us = service_now_us(service)};
    enum err err = organization_store_root_code(pg, ctx, &code);
    if (!err && code && strcmp(code, options->code) != 0)
        err = ERR_ALREADY_EXISTS;
    if (!err && options->password_file)
        err = read_password_hash(options->password_file, hash);
    if (err)
        return err;
    pg_queue_sql(pg, "BEGIN");
    bootstrap_queue(pg, ctx, &b);
    if (options->password_file)
        account_store_set_password_queue(pg, ctx, &b.admin, hash, b.now_us);
    pg_queue_sql(pg, "COMMIT");
    return pg_flush(pg);
}

int bootstrap_command(struct service *service, int argc, char **argv)
{
    struct options options;
    if (!read_options(argc, argv, &options))
        return command_failure("bootstrap", ERR_FIELD_REQUIRED, NULL);
    TALLOC_CTX *ctx = mem_context(NULL, "bootstrap");
    struct pg *pg = service_pg(service, ctx);
    enum err err = normalize(ctx, &options) ? run(service, pg, ctx, &options) : ERR_FIELD_FORMAT;
    if (!err)
        (void)printf("root %s and administrator %s are there\n", options.code, options.card);
    int code = err ? command_failure("bootstrap", err, pg) : EXIT_SUCCESS;
    mem_free(ctx);
    return code;
}
