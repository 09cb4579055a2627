/* sotay-draw: a page of one file as a PNG. The service of documents starts it for each (page/page_draw.h): the file is
 * its standard input, the picture goes to its standard output (trailer.h), and what it may use stands in its arguments:
 *
 *     sotay-draw MEMORY_BYTES CPU_SECONDS SECONDS PAGE WIDTH
 *
 * It parses nothing before it is in its sandbox (sandbox.h), and ends there. */
#include "services/document/extract/page_picture.h"
#include "services/document/extract/sandbox.h"
#include "services/document/extract/trailer.h"
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    enum { MEMORY, CPU, SECONDS, PAGE, WIDTH, NUMBERS };
    int64_t numbers[NUMBERS];
    struct sandboxed_file file;
    uint8_t *png = NULL;
    size_t n = 0;
    if (!sandboxed_read_arguments(argc, argv, numbers, NUMBERS)) {
        (void)fprintf(stderr, "usage: %s MEMORY_BYTES CPU_SECONDS SECONDS PAGE WIDTH <FILE\n", argv[0]);
        return 2;
    }
    const struct sandbox_limits limits = {numbers[MEMORY], numbers[CPU]};
    if (!sandboxed_stand_alone(1, numbers[SECONDS]) || !sandboxed_map(0, &file))
        return 1;
    page_picture_prepare();
    if (sandbox_enter(&limits))
        return 1;
    enum extract_end end = page_picture_make(&file, (int)numbers[PAGE], (int)numbers[WIDTH], &png, &n);
    if (!end && !trailer_write_bytes(STDOUT_FILENO, png, n))
        return 1;
    trailer_end(STDOUT_FILENO, end);
}
