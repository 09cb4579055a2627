/* replay FOLDER: hands every file of a corpus to the fuzz target, and every beginning of each file, cut anywhere. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX_BYTES = 1 << 16 };

static size_t load(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t n = fread(data, 1, INPUT_MAX_BYTES, file);
    (void)fclose(file);
    return n;
}

/* A copy that ends where the input ends, so that ASan sees a read past it. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    if (!exact)
        abort();
    memcpy(exact, data, n);
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static void replay_file(const char *path)
{
    static uint8_t data[INPUT_MAX_BYTES];
    size_t n = load(path, data);
    for (size_t cut = 0; cut <= n; cut++)
        run(data, cut);
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    int files = 0;
    if (!folder)
        return 2;
    for (const struct dirent *entry; (entry = readdir(folder));) { /* NOLINT(concurrency-mt-unsafe): one thread */
        char path[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        replay_file(path);
        files++;
    }
    (void)closedir(folder);
    printf("%d inputs replayed\n", files);
    return files > 0 ? 0 : 1;
}
