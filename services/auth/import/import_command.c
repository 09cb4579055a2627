#include "services/auth/import/import_command.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/auth/import/import.h"
#include "services/auth/position/position.h"
#include "services/auth/publish/command_failure.h"
#include "services/auth/publish/pace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_S = 30 };

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
    for (size_t i = 0; i < errors->kept.n; i++) {
        const struct import_error *e = &errors->kept.items[i];
        (void)fprintf(stderr, "%s:%lld:%s: %s: %s\n", e->file, (long long)e->line, e->field, err_word(e->code),
                      err_info(e->code)->text_en);
    }
    if (errors->count > (int64_t)errors->kept.n)
        (void)fprintf(stderr, "… and %lld more\n", (long long)(errors->count - (int64_t)errors->kept.n));
}

/* A process that died leaves its lease for some seconds, and another import may soon be done: the command waits. */
static enum err run_with_patience(TALLOC_CTX *ctx, const struct import_options *options, struct import_result *result)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_S * CLOCK_SECOND_US;
    for (;;) {
        int64_t started_us = clock_monotonic_us();
        enum err err = import_run(ctx, options, result);
        int64_t now_us = clock_monotonic_us();
        if (now_us - started_us > CLOCK_SECOND_US)
            end_us = now_us + PATIENCE_S * CLOCK_SECOND_US; /* it had the lease, and lost it: patience begins anew */
        if (err != ERR_OWNER_LOST || now_us >= end_us)
            return err;
        pause_ms(250);
    }
}

static int say_result(const struct import_options *options, const struct import_result *result, int64_t started_us)
{
    (void)printf("rows=%lld created=%lld updated=%lld unchanged=%lld rejected=%lld seconds=%.2f%s\n",
                 (long long)result->rows, (long long)result->created, (long long)result->updated,
                 (long long)result->unchanged, (long long)result->rejected,
                 (double)(clock_monotonic_us() - started_us) / 1e6, options->dry_run ? " (nothing was changed)" : "");
    return EXIT_SUCCESS;
}

int import_command(struct service *service, int argc, char **argv)
{
    bool dry_run = argc > 1 && strcmp(argv[1], "--dry-run") == 0;
    if (argc != 3 + dry_run)
        return command_failure("import [--dry-run] organizations.csv members.csv", ERR_FIELD_REQUIRED, NULL);
    TALLOC_CTX *ctx = mem_context(NULL, "import");
    struct import_options options = {.organizations_path = argv[1 + dry_run],
                                     .members_path = argv[2 + dry_run],
                                     .dry_run = dry_run,
                                     .granter = ROLE_OPERATOR,
                                     .pg = service_pg(service, ctx),
                                     .now_us = service_now_us(service),
                                     .progress = show_progress};
    struct import_result result = {0};
    int64_t started_us = clock_monotonic_us();
    enum err err = run_with_patience(ctx, &options, &result);
    show_errors(&result.errors);
    if (!err && !dry_run)
        err = pace_end(options.pg, "import");
    int code = err ? command_failure("import", err, options.pg) : say_result(&options, &result, started_us);
    mem_free(ctx);
    return code;
}
