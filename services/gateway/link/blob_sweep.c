#include "services/gateway/link/blob_sweep.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE "gone."
enum { HEX_CHARACTERS = 2 * BLOB_SHA256_BYTES, RECEIPT_BYTES = 256 };

struct hash {
    char hex[HEX_CHARACTERS + 1];
    bool has_receipt; /* another one */
};

struct sweep {
    const char *folder;
    int64_t now_us;
    TALLOC_CTX *ctx;
    ARRAY(struct blob_found) found;
    size_t leftovers, unused, bytes_gone;
    ARRAY(struct hash) hashes; /* whose receipts it took */
};

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* The bytes' own name, or how every name of their receipts begins. */
static bool has_hash(const char *name)
{
    return strspn(name, "0123456789abcdef") == HEX_CHARACTERS;
}

/* "<64 hex>.<member>.unused" */
static bool is_unused_receipt(const char *name, struct uuid *ret_member)
{
    const char *text = name + HEX_CHARACTERS + 1;
    char member[UUID_TEXT_BYTES];
    if (!has_hash(name) || name[HEX_CHARACTERS] != '.' || strlen(text) < UUID_TEXT_BYTES - 1 ||
        strcmp(text + UUID_TEXT_BYTES - 1, BLOB_UNUSED) != 0)
        return false;
    memcpy(member, text, UUID_TEXT_BYTES - 1);
    member[UUID_TEXT_BYTES - 1] = '\0';
    return uuid_parse(member, ret_member) == ERR_OK;
}

static bool read_receipt(int dir, const char *name, struct blob_receipt *ret_receipt)
{
    char text[RECEIPT_BYTES] = "";
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    return n > 0 && blob_receipt_parse(text, ret_receipt);
}

/* --- every name --- */

typedef void name_fn(struct sweep *sweep, int dir, const char *name);

static enum err walk(struct sweep *sweep, name_fn *look)
{
    DIR *dir = opendir(sweep->folder);
    if (!dir) {
        log_error("blob_sweep", "call=opendir detail=\"%m\"");
        return ERR_INTERNAL;
    }
    for (const struct dirent *entry; (entry = readdir(dir));) /* NOLINT(concurrency-mt-unsafe): a stream of its own */
        look(sweep, dirfd(dir), entry->d_name);
    closedir(dir);
    return ERR_OK;
}

static void note(struct sweep *sweep, int dir, const char *name)
{
    struct blob_receipt receipt;
    struct blob_found found = {0};
    if (!is_unused_receipt(name, &found.owner.member) || !read_receipt(dir, name, &receipt))
        return;
    found.owner.branch = receipt.branch;
    found.bytes = receipt.bytes;
    array_add(sweep->ctx, &sweep->found, found);
}

enum err blob_sweep_find(TALLOC_CTX *ctx, const char *folder, struct blob_found **ret_found, size_t *ret_n)
{
    struct sweep sweep = {.folder = folder, .ctx = ctx};
    enum err err = walk(&sweep, note);
    *ret_found = sweep.found.items;
    *ret_n = sweep.found.n;
    return err;
}

/* --- what goes --- */

static bool is_older(int dir, const char *name, int64_t before_us)
{
    struct stat about;
    if (fstatat(dir, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
        return false;
    return about.st_mtim.tv_sec * CLOCK_SECOND_US + about.st_mtim.tv_nsec / 1000 < before_us;
}

/* False: it is young after all, is another's by now, or cannot be taken. */
static bool take(int dir, const char *name, int64_t before_us)
{
    char aside[NAME_MAX + 1];
    int n = snprintf(aside, sizeof aside, ASIDE "%s", name);
    if (n >= (int)sizeof aside || !is_older(dir, name, before_us) || renameat(dir, name, dir, aside) != 0)
        return false;
    if (is_older(dir, aside, before_us))
        return unlinkat(dir, aside, 0) == 0;
    (void)renameat(dir, aside, dir, name); /* else the next sweep puts it back */
    return false;
}

/* Of a sweep that was killed while it held it. What came under its name meanwhile is as good. */
static void put_back(int dir, const char *aside)
{
    if (linkat(dir, aside, dir, aside + strlen(ASIDE), 0) == 0 || faccessat(dir, aside + strlen(ASIDE), F_OK, 0) == 0)
        (void)unlinkat(dir, aside, 0); /* the next sweep tries again */
}

static void take_receipt(struct sweep *sweep, int dir, const char *name)
{
    struct hash hash = {0};
    if (!take(dir, name, sweep->now_us - BLOB_UNUSED_DAYS * CLOCK_DAY_US))
        return;
    memcpy(hash.hex, name, HEX_CHARACTERS);
    array_add(sweep->ctx, &sweep->hashes, hash);
    sweep->unused++;
}

static void look_for_old(struct sweep *sweep, int dir, const char *name)
{
    struct uuid member;
    if (begins(name, BLOB_UPLOAD) && is_older(dir, name, sweep->now_us - BLOB_LEFTOVER_HOURS * CLOCK_HOUR_US))
        sweep->leftovers += unlinkat(dir, name, 0) == 0;
    else if (begins(name, ASIDE))
        put_back(dir, name);
    else if (is_unused_receipt(name, &member) && sweep->hashes.n < BLOB_SWEPT_MOST)
        take_receipt(sweep, dir, name);
}

/* --- bytes without receipts --- */

static int compare(const void *a, const void *b)
{
    return memcmp(((const struct hash *)a)->hex, ((const struct hash *)b)->hex, HEX_CHARACTERS);
}

static void look_for_receipts(struct sweep *sweep, int dir, const char *name)
{
    struct hash wanted = {0};
    (void)dir;
    if (!has_hash(name) || name[HEX_CHARACTERS] != '.')
        return;
    memcpy(wanted.hex, name, HEX_CHARACTERS);
    struct hash *found = bsearch(&wanted, sweep->hashes.items, sweep->hashes.n, sizeof wanted, compare);
    for (struct hash *end = sweep->hashes.items + sweep->hashes.n; found && found < end && !compare(found, &wanted);
         found++)
        found->has_receipt = true;
}

static enum err take_bytes(struct sweep *sweep)
{
    int dir = open(sweep->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return ERR_INTERNAL;
    for (size_t i = 0; i < sweep->hashes.n; i++)
        if (!sweep->hashes.items[i].has_receipt)
            sweep->bytes_gone += take(dir, sweep->hashes.items[i].hex, sweep->now_us - BLOB_UNUSED_DAYS * CLOCK_DAY_US);
    close(dir);
    return ERR_OK;
}

enum err blob_sweep(const char *folder, int64_t now_us)
{
    TALLOC_CTX *ctx = mem_context(NULL, "blob_sweep");
    struct sweep sweep = {.folder = folder, .now_us = now_us, .ctx = ctx};
    enum err err = walk(&sweep, look_for_old);
    if (!err && sweep.hashes.n > 0) {
        qsort(sweep.hashes.items, sweep.hashes.n, sizeof *sweep.hashes.items, compare);
        err = walk(&sweep, look_for_receipts);
        if (!err)
            err = take_bytes(&sweep);
    }
    if (sweep.leftovers + sweep.unused > 0)
        log_info("blobs_swept", "leftovers=%zu unused=%zu files=%zu", sweep.leftovers, sweep.unused, sweep.bytes_gone);
    mem_free(ctx);
    return err;
}
