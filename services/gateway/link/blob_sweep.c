#include "services/gateway/link/blob_sweep.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_lock.h"
#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "sweep"
/* Of a file whose command is settled a moment ago a service may not have said so yet when it was asked. */
#define COUNTS_AGAIN_AFTER_US CLOCK_HOUR_US
/* An upload of an earlier release's gateway, which has no lock, was written to within this time. */
#define UNDER_WAY_US CLOCK_DAY_US

struct blob_sweep {
    const char *folder;
    DIR *listing;
    int lock;
};

int64_t blob_sweep_last_us(const char *folder)
{
    struct stat is;
    char *path = mem_printf(NULL, "%s/locks/" LOCK_NAME, folder);
    bool is_there = stat(path, &is) == 0 && is.st_size > 0;
    mem_free(path);
    return is_there ? (int64_t)is.st_mtim.tv_sec * CLOCK_SECOND_US : 0;
}

static int sweep_done(struct blob_sweep *sweep)
{
    closedir(sweep->listing);
    close(sweep->lock);
    return 0;
}

enum err blob_sweep_begin(TALLOC_CTX *ctx, const char *folder, struct blob_sweep **ret_sweep)
{
    int lock;
    enum err err = blob_lock_named(folder, LOCK_NAME, &lock);
    if (err)
        return err;
    DIR *listing = opendir(folder);
    if (!listing) {
        err = blob_failed("opendir");
        close(lock);
        return err;
    }
    struct blob_sweep *sweep = mem_new(ctx, struct blob_sweep);
    sweep->folder = mem_text(sweep, folder);
    sweep->listing = listing;
    sweep->lock = lock;
    talloc_set_destructor(sweep, sweep_done);
    *ret_sweep = sweep;
    return ERR_OK;
}

/* --- names --- */

/* A hash, or a receipt of it. */
static bool read_name(const char *text, struct blob_name *ret_name)
{
    size_t n = strlen(text), hex = BLOB_HEX_BYTES - 1;
    *ret_name = (struct blob_name){.is_receipt = n > hex};
    if (n < hex || sodium_hex2bin(ret_name->sha256, BLOB_SHA256_BYTES, text, hex, NULL, NULL, NULL) != 0)
        return false;
    return n == hex || (text[hex] == '.' && uuid_parse(text + hex + 1, &ret_name->member) == ERR_OK);
}

/* What an upload left that broke in an earlier release. */
static void clean_old_upload(const struct blob_sweep *sweep, const char *text)
{
    struct stat is;
    int at = dirfd(sweep->listing);
    if (strncmp(text, "upload.", strlen("upload.")) == 0 && fstatat(at, text, &is, AT_SYMLINK_NOFOLLOW) == 0 &&
        (int64_t)is.st_mtim.tv_sec * CLOCK_SECOND_US < clock_now_us() - UNDER_WAY_US)
        unlinkat(at, text, 0);
}

/* A receipt that was not finished: nobody is at it who has not the lock. */
static void clean_receipt(const struct blob_sweep *sweep, const char *text)
{
    static const char END[] = ".new";
    size_t n = strlen(text), end = sizeof END - 1;
    struct blob_name name;
    int lock;
    if (n <= end || strcmp(text + n - end, END) != 0)
        return;
    char *receipt = mem_textn(NULL, text, n - end);
    if (read_name(receipt, &name) && name.is_receipt && !blob_lock(sweep->folder, name.sha256[0], &lock)) {
        unlinkat(dirfd(sweep->listing), text, 0);
        close(lock);
    }
    mem_free(receipt);
}

size_t blob_sweep_next(struct blob_sweep *sweep, struct blob_name names[BLOB_SWEEP_NAMES])
{
    size_t n = 0;
    for (const struct dirent *entry; n < BLOB_SWEEP_NAMES && (entry = readdir(sweep->listing));) {
        if (read_name(entry->d_name, &names[n])) {
            n++;
            continue;
        }
        clean_old_upload(sweep, entry->d_name);
        clean_receipt(sweep, entry->d_name);
    }
    return n;
}

/* --- settling --- */

void blob_sweep_settle(struct blob_sweep *sweep, const struct blob_name names[], size_t n, int64_t now_us,
                       int64_t unused_before_us, struct blob_swept *swept)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i].is_receipt)
            continue;
        if (names[i].is_named)
            blob_renew(sweep->folder, names[i].sha256, now_us);
        int64_t bytes = names[i].is_named ? -1 : blob_remove(sweep->folder, names[i].sha256, unused_before_us);
        swept->files += bytes >= 0;
        swept->bytes += bytes >= 0 ? bytes : 0;
    }
    for (size_t i = 0; i < n; i++) /* behind the bytes: what has gone counts no more */
        if (names[i].is_receipt)
            blob_receipt_settle(sweep->folder, names[i].sha256, &names[i].member, names[i].is_named,
                                now_us - COUNTS_AGAIN_AFTER_US);
}

void blob_sweep_end(struct blob_sweep *sweep, int64_t now_us)
{
    const struct timespec at = {.tv_sec = now_us / CLOCK_SECOND_US};
    const struct timespec times[] = {at, at};
    if (pwrite(sweep->lock, "1", 1, 0) != 1 || futimens(sweep->lock, times) != 0) {
        enum err err = blob_failed("sweep");
        (void)err; /* logged; it is swept again sooner than it must */
    }
}
