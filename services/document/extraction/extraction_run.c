#include "services/document/extraction/extraction_run.h"

#include "common/base/array.h"
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
    int64_t begun_at_us, renewed_at_us; /* by the monotonic clock */
    bool is_lost, is_killed;
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

/* --- a slice ------------------------------------------------------------------------------------------------------ */

static enum err read_slice(struct run *run, struct extracted *ret_extracted, ProtobufCBinaryData *ret_said)
{
    struct extractor extractor = run->options->extractor;
    int64_t left = extractor.output_bytes - run->job.said_bytes;
    int file;
    enum err err = open_file(run, &file);
    if (err)
        return err;
    extractor.pages_before = run->job.pages_read;
    extractor.output_bytes = left > 0 ? left : 1;
    extractor.stops = stops;
    extractor.arg = run;
    err = extractor_run(run->ctx, &extractor, file, ret_extracted, ret_said);
    (void)close(file);
    return run->is_lost ? ERR_OWNER_LOST : err;
}

/* What fails by itself so often fails for good, and ends as it would next time; so does what was killed so often. */
static enum err try_slice(struct run *run, struct extracted *ret_extracted, ProtobufCBinaryData *ret_said)
{
    *ret_extracted = (struct extracted){.end = EXTRACT_BROKEN};
    enum err err = read_slice(run, ret_extracted, ret_said);
    bool is_failed = err == ERR_MALFORMED && run->job.attempts >= EXTRACTION_TRIES;
    run->is_killed = err == ERR_UNAVAILABLE && ret_extracted->end == EXTRACT_TOO_LARGE;
    return is_failed || (run->is_killed && run->job.killed >= EXTRACTION_KILLED_MOST) ? ERR_OK : err;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */

/* The lines of the slices before, and of the last one. They were read before, so nothing in them is refused but that
 * there are too many. */
static enum err gather(struct run *run, const struct extracted *last, struct extracted *whole)
{
    ARRAY(struct passage_line) lines = {0};
    struct extraction_slice *slices;
    size_t n;
    enum err err = extraction_store_slices(run->options->pg, run->ctx, &run->job, &slices, &n);
    for (size_t i = 0; !err && i < n && lines.n <= OUTPUT_LINES_MOST; i++) {
        struct extracted slice;
        const struct extracted_bounds bounds = {whole->pages, INT32_MAX};
        err = extracted_read(run->ctx, &bounds, (const char *)slices[i].said.data, slices[i].said.len, &slice);
        if (err)
            return ERR_INTERNAL;
        array_add_many(run->ctx, &lines, slice.lines, slice.n);
        whole->pages += slice.pages;
    }
    array_add_many(run->ctx, &lines, last->lines, last->n);
    whole->end = lines.n > OUTPUT_LINES_MOST ? EXTRACT_TOO_LARGE : EXTRACT_DONE;
    whole->lines = lines.items;
    whole->n = lines.n;
    whole->pages = run->job.pages_read + last->pages;
    return err;
}

static void divide(struct run *run, struct extracted *whole, struct extraction_result *ret_result)
{
    *ret_result = (struct extraction_result){.end = whole->end, .pages = whole->pages};
    if (whole->end != EXTRACT_DONE)
        return;
    old_letters_mend(run->ctx, whole->lines, whole->n);
    ret_result->passages = passage_divide(run->ctx, whole->lines, whole->n, &ret_result->n);
    if (ret_result->n > PASSAGES_MOST)
        *ret_result = (struct extraction_result){.end = EXTRACT_TOO_LARGE, .pages = whole->pages};
}

static void tell(const struct run *run, const struct extraction_result *result, int64_t begun_at_us)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(&run->job.document, id);
    log_info("extracted", "document=%s how=%s pages=%d passages=%zu seconds=%.2f", id, extract_end_word(result->end),
             (int)result->pages, result->n, (double)(clock_monotonic_us() - begun_at_us) / 1e6);
}

static enum err finish(struct run *run, const struct extracted *last)
{
    struct extraction_result result = {.end = last->end, .pages = last->total};
    struct extracted whole = {.end = EXTRACT_DONE};
    enum err err = ERR_OK;
    if (run->job.text && last->end == EXTRACT_DONE)
        result.passages = extraction_of_text(run->ctx, run->job.text, &result.n);
    else if (last->end == EXTRACT_DONE)
        err = gather(run, last, &whole);
    if (err)
        return err;
    if (!run->job.text && last->end == EXTRACT_DONE)
        divide(run, &whole, &result);
    err = extraction_store_finish(run->options->pg, run->ctx, &run->job, &result,
                                  run->options->now_us(run->options->arg));
    if (!err)
        tell(run, &result, run->begun_at_us);
    return err;
}

static enum err keep(struct run *run, const struct extracted *extracted, ProtobufCBinaryData said)
{
    const struct extraction_slice slice = {.pages = extracted->pages, .total = extracted->total, .said = said};
    return extraction_store_keep(run->options->pg, run->ctx, &run->job, &slice,
                                 run->options->now_us(run->options->arg));
}

/* What was begun so often and never ended may be what kills us. */
static enum err work(struct run *run)
{
    struct extracted extracted = {.end = EXTRACT_DONE};
    ProtobufCBinaryData said = {0};
    if (run->job.attempts > EXTRACTION_BEGUN_MOST)
        return finish(run, &(struct extracted){.end = EXTRACT_BROKEN});
    enum err err = run->job.text ? ERR_OK : try_slice(run, &extracted, &said);
    if (err)
        return err;
    return extracted.end == EXTRACT_MORE ? keep(run, &extracted, said) : finish(run, &extracted);
}

/* What PostgreSQL, the store or the machine's memory did that were away counts for nothing. All else does, also what
 * PostgreSQL refuses: it would do so for ever. */
static enum extraction_rest rest_for(const struct run *run, enum err why)
{
    if (why == ERR_RETRY && run->options->stops(run->options->arg))
        return EXTRACTION_STOPPED;
    if (run->is_killed)
        return EXTRACTION_KILLED;
    return why == ERR_RETRY || why == ERR_UNAVAILABLE ? EXTRACTION_PUT_OFF : EXTRACTION_COUNTS;
}

static enum err let_go(const struct run *run, enum err why)
{
    enum { DOUBLED_MOST = 6 };
    enum extraction_rest rest = rest_for(run, why);
    int32_t times = rest == EXTRACTION_COUNTS ? run->job.attempts : run->job.put_off;
    int64_t rest_us = rest == EXTRACTION_STOPPED ? 0 : REST_US << (times < DOUBLED_MOST ? times : DOUBLED_MOST);
    enum err err = extraction_store_let_go(run->options->pg, run->ctx, &run->job, clock_now_us() + rest_us, rest);
    if (err)
        log_warn("extraction_rests", "err=%s", err_word(err));
    return why;
}

enum err extraction_run(TALLOC_CTX *ctx, const struct extraction_options *options, bool *ret_found)
{
    int64_t begun_at_us = clock_monotonic_us();
    struct run run = {.ctx = ctx, .options = options, .begun_at_us = begun_at_us, .renewed_at_us = begun_at_us};
    enum err err = extraction_store_take(options->pg, ctx, &options->holder, clock_now_us() + LEASE_US, &run.job,
                                         ret_found);
    if (err || !*ret_found)
        return err;
    err = work(&run);
    return err && err != ERR_OWNER_LOST ? let_go(&run, err) : err;
}
