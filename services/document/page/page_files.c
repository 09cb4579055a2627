#include "services/document/page/page_files.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/uuid.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { WORD_LASTS_S = 3600, NUMBER_BYTES = 16, HEX_BYTES = 2 * CONTENT_SHA256_BYTES + 1 };
#define ROOM_BYTES (INT64_C(2) << 30) /* as the gateway, which takes nothing new when less is free */
enum { ROOM_PARTS = 20 };             /* likewise: of the disk */

bool page_key_equal(const struct page_key *a, const struct page_key *b)
{
    return a->page == b->page && memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0;
}

char *page_files_path(TALLOC_CTX *ctx, const struct page_key *key)
{
    char hex[HEX_BYTES];
    sodium_bin2hex(hex, sizeof hex, key->sha256, sizeof key->sha256);
    return mem_printf(ctx, PAGE_FOLDER "/%s.%d.png", hex, (int)key->page);
}

/* --- finding and keeping ------------------------------------------------------------------------------------------ */

static char *full_path(TALLOC_CTX *ctx, const char *blob_dir, const struct page_key *key)
{
    return mem_printf(ctx, "%s/%s", blob_dir, page_files_path(ctx, key));
}

static struct page_key of_file(const struct page_key *key)
{
    struct page_key whole = *key;
    whole.page = 0;
    return whole;
}

static bool is_young(const struct stat *is)
{
    return is->st_mtime >= clock_now_us() / CLOCK_SECOND_US - WORD_LASTS_S;
}

/* The first page that is not there; 0: none can be drawn; INT32_MAX: nothing is known. */
static int32_t first_absent(const char *path)
{
    char number[NUMBER_BYTES] = "";
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return INT32_MAX;
    bool is_known = fstat(fd, &is) == 0 && is_young(&is) && read(fd, number, sizeof number - 1) == is.st_size;
    (void)close(fd);
    return is_known ? (int32_t)strtol(number, NULL, 10) : INT32_MAX;
}

static enum page_state find_file(const char *path, int32_t page)
{
    int32_t first = first_absent(path);
    if (first == 0)
        return PAGE_UNDRAWABLE;
    return page >= first ? PAGE_ABSENT : PAGE_NEW;
}

enum page_state page_files_find(const char *blob_dir, const struct page_key *key, int64_t *ret_bytes)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    struct page_key whole = of_file(key);
    enum page_state state = PAGE_NEW;
    struct stat is;
    if (stat(full_path(ctx, blob_dir, key), &is) == 0 && (is.st_size > 0 || is_young(&is)))
        state = is.st_size > 0 ? PAGE_DRAWN : PAGE_UNDRAWABLE;
    else
        state = find_file(full_path(ctx, blob_dir, &whole), key->page);
    if (state == PAGE_DRAWN)
        *ret_bytes = is.st_size;
    mem_free(ctx);
    return state;
}

bool page_files_have_room(const char *blob_dir)
{
    struct statvfs disk;
    if (statvfs(blob_dir, &disk) != 0)
        return false;
    int64_t free_bytes = (int64_t)(disk.f_bavail * disk.f_frsize);
    return free_bytes >= ROOM_BYTES && free_bytes >= (int64_t)(disk.f_blocks * disk.f_frsize / ROOM_PARTS);
}

static enum err failed(const char *path)
{
    enum err err = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_INTERNAL;
    log_error("page_file", "path=%s detail=\"%m\"", path);
    return err;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* A file without a name, until it is whole: behind a power cut a name that is there has its bytes. */
static enum err write_file(const char *path, const char *fresh, const void *bytes, size_t n)
{
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return failed(fresh);
    enum err err = write_all(fd, bytes, n) && fsync(fd) == 0 ? ERR_OK : failed(fresh);
    (void)close(fd);
    if (!err && rename(fresh, path))
        err = failed(path);
    if (err)
        (void)unlink(fresh);
    return err;
}

enum err page_files_keep(const char *blob_dir, const struct page_key *key, const void *bytes, size_t n)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    const char *folder = mem_printf(ctx, "%s/" PAGE_FOLDER, blob_dir);
    const char *path = full_path(ctx, blob_dir, key);
    char name[UUID_TEXT_BYTES];
    struct uuid id = uuid_random();
    uuid_format(&id, name);
    enum err err = mkdir(folder, 0750) && errno != EEXIST ? failed(folder) : ERR_OK;
    if (!err)
        err = write_file(path, mem_printf(ctx, "%s/%s.new", folder, name), bytes, n);
    mem_free(ctx);
    return err;
}

enum err page_files_keep_absent(const char *blob_dir, const struct page_key *key)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    const struct page_key whole = of_file(key);
    char number[NUMBER_BYTES];
    int n = snprintf(number, sizeof number, "%d", (int)key->page);
    enum err err = ERR_OK;
    if (first_absent(full_path(ctx, blob_dir, &whole)) > key->page)
        err = page_files_keep(blob_dir, &whole, number, (size_t)n);
    mem_free(ctx);
    return err;
}

/* --- keeping them few --------------------------------------------------------------------------------------------- */

struct kept {
    const char *name;
    int64_t drawn_at_s, bytes;
};
struct folder {
    TALLOC_CTX *ctx;
    int fd;
    ARRAY(struct kept) files;
    int64_t bytes;
};

static int compare_age(const void *a, const void *b)
{
    const struct kept *left = a, *right = b;
    return (left->drawn_at_s > right->drawn_at_s) - (left->drawn_at_s < right->drawn_at_s);
}

static void look(struct folder *folder, DIR *listing)
{
    struct stat is;
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        if (entry->d_name[0] == '.' || fstatat(folder->fd, entry->d_name, &is, AT_SYMLINK_NOFOLLOW))
            continue;
        int64_t bytes = (is.st_size / PAGE_BLOCK_BYTES + 1) * PAGE_BLOCK_BYTES;
        array_add(folder->ctx, &folder->files, (struct kept){mem_text(folder->ctx, entry->d_name), is.st_mtime, bytes});
        folder->bytes += bytes;
    }
}

/* Whoever has one open reads it to its end. */
void page_files_trim(const char *blob_dir, int64_t bytes_most)
{
    TALLOC_CTX *ctx = mem_context(NULL, "pages");
    DIR *listing = opendir(mem_printf(ctx, "%s/" PAGE_FOLDER, blob_dir));
    if (listing) {
        struct folder folder = {.ctx = ctx, .fd = dirfd(listing)};
        look(&folder, listing);
        if (folder.files.n > 0)
            qsort(folder.files.items, folder.files.n, sizeof *folder.files.items, compare_age);
        for (size_t i = 0; i < folder.files.n && folder.bytes > bytes_most; i++) {
            (void)unlinkat(folder.fd, folder.files.items[i].name, 0); /* another instance may have */
            folder.bytes -= folder.files.items[i].bytes;
        }
        (void)closedir(listing);
    }
    mem_free(ctx);
}
