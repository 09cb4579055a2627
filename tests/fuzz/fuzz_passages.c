/* What is read of strangers' files outside the sandbox: the stream of the child that parsed one (extract/output.h), the
 * lines that it says, divided, and their words; and the same of a text that somebody typed. Every passage has an
 * address of its own, and highlights stay inside of the text. */
#include "common/base/mem.h"
#include "services/document/extract/extracted.h"
#include "services/document/extraction/extraction.h"
#include "services/document/passage/words.h"
#include "services/document/search/slip.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { RANGES_MOST = 20 };

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* The text as a question that found nothing, put right by itself. */
static void check_slip(TALLOC_CTX *ctx, const char *text, const struct word *words, size_t n_words)
{
    const struct slip_question question = {text, words, n_words};
    for (size_t i = 0; i < n_words; i++) {
        const char *form = words[n_words - 1 - i].bare;
        const char *mended = slip_mended(ctx, &question, i, &form, 1, text);
        must(!mended || *mended);
    }
}

static void check_words(TALLOC_CTX *ctx, const char *text)
{
    size_t n_words, n;
    const struct word *words = words_read(ctx, text, WORDS_ASKED_MOST, &n_words);
    const struct words_range *ranges = words_highlight(ctx, text, words, n_words, RANGES_MOST, &n);
    const char *query = words_query(ctx, words, n_words);
    must((query == NULL) == (n_words == 0));
    must(words_vector(ctx, text) != NULL);
    check_slip(ctx, text, words, n_words);
    for (size_t i = 0; i < n; i++)
        must(ranges[i].start < ranges[i].end && ranges[i].end <= strlen(text));
}

static void check_passages(TALLOC_CTX *ctx, const struct passage passages[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        must(passages[i].text && *passages[i].address && *passages[i].label);
        for (size_t j = 0; j < i; j++)
            must(strcmp(passages[i].address, passages[j].address) != 0);
        check_words(ctx, passages[i].text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "fuzz");
    const struct extracted_bounds bounds = {.pages_most = 1000};
    struct extracted extracted;
    size_t n_passages;
    const struct passage *passages = extraction_of_text(ctx, mem_textn(ctx, (const char *)data, n), &n_passages);
    check_passages(ctx, passages, n_passages);
    if (extracted_read(ctx, &bounds, (const char *)data, n, &extracted) == ERR_OK) {
        must(extracted.end != EXTRACT_MORE || (extracted.pages > 0 && extracted.pages < extracted.total));
        passages = passage_divide(ctx, extracted.lines, extracted.n, &n_passages);
        check_passages(ctx, passages, n_passages);
    }
    mem_free(ctx);
    return 0;
}
