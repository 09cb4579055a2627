/* Runs a program with a file as its standard input, a few times, and says how much of a core it took at the least and
 * what it had in memory at the most. It is small itself: a process counts what its parent had when it was forked.
 *
 *   extraction_run FILE TIMES PROGRAM ARGUMENT…      prints a line {"cpu_s","peak_kb"} */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void become(const char *file, char **command)
{
    int in = open(file, O_RDONLY), out = open("/dev/null", O_WRONLY);
    if (in >= 0 && out >= 0 && dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        (void)execv(command[0], command);
    _exit(127);
}

int main(int argc, char **argv)
{
    double least_s = 0;
    long peak_kb = 0;
    if (argc < 4)
        return 2;
    for (long n = strtol(argv[2], NULL, 10); n > 0; n--) {
        struct rusage used;
        int status;
        pid_t child = fork();
        if (child == 0)
            become(argv[1], argv + 3);
        if (child < 0 || wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            (void)fprintf(stderr, "extraction_run: %s failed\n", argv[3]);
            return EXIT_FAILURE;
        }
        double took_s = seconds(used.ru_utime) + seconds(used.ru_stime);
        least_s = least_s == 0 || took_s < least_s ? took_s : least_s;
        peak_kb = used.ru_maxrss > peak_kb ? used.ru_maxrss : peak_kb;
    }
    (void)printf("{\"cpu_s\":%.4f,\"peak_kb\":%ld}\n", least_s, peak_kb);
    return EXIT_SUCCESS;
}
