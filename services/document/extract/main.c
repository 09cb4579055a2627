/* sotay-extract: the text of one file. The service of documents starts it for each (extractor.h): the file is its
 * standard input, its text goes to its standard output (output.h), and what it may use stands in its arguments:
 *
 *     sotay-extract MEMORY_BYTES CPU_SECONDS PAGES OUTPUT_BYTES
 *
 * What the file is, its bytes say. It parses nothing before it is in its sandbox (sandbox.h), and ends there. */
#include "common/base/mem.h"
#include "services/document/extract/docx.h"
#include "services/document/extract/odt.h"
#include "services/document/extract/pdf.h"
#include "services/document/extract/plain.h"
#include "services/document/extract/poppler_text.h"
#include "services/document/extract/sandbox.h"
#include "services/document/extract/scan.h"
#include "services/document/extract/xml.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    const char *bytes;
    size_t n;
};

struct arguments {
    struct sandbox_limits limits;
    int64_t seconds, pages, bytes;
};

static struct output output;

static bool read_arguments(int argc, char **argv, struct arguments *ret_arguments)
{
    int64_t numbers[5];
    if (argc != 6)
        return false;
    for (int i = 0; i < 5; i++) {
        char *end;
        numbers[i] = strtoll(argv[i + 1], &end, 10);
        if (end == argv[i + 1] || *end != '\0' || numbers[i] <= 0)
            return false;
    }
    *ret_arguments = (struct arguments){{numbers[0], numbers[1]}, numbers[2], numbers[3], numbers[4]};
    return true;
}

/* Nothing that the service has open is inherited, whatever its flags say; without the service it has nothing to do. */
static bool stand_alone(void)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && close_range(STDERR_FILENO, ~0U, 0) == 0;
}

static bool map_input(struct file *ret_file)
{
    struct stat stat;
    if (fstat(STDIN_FILENO, &stat) || !S_ISREG(stat.st_mode) || stat.st_size < 0)
        return false;
    *ret_file = (struct file){"", (size_t)stat.st_size};
    if (stat.st_size == 0)
        return true;
    ret_file->bytes = mmap(NULL, ret_file->n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, STDIN_FILENO, 0);
    return ret_file->bytes != MAP_FAILED;
}

static enum extract_end extract_archive(const struct file *file)
{
    struct archive *archive = archive_open(NULL, file->bytes, file->n);
    if (archive && archive_has(archive, "word/document.xml"))
        return docx_extract(archive, &output);
    if (archive && archive_has(archive, "content.xml"))
        return odt_extract(archive, &output);
    return EXTRACT_BROKEN;
}

static bool begins(const struct file *file, const char *magic)
{
    size_t n = strlen(magic);
    return file->n >= n && memcmp(file->bytes, magic, n) == 0;
}

static bool is_picture(const struct file *file)
{
    return begins(file, "\x89PNG") || begins(file, "\xFF\xD8\xFF") || begins(file, "II*") ||
           (file->n >= 4 && memcmp(file->bytes, "MM\0*", 4) == 0);
}

/* What is loaded costs a fifth of a second, so not for every file. */
static bool prepare(const struct file *file)
{
    poppler_text_prepare();
    xml_prepare();
    return !(is_picture(file) || begins(file, "%PDF-")) || scan_prepare();
}

/* Old Word files and HEIC are kept as they are, and not read. */
static bool is_text(const struct file *file)
{
    enum { LOOKED_AT = 64 };
    return !memchr(file->bytes, '\0', file->n < LOOKED_AT ? file->n : LOOKED_AT);
}

static enum extract_end extract(const struct file *file)
{
    if (begins(file, "%PDF-"))
        return pdf_extract(file->bytes, file->n, &output);
    if (is_picture(file))
        return scan_extract(file->bytes, file->n, &output);
    if (begins(file, "PK\3\4"))
        return extract_archive(file);
    return is_text(file) ? plain_extract(file->bytes, file->n, &output) : EXTRACT_BROKEN;
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct file file;
    if (!read_arguments(argc, argv, &arguments)) {
        (void)fprintf(stderr, "usage: %s MEMORY_BYTES CPU_SECONDS SECONDS PAGES OUTPUT_BYTES <FILE\n", argv[0]);
        return 2;
    }
    if (!stand_alone() || !map_input(&file) || !prepare(&file))
        return 1;
    (void)alarm((unsigned)arguments.seconds); /* the service that waits for it may have died before it could be told */
    output_init(&output, STDOUT_FILENO, arguments.pages, arguments.bytes);
    if (sandbox_enter(&arguments.limits))
        return 1;
    output_end(&output, extract(&file));
}
