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
#include <unistd.h>

enum { EMPTY_LASTS_S = 3600, BLOCK_BYTES = 4096, HEX_BYTES = 2 * CONTENT_SHA256_BYTES + 1 };

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

enum err page_files_find(const char *blob_dir, const struct page_key *key, int64_t *ret_bytes)
{
    TALLOC_CTX *ctx = mem_context(NULL, "page");
    struct stat is;
    bool is_there = stat(mem_printf(ctx, "%s/%s", blob_dir, page_files_path(ctx, key)), &is) == 0;
    mem_free(ctx);
    bool is_old = is_there && is.st_size == 0 && is.st_mtime < clock_now_us() / CLOCK_SECOND_US - EMPTY_LASTS_S;
    if (!is_there || is_old)
        return ERR_NOT_FOUND;
    *ret_bytes = is.st_size;
    return ERR_OK;
}

static enum err failed(const char *path)
{
    enum err err = errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL : ERR_INTERNAL;
    log_error("page_file", "path=%s detail=\"%m\"", path);
    return err;
}

/* A file without a name, until it is whole. */
static enum err write_file(const char *path, const char *fresh, const void *bytes, size_t n)
{
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return failed(fresh);
    ssize_t written = write(fd, bytes, n);
    enum err err = written != (ssize_t)n ? failed(fresh) : ERR_OK;
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
    const char *path = mem_printf(ctx, "%s/%s", blob_dir, page_files_path(ctx, key));
    char name[UUID_TEXT_BYTES];
    struct uuid id = uuid_random();
    uuid_format(&id, name);
    enum err err = mkdir(folder, 0750) && errno != EEXIST ? failed(folder) : ERR_OK;
    if (!err)
        err = write_file(path, mem_printf(ctx, "%s/%s.new", folder, name), bytes, n);
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
        int64_t bytes = (is.st_size / BLOCK_BYTES + 1) * BLOCK_BYTES;
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
