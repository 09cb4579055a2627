/* replay FOLDER: hands every file of a corpus to the fuzz target, and every beginning of each file, cut anywhere.
 * replay FOLDER SECONDS SEED: changes them at random for so long, and says how many it tried. What fells the target is
 * written to finding.<seed>; the same seed finds it again. (libFuzzer is linked instead where there is clang.) */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX_BYTES = 1 << 16, INPUTS_MOST = 256, CHANGES_MOST = 6, RUN_MOST = 32 };

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

/* --- the input under way ------------------------------------------------------------------------------------------ */

static struct {
    const uint8_t *data;
    size_t n;
    char path[64];
} under_way;

/* Only what a handler may call. */
static void keep_finding(void)
{
    int fd = *under_way.path ? open(under_way.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
    if (fd < 0)
        return;
    ssize_t written = write(fd, under_way.data, under_way.n);
    (void)written;
    (void)close(fd);
}

static void on_signal(int number)
{
    keep_finding();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* ASan's and UBSan's, where the target is built with them. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static void watch(const char *seed)
{
    (void)snprintf(under_way.path, sizeof under_way.path, "finding.%s", seed);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_finding);
    (void)signal(SIGABRT, on_signal);
    if (!__sanitizer_set_death_callback)
        (void)signal(SIGSEGV, on_signal);
}

/* A copy that ends where the input ends, so that ASan sees a read past it. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    must(exact);
    memcpy(exact, data, n);
    under_way.data = exact;
    under_way.n = n;
    (void)LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

/* --- changes ------------------------------------------------------------------------------------------------------ */

static uint64_t state;

static size_t random_below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return n ? (size_t)(state >> 11) % n : 0;
}

static uint8_t odd_byte(void)
{
    static const uint8_t ODD[] = "\0\r\n \t\"',;:=[]{}<>/\\%&?.-+*#0199aAzZ\x7f\x80\xbf\xc0\xe1\xf4\xfe\xff";
    return random_below(2) ? ODD[random_below(sizeof ODD - 1)] : (uint8_t)random_below(256);
}

/* Puts a run of bytes in at a place. What would be too long is left out. */
static void insert(struct input *into, const uint8_t *bytes, size_t n)
{
    size_t at = random_below(into->n + 1);
    if (into->n + n > INPUT_MAX_BYTES)
        return;
    memmove(into->data + at + n, into->data + at, into->n - at);
    memcpy(into->data + at, bytes, n);
    into->n += n;
}

static void insert_run_of(struct input *into, const struct input *from)
{
    uint8_t bytes[RUN_MOST];
    size_t n = random_below(from->n < RUN_MOST ? from->n + 1 : RUN_MOST);
    memcpy(bytes, from->data + random_below(from->n - n + 1), n);
    insert(into, bytes, n);
}

static void cut_out(struct input *input)
{
    size_t at = random_below(input->n + 1), n = random_below(RUN_MOST);
    n = n < input->n - at ? n : input->n - at;
    memmove(input->data + at, input->data + at + n, input->n - at - n);
    input->n -= n;
}

static void change(struct input *input)
{
    const uint8_t byte = odd_byte();
    size_t at = random_below(input->n);
    switch (random_below(6)) {
    case 0: insert(input, &byte, 1); break;
    case 1: cut_out(input); break;
    case 2: insert_run_of(input, input); break;
    case 3: insert_run_of(input, &inputs[random_below(n_inputs)]); break;
    case 4:
        if (input->n > 0)
            input->data[at] ^= (uint8_t)(1u << random_below(8));
        break;
    default:
        if (input->n > 0)
            input->data[at] = byte;
    }
}

static void try_one(void)
{
    static uint8_t room[INPUT_MAX_BYTES];
    const struct input *from = &inputs[random_below(n_inputs)];
    struct input input = {room, from->n};
    memcpy(room, from->data, from->n);
    for (size_t i = 0, n = 1 + random_below(CHANGES_MOST); i < n; i++)
        change(&input);
    run(input.data, input.n);
}

static int look_for_new(long seconds, const char *seed)
{
    unsigned long executions = 0;
    const time_t end = time(NULL) + seconds;
    state = strtoull(seed, NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) | 1;
    watch(seed);
    for (; time(NULL) < end; executions++)
        try_one();
    printf("%lu executions\n", executions);
    return EXIT_SUCCESS;
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
    if (argc != 2 && argc != 4)
        return 2;
    load_all(argv[1]);
    return argc == 4 && n_inputs > 0 ? look_for_new(strtol(argv[2], NULL, 10), argv[3]) : replay();
}
