/* Commands of the command line: bootstrap and import. */
#include "services/auth/auth.h"
#include "services/auth/import.h"
#include "services/auth/password.h"
#include "services/auth/publish.h"
#include "services/auth/service.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEASE_WAIT_S = 30, PASSWORD_BYTES = 257 };

static int fail(const char *what, enum err err, const struct pg *pg)
{
    const char *text = err == ERR_OWNER_LOST ? "another import, or a republication, is under way"
                                             : err_info(err)->text_en;
    (void)fprintf(stderr, "%s: %s%s%s\n", what, text, pg && *pg_message(pg) ? ": " : "", pg ? pg_message(pg) : "");
    return EXIT_FAILURE;
}

/* --- bootstrap --- */

struct bootstrap {
    const char *code, *name, *card, *admin_name, *password_file;
};

static bool bootstrap_options(int argc, char **argv, struct bootstrap *ret_options)
{
    static const struct option OPTIONS[] = {{"code", required_argument, NULL, 'c'},
                                            {"name", required_argument, NULL, 'n'},
                                            {"admin-card", required_argument, NULL, 'a'},
                                            {"admin-name", required_argument, NULL, 'm'},
                                            {"admin-password-file", required_argument, NULL, 'p'},
                                            {0}};
    struct bootstrap b = {0};
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
static bool normalize(TALLOC_CTX *ctx, struct bootstrap *b)
{
    b->name = auth_normalize(ctx, b->name, strlen(b->name));
    b->admin_name = auth_normalize(ctx, b->admin_name, strlen(b->admin_name));
    if (!b->name || !b->admin_name)
        return false;
    const char *root[] = {b->code, "", "city", b->name, ""}, *field;
    const char *admin[] = {b->card, b->admin_name, "", "", "", b->code, "official", "false", "", "", ""};
    struct roster_organization organization;
    struct roster_member member;
    return !auth_read_organization(root, &organization, &field) && !auth_read_member(admin, &member, &field);
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

static enum err publish_both(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const struct store_bootstrap *b)
{
    struct store_records organizations, members;
    enum err err = store_telling_begin(pg, ctx);
    if (!err)
        err = store_organization_records(pg, ctx, &b->root, 1, &organizations);
    if (!err)
        err = store_member_records(pg, ctx, &b->admin, 1, &members);
    if (!err)
        err = service_open_producer(service);
    if (err)
        return err;
    struct publisher *publisher = publisher_new(service_producer(service));
    publish_records(publisher, TOPIC_DIRECTORY_ORGANIZATIONS, &organizations);
    publish_records(publisher, TOPIC_DIRECTORY_MEMBERS, &members);
    err = publish_wait(publisher);
    publish_end(publisher);
    return err;
}

static enum err bootstrap(struct service *service, struct pg *pg, TALLOC_CTX *ctx, const struct bootstrap *options)
{
    char *code, hash[PASSWORD_HASH_BYTES];
    struct store_bootstrap b = {.root = auth_organization_id(options->code),
                                .admin = auth_member_id(options->card),
                                .code = options->code,
                                .name = options->name,
                                .admin_card = options->card,
                                .admin_name = options->admin_name,
                                .now_us = service_now_us(service)};
    enum err err = store_root_code(pg, ctx, &code);
    if (!err && code && strcmp(code, options->code) != 0)
        err = ERR_ALREADY_EXISTS;
    if (!err && options->password_file)
        err = read_password_hash(options->password_file, hash);
    if (err)
        return err;
    pg_queue_sql(pg, "BEGIN");
    store_bootstrap_queue(pg, ctx, &b);
    if (options->password_file)
        store_password_queue(pg, ctx, &b.admin, hash, b.now_us);
    pg_queue_sql(pg, "COMMIT");
    err = pg_flush(pg);
    /* Sent at every run: one that died after its commit is made good by the next. */
    return err ? err : publish_both(service, pg, ctx, &b);
}

int auth_bootstrap(struct service *service, int argc, char **argv)
{
    struct bootstrap options;
    TALLOC_CTX *ctx = mem_context(NULL, "bootstrap");
    struct pg *pg = service_pg(service, ctx);
    if (!bootstrap_options(argc, argv, &options))
        return fail("bootstrap", ERR_FIELD_REQUIRED, NULL);
    if (!normalize(ctx, &options))
        return fail("bootstrap", ERR_FIELD_FORMAT, NULL);
    enum err err = bootstrap(service, pg, ctx, &options);
    if (err)
        return fail("bootstrap", err, pg);
    (void)printf("root %s and administrator %s are there\n", options.code, options.card);
    mem_free(ctx);
    return EXIT_SUCCESS;
}

/* --- import --- */

static void show_progress(void *arg, int64_t done, int64_t total)
{
    static int64_t shown;
    (void)arg;
    if (done < total && done - shown < 50000 && shown > 0)
        return;
    shown = done;
    (void)printf("%lld of %lld lines\n", (long long)done, (long long)total);
    (void)fflush(stdout);
}

static void show_errors(const struct import_errors *errors)
{
    for (size_t i = 0; i < errors->n; i++) {
        const struct store_import_error *e = &errors->items[i];
        (void)fprintf(stderr, "%s:%lld:%s: %s: %s\n", e->file, (long long)e->line, e->field, err_word(e->code),
                      err_info(e->code)->text_en);
    }
    if (errors->count > (int64_t)errors->n)
        (void)fprintf(stderr, "… and %lld more\n", (long long)(errors->count - (int64_t)errors->n));
}

/* Another process that died leaves its lease for some seconds; one that tells of the roster may soon be done. */
static enum err run_with_patience(TALLOC_CTX *ctx, const struct import_options *options, struct import_result *result)
{
    int64_t end_us = clock_monotonic_us() + LEASE_WAIT_S * CLOCK_SECOND_US;
    for (;;) {
        int64_t started_us = clock_monotonic_us();
        enum err err = import_run(ctx, options, result);
        int64_t now_us = clock_monotonic_us();
        if (now_us - started_us > CLOCK_SECOND_US)
            end_us = now_us + LEASE_WAIT_S * CLOCK_SECOND_US; /* it had its turn, and lost it */
        if (err != ERR_OWNER_LOST || now_us >= end_us)
            return err;
        pause_ms(250);
    }
}

int auth_import(struct service *service, int argc, char **argv)
{
    bool dry_run = argc > 1 && strcmp(argv[1], "--dry-run") == 0;
    TALLOC_CTX *ctx = mem_context(NULL, "import");
    struct import_options options = {.dry_run = dry_run,
                                     .granter = ROLE_OPERATOR,
                                     .pg = service_pg(service, ctx),
                                     .now_us = service_now_us(service),
                                     .progress = show_progress};
    struct import_result result = {0};
    if (argc != 3 + dry_run)
        return fail("import [--dry-run] organizations.csv members.csv", ERR_FIELD_REQUIRED, NULL);
    options.organizations_path = argv[1 + dry_run];
    options.members_path = argv[2 + dry_run];
    enum err err = dry_run ? ERR_OK : service_open_producer(service);
    options.producer = dry_run ? NULL : service_producer(service);
    int64_t started_us = clock_monotonic_us();
    if (!err)
        err = run_with_patience(ctx, &options, &result);
    show_errors(&result.errors);
    if (err)
        return fail("import", err, options.pg);
    (void)printf("rows=%lld created=%lld updated=%lld unchanged=%lld rejected=%lld seconds=%.2f%s\n",
                 (long long)result.rows, (long long)result.created, (long long)result.updated,
                 (long long)result.unchanged, (long long)result.rejected,
                 (double)(clock_monotonic_us() - started_us) / 1e6, dry_run ? " (nothing was changed)" : "");
    mem_free(ctx);
    return EXIT_SUCCESS;
}
