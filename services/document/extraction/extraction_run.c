#include "services/document/extraction/extraction_run.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/document/extraction/extraction.h"
#include "services/document/extraction/old_letters.h"
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

/* A lease is renewed while the file is read; what failed rests, longer each time. */
#define LEASE_US (30 * CLOCK_SECOND_US)
#define RENEW_EVERY_US (10 * CLOCK_SECOND_US)
#define REST_US (20 * CLOCK_SECOND_US)
enum { PASSAGES_MOST = 4000 }; /* of a document: no law has half as many, and each is an entry of the search's index */

struct run {
    TALLOC_CTX *ctx;
    const struct extraction_options *options;
    struct extraction_job job;
    int64_t renewed_at_us; /* by the monotonic clock */
    bool is_lost;
};

/* Asked between two looks at the child: it is not read on for nobody. */
static bool stops(void *arg)
{
    struct run *run = arg;
    int64_t at_us = clock_monotonic_us();
    if (run->options->stops(run->options->arg))
        return true;
    if (at_us - run->renewed_at_us < RENEW_EVERY_US)
        return false;
    run->renewed_at_us = at_us;
    enum err err = extraction_store_renew(run->options->pg, run->ctx, &run->job, clock_now_us() + LEASE_US);
    run->is_lost = err == ERR_OWNER_LOST;
    return run->is_lost;
}

/* ERR_UNAVAILABLE: this machine's store does not have it. */
static enum err open_file(const struct run *run, int *ret_file)
{
    char hex[2 * CONTENT_SHA256_BYTES + 1];
    sodium_bin2hex(hex, sizeof hex, run->job.sha256, sizeof run->job.sha256);
    const char *path = mem_printf(run->ctx, "%s/%s", run->options->blob_dir, hex);
    *ret_file = open(path, O_RDONLY | O_CLOEXEC);
    if (*ret_file >= 0)
        return ERR_OK;
    log_warn("extraction_file", "path=%s detail=\"%m\"", path);
    return ERR_UNAVAILABLE;
}

static enum err read_file(struct run *run, struct extracted *ret_extracted)
{
    struct extractor extractor = run->options->extractor;
    int file;
    extractor.stops = stops;
    extractor.arg = run;
    enum err err = open_file(run, &file);
    if (err)
        return err;
    err = extractor_run(run->ctx, &extractor, file, ret_extracted);
    (void)close(file);
    return run->is_lost ? ERR_OWNER_LOST : err;
}

static void tell(const struct run *run, const char *how, const struct extraction_result *result, int64_t begun_at_us)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(&run->job.document, id);
    log_info("extracted", "document=%s how=%s pages=%d passages=%zu seconds=%.2f", id, how, (int)result->pages,
             result->n, (double)(clock_monotonic_us() - begun_at_us) / 1e6);
}

static enum err fail(struct extraction_result *ret_result, const char **ret_how, const char *how)
{
    *ret_result = (struct extraction_result){.has_failed = true, .pages = ret_result->pages};
    *ret_how = how;
    return ERR_OK;
}

/* What is no text, or one that nobody can read: the document has none, and says so. */
static enum err read_job(struct run *run, struct extraction_result *ret_result, const char **ret_how)
{
    struct extracted extracted = {.end = EXTRACT_DONE};
    *ret_result = (struct extraction_result){.has_failed = false};
    *ret_how = extract_end_word(EXTRACT_DONE);
    if (run->job.text) {
        ret_result->passages = extraction_of_text(run->ctx, run->job.text, &ret_result->n);
        return ERR_OK;
    }
    if (run->job.attempts > EXTRACTION_BEGUN_MOST)
        return fail(ret_result, ret_how, "never_ended"); /* it may be what kills us */
    enum err err = read_file(run, &extracted);
    if (err == ERR_MALFORMED && run->job.attempts >= EXTRACTION_TRIES)
        return fail(ret_result, ret_how, err_word(err));
    if (err)
        return err;
    ret_result->pages = extracted.pages;
    if (extracted.end != EXTRACT_DONE)
        return fail(ret_result, ret_how, extract_end_word(extracted.end));
    old_letters_mend(run->ctx, extracted.lines, extracted.n);
    ret_result->passages = passage_divide(run->ctx, extracted.lines, extracted.n, &ret_result->n);
    return ret_result->n > PASSAGES_MOST ? fail(ret_result, ret_how, extract_end_word(EXTRACT_TOO_LARGE)) : ERR_OK;
}

/* What is no fault of the file's does not count: it was stopped, PostgreSQL or the store was away. */
static enum err let_go(const struct run *run, enum err why)
{
    bool is_stopped = why == ERR_RETRY && run->options->stops(run->options->arg);
    bool counts = why != ERR_RETRY && why != ERR_UNAVAILABLE;
    int64_t rest_us = is_stopped ? 0 : counts ? REST_US << (run->job.attempts < 8 ? run->job.attempts : 8) : REST_US;
    enum err err = extraction_store_let_go(run->options->pg, run->ctx, &run->job, clock_now_us() + rest_us, counts);
    if (err)
        log_warn("extraction_rests", "err=%s", err_word(err));
    return why;
}

enum err extraction_run(TALLOC_CTX *ctx, const struct extraction_options *options, bool *ret_found)
{
    struct run run = {.ctx = ctx, .options = options, .renewed_at_us = clock_monotonic_us()};
    struct extraction_result result;
    const char *how;
    int64_t begun_at_us = run.renewed_at_us;
    enum err err = extraction_store_take(options->pg, ctx, &options->holder, clock_now_us() + LEASE_US, &run.job,
                                         ret_found);
    if (err || !*ret_found)
        return err;
    err = read_job(&run, &result, &how);
    if (!err)
        err = extraction_store_finish(options->pg, ctx, &run.job, &result, options->now_us(options->arg));
    if (err)
        return err == ERR_OWNER_LOST ? err : let_go(&run, err);
    tell(&run, how, &result, begun_at_us);
    return ERR_OK;
}
