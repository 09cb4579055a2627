/* replay FOLDER: hands every file of a corpus to the fuzz target, and every beginning of each file, cut anywhere. (For
 * new inputs libFuzzer is linked instead: tests/fuzz/run.) */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX_BYTES = 1 << 16, INPUTS_MOST = 256 };

struct input {
    uint8_t *data;
    size_t n;
};

static struct input inputs[INPUTS_MOST];
static size_t n_inputs;

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void load(const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file && n_inputs < INPUTS_MOST);
    struct input *input = &inputs[n_inputs++];
    input->data = malloc(INPUT_MAX_BYTES);
    must(input->data);
    input->n = fread(input->data, 1, INPUT_MAX_BYTES, file);
    (void)fclose(file);
}

static void load_all(const char *folder)
{
    DIR *dir = opendir(folder);
    must(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) { /* NOLINT(concurrency-mt-unsafe): one thread */
        char path[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        load(path);
    }
    (void)closedir(dir);
}

/* A copy that ends where the input ends, so that ASan sees a read past it. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    must(exact);
    memcpy(exact, data, n);
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static int replay(void)
{
    for (size_t i = 0; i < n_inputs; i++)
        for (size_t cut = 0; cut <= inputs[i].n; cut++)
            run(inputs[i].data, cut);
    printf("%zu inputs replayed\n", n_inputs);
    return n_inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    load_all(argv[1]);
    return replay();
}
