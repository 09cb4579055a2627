#include "services/gateway/link/blob_lock.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define POLL_MS 2

enum err blob_failed(const char *what)
{
    enum err err = errno == ENOSPC || errno == EDQUOT                      ? ERR_DISK_FULL
                   : errno == EMFILE || errno == ENFILE || errno == ENOMEM ? ERR_OVERLOADED
                                                                           : ERR_INTERNAL;
    log_error("blob_store", "call=%s err=%s detail=\"%m\"", what, err_word(err));
    return err;
}

/* -1: errno says why. */
static int open_lock(const char *folder, const char *name)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s/locks", folder);
    if (n < 0 || (size_t)n >= sizeof path || (mkdir(path, 0700) != 0 && errno != EEXIST))
        return -1;
    int more = snprintf(path + n, sizeof path - (size_t)n, "/%s", name);
    if (more < 0 || (size_t)more >= sizeof path - (size_t)n)
        return -1;
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

static enum err take(const char *folder, const char *name, int wait_ms, int *ret_fd)
{
    int fd = open_lock(folder, name);
    if (fd < 0)
        return blob_failed("lock");
    int64_t until_us = clock_monotonic_us() + wait_ms * INT64_C(1000);
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK || clock_monotonic_us() >= until_us) {
            enum err err = errno == EWOULDBLOCK ? ERR_OVERLOADED : blob_failed("flock");
            close(fd);
            return err;
        }
        pause_ms(POLL_MS);
    }
    *ret_fd = fd;
    return ERR_OK;
}

enum err blob_lock(const char *folder, uint8_t which, int *ret_fd)
{
    char name[3];
    (void)snprintf(name, sizeof name, "%02x", which);
    return take(folder, name, BLOB_LOCK_WAIT_MS, ret_fd);
}

enum err blob_lock_named(const char *folder, const char *name, int *ret_fd)
{
    return take(folder, name, 0, ret_fd);
}
