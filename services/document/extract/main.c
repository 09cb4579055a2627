/* sotay-extract: the text of one file. The service of documents starts it for each (extractor.h): the file is its
 * standard input, its text goes to its standard output (output.h), and what it may use stands in its arguments:
 *
 *     sotay-extract MEMORY_BYTES CPU_SECONDS SECONDS PAGES OUTPUT_BYTES FIRST EFFORT
 *
 * A long file is read in slices: each begins with page FIRST and ends when it has cost EFFORT (output.h). What the file
 * is, its bytes say. It parses nothing before it is in its sandbox (sandbox.h), and ends there. */
#include "common/base/mem.h"
#include "services/document/extract/docx.h"
#include "services/document/extract/odt.h"
#include "services/document/extract/pdf.h"
#include "services/document/extract/plain.h"
#include "services/document/extract/poppler_text.h"
#include "services/document/extract/sandbox.h"
#include "services/document/extract/sandboxed.h"
#include "services/document/extract/scan.h"
#include "services/document/extract/xml.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct output output;

static enum extract_end extract_archive(const struct sandboxed_file *file)
{
    struct archive *archive = archive_open(NULL, file->bytes, file->n);
    if (archive && archive_has(archive, "word/document.xml"))
        return docx_extract(archive, &output);
    if (archive && archive_has(archive, "content.xml"))
        return odt_extract(archive, &output);
    return archive ? EXTRACT_OTHER : EXTRACT_BROKEN;
}

static bool is_picture(const struct sandboxed_file *file)
{
    return sandboxed_begins(file, "\x89PNG") || sandboxed_begins(file, "\xFF\xD8\xFF") ||
           sandboxed_begins(file, "II*") || (file->n >= 4 && memcmp(file->bytes, "MM\0*", 4) == 0);
}

/* What is loaded costs a fifth of a second, so not for every file. */
static bool prepare(const struct sandboxed_file *file)
{
    poppler_text_prepare();
    xml_prepare();
    return !(is_picture(file) || sandboxed_begins(file, "%PDF-")) || scan_prepare();
}

/* Old Word files and HEIC are kept as they are, and not read. */
static bool is_text(const struct sandboxed_file *file)
{
    enum { LOOKED_AT = 64 };
    return !memchr(file->bytes, '\0', file->n < LOOKED_AT ? file->n : LOOKED_AT);
}

static enum extract_end extract(const struct sandboxed_file *file)
{
    if (sandboxed_begins(file, "%PDF-"))
        return pdf_extract(file->bytes, file->n, &output);
    if (is_picture(file))
        return scan_extract(file->bytes, file->n, &output);
    if (sandboxed_begins(file, "PK\3\4"))
        return extract_archive(file);
    return is_text(file) ? plain_extract(file->bytes, file->n, &output) : EXTRACT_OTHER;
}

int main(int argc, char **argv)
{
    enum { MEMORY, CPU, SECONDS, PAGES, BYTES, FIRST, EFFORT, NUMBERS };
    int64_t numbers[NUMBERS];
    struct sandboxed_file file;
    if (!sandboxed_read_arguments(argc, argv, numbers, NUMBERS)) {
        (void)fprintf(stderr, "usage: %s MEMORY_BYTES CPU_SECONDS SECONDS PAGES OUTPUT_BYTES FIRST EFFORT <FILE\n",
                      argv[0]);
        return SANDBOXED_CANNOT_WORK;
    }
    const struct sandbox_limits limits = {numbers[MEMORY], numbers[CPU]};
    if (!sandboxed_stand_alone(1, numbers[SECONDS]) || !sandboxed_map(0, &file) || !prepare(&file))
        return SANDBOXED_CANNOT_WORK;
    output_init(&output, STDOUT_FILENO,
                &(struct output_limits){numbers[PAGES], numbers[BYTES], numbers[FIRST], numbers[EFFORT]});
    if (sandbox_enter(&limits))
        return SANDBOXED_CANNOT_WORK;
    output_end(&output, extract(&file));
}
