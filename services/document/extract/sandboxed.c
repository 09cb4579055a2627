#include "services/document/extract/sandboxed.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

bool sandboxed_read_arguments(int argc, char **argv, int64_t numbers[], int n)
{
    if (argc != n + 1)
        return false;
    for (int i = 0; i < n; i++) {
        char *end;
        numbers[i] = strtoll(argv[i + 1], &end, 10);
        if (end == argv[i + 1] || *end != '\0' || numbers[i] <= 0)
            return false;
    }
    return true;
}

/* Its messages go nowhere, and their descriptor too, unless a file has taken its place. */
bool sandboxed_stand_alone(int n_files, int64_t seconds)
{
    unsigned first = n_files > 1 ? (unsigned)(STDERR_FILENO + n_files) : STDERR_FILENO;
    (void)alarm((unsigned)seconds);
    return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && close_range(first, ~0U, 0) == 0;
}

bool sandboxed_map(int number, struct sandboxed_file *ret_file)
{
    int fd = number == 0 ? STDIN_FILENO : STDERR_FILENO + number;
    struct stat stat;
    if (fstat(fd, &stat) || !S_ISREG(stat.st_mode) || stat.st_size < 0)
        return false;
    *ret_file = (struct sandboxed_file){"", (size_t)stat.st_size};
    if (stat.st_size == 0)
        return true;
    ret_file->bytes = mmap(NULL, ret_file->n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    return ret_file->bytes != MAP_FAILED;
}

bool sandboxed_begins(const struct sandboxed_file *file, const char *magic)
{
    size_t n = strlen(magic);
    return file->n >= n && memcmp(file->bytes, magic, n) == 0;
}
