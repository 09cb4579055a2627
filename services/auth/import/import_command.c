#include "services/auth/import/import_command.h"

#include "common/base/clock.h"
#include "services/auth/import/import.h"
#include "services/auth/import/import_view_store.h"
#include "services/auth/publish/command_failure.h"
#include "services/auth/publish/pace.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_S = 30, ERRORS_SHOWN = 100 };

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

static enum err show_errors(TALLOC_CTX *ctx, struct pg *pg, const struct import_job *job)
{
    struct import_view_errors errors;
    enum err err = import_view_store_errors(pg, ctx, &job->id, false, ERRORS_SHOWN, &errors);
    for (size_t i = 0; !err && i < errors.n; i++) {
        const struct import_view_error *e = &errors.items[i];
        (void)fprintf(stderr, "%s:%lld:%s: %s: %s\n", e->file, (long long)e->line, e->field, err_word(e->code),
                      err_info(e->code)->text_en);
    }
    if (!err && job->rejected > (int64_t)errors.n)
        (void)fprintf(stderr, "… and %lld more\n", (long long)(job->rejected - (int64_t)errors.n));
    return err;
}

/* The same files are the same job: one that was killed goes on, one that is done begins anew. */
static enum err make_job(TALLOC_CTX *ctx, const struct import_options *options, bool preview, struct import_job *job)
{
    int64_t lines;
    enum err err = import_file_measure(options->organizations_path, job->organizations_sha256, &lines);
    if (!err)
        err = import_file_measure(options->members_path, job->members_sha256, &lines);
    const void *parts[] = {preview ? "preview" : "import", job->organizations_sha256, job->members_sha256};
    const size_t bytes[] = {preview ? 7 : 6, IMPORT_HASH_BYTES, IMPORT_HASH_BYTES};
    if (err)
        return err;
    job->id = uuid_hash(ARRAY_LENGTH(parts), parts, bytes);
    job->preview = preview;
    job->scope.is_all = true;
    return import_store_renew(options->pg, ctx, job, options->now_us);
}

/* A process that died leaves its lease for some seconds, and another import may soon be done: the command waits. */
static enum err run_with_patience(TALLOC_CTX *ctx, const struct import_options *options, bool preview,
                                  struct import_job *ret_job)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_S * CLOCK_SECOND_US;
    for (;;) {
        int64_t started_us = clock_monotonic_us();
        struct import_job job = {0};
        enum err err = make_job(ctx, options, preview, &job);
        struct uuid id = job.id;
        if (!err)
            err = import_run(ctx, &id, options, ret_job);
        int64_t now_us = clock_monotonic_us();
        if (now_us - started_us > CLOCK_SECOND_US)
            end_us = now_us + PATIENCE_S * CLOCK_SECOND_US; /* it had the lease, and lost it: patience begins anew */
        if (err != ERR_OWNER_LOST || now_us >= end_us)
            return err;
        pause_ms(250);
    }
}

static int show_result(const struct import_job *job, int64_t started_us)
{
    (void)printf("rows=%lld created=%lld updated=%lld unchanged=%lld rejected=%lld seconds=%.2f%s\n",
                 (long long)job->rows, (long long)job->created, (long long)job->updated, (long long)job->unchanged,
                 (long long)job->rejected, (double)(clock_monotonic_us() - started_us) / 1e6,
                 job->preview ? " (nothing was changed)" : "");
    return EXIT_SUCCESS;
}

int import_command(struct service *service, int argc, char **argv)
{
    bool preview = argc > 1 && strcmp(argv[1], "--dry-run") == 0;
    if (argc != 3 + preview)
        return command_failure("import [--dry-run] organizations.csv members.csv", ERR_FIELD_REQUIRED, NULL);
    TALLOC_CTX *ctx = mem_context(NULL, "import");
    const struct import_options options = {.organizations_path = argv[1 + preview],
                                           .members_path = argv[2 + preview],
                                           .holder = uuid_random(),
                                           .pg = service_pg(service, ctx),
                                           .now_us = service_now_us(service),
                                           .progress = show_progress};
    struct import_job job = {0};
    int64_t started_us = clock_monotonic_us();
    enum err err = run_with_patience(ctx, &options, preview, &job), shown = show_errors(ctx, options.pg, &job);
    if (!err)
        err = shown;
    if (!err && !preview)
        err = pace_end(options.pg, "import");
    int code = err ? command_failure("import", err, options.pg) : show_result(&job, started_us);
    mem_free(ctx);
    return code;
}
