/* What tests of sotay-extract share: it reads bytes in its sandbox, and says lines or how it ended. */
#ifndef SOTAY_TESTS_UNIT_EXTRACT_HELP_H
#define SOTAY_TESTS_UNIT_EXTRACT_HELP_H

#include "test.h"

#include "common/base/mem.h"
#include "services/document/extract/extractor.h"
#include "services/document/passage/passage.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static inline struct extractor usual(void)
{
    const char *program = getenv("SOTAY_EXTRACT");
    return (struct extractor){.program = program ? program : "build/services/document/sotay-extract",
                              .memory_bytes = 512 << 20,
                              .cpu_seconds = 20,
                              .seconds = 30,
                              .pages = 100,
                              .output_bytes = 1 << 20,
                              .effort = EFFORT_OF_SLICE};
}

static inline int file_of(const void *bytes, size_t n)
{
    int file = memfd_create("file", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, n), (ssize_t)n);
    return file;
}

static inline enum err run(TALLOC_CTX *ctx, const struct extractor *extractor, ProtobufCBinaryData bytes,
                           struct extracted *ret_extracted)
{
    int file = file_of(bytes.data, bytes.len);
    ProtobufCBinaryData said;
    enum err err = extractor_run(ctx, extractor, file, ret_extracted, &said);
    (void)close(file);
    return err;
}

static inline ProtobufCBinaryData bytes_of(const char *text)
{
    return (ProtobufCBinaryData){strlen(text), (uint8_t *)(uintptr_t)text};
}

/* Lines, joined by "|", with the page of each that begins one. */
static inline char *said(TALLOC_CTX *ctx, const struct extracted *extracted)
{
    char *text = mem_text(ctx, "");
    int32_t page = 0;
    for (size_t i = 0; i < extracted->n; i++) {
        if (extracted->lines[i].page != page)
            text = mem_append(text, "[%d]", page = extracted->lines[i].page);
        text = mem_append(text, "%s%s", i > 0 ? "|" : "", extracted->lines[i].text);
    }
    return text;
}

static inline void assert_said(ProtobufCBinaryData bytes, const char *lines)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    const struct extractor extractor = usual();
    struct extracted extracted;
    assert_int_equal(run(ctx, &extractor, bytes, &extracted), ERR_OK);
    assert_string_equal(extract_end_word(extracted.end), extract_end_word(EXTRACT_DONE));
    assert_string_equal(said(ctx, &extracted), lines);
    mem_free(ctx);
}

static inline void assert_end(const struct extractor *extractor, ProtobufCBinaryData bytes, enum extract_end end)
{
    TALLOC_CTX *ctx = mem_context(NULL, "test");
    struct extracted extracted;
    assert_int_equal(run(ctx, extractor, bytes, &extracted), ERR_OK);
    assert_string_equal(extract_end_word(extracted.end), extract_end_word(end));
    mem_free(ctx);
}

#endif
