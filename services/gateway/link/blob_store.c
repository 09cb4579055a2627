#include "services/gateway/link/blob_store.h"

#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/mem.h"
#include "services/gateway/link/blob_lock.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECEIPT_BYTES 256
#define PATH_BYTES 4096
#define SYNC_AFTER_US CLOCK_DAY_US  /* a file that is named again sooner is synced less often than it is named */
#define RENEW_AFTER_US CLOCK_DAY_US /* a file that rows name is older by so much at most, and a pass */

_Static_assert(BLOB_SHA256_BYTES == crypto_hash_sha256_BYTES, "libsodium's SHA-256 has the size that the header says");

/* A file that is being received. */
struct blob_upload {
    const char *folder;
    struct blob_owner owner;
    const struct blob_limits *most;
    char *path;
    int fd;
    bool is_kept;
    int64_t bytes, counted;
    crypto_hash_sha256_state hash;
};

/* --- names --- */

/* False: the folder's name is too long. `member` NULL: the bytes themselves, else his receipt. */
static bool make_path(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                      char path[PATH_BYTES])
{
    char hex[BLOB_HEX_BYTES], text[UUID_TEXT_BYTES] = "";
    sodium_bin2hex(hex, sizeof hex, sha256, BLOB_SHA256_BYTES);
    if (member)
        uuid_format(member, text);
    int n = snprintf(path, PATH_BYTES, "%s/%s%s%s", folder, hex, member ? "." : "", text);
    return n > 0 && n < PATH_BYTES;
}

/* --- writing --- */

static int upload_done(struct blob_upload *upload)
{
    if (!upload->is_kept)
        unlink(upload->path);
    close(upload->fd);
    return 0;
}

enum err blob_upload_new(TALLOC_CTX *ctx, const char *folder, const struct blob_owner *owner, int64_t expected_bytes,
                         const struct blob_limits *most, struct blob_upload **ret_upload)
{
    struct blob_upload *upload = mem_new(ctx, struct blob_upload);
    upload->folder = mem_text(upload, folder);
    upload->owner = *owner;
    upload->most = most;
    upload->counted = expected_bytes > 0 ? expected_bytes : BLOB_STEP_BYTES;
    enum err err = blob_held_begin(upload, folder, owner, upload->counted, most, &upload->path, &upload->fd);
    if (err) {
        mem_free(upload);
        return err;
    }
    crypto_hash_sha256_init(&upload->hash);
    talloc_set_destructor(upload, upload_done);
    *ret_upload = upload;
    return ERR_OK;
}

static enum err write_all(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t written = write(fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return blob_failed("write");
        at += written;
        n -= (size_t)written;
    }
    return ERR_OK;
}

enum err blob_upload_write(struct blob_upload *upload, const void *bytes, size_t n)
{
    enum err err = ERR_OK;
    upload->bytes += (int64_t)n;
    if (upload->bytes > upload->counted) {
        upload->counted = upload->bytes + BLOB_STEP_BYTES;
        err = blob_held_grow(upload, upload->folder, &upload->owner, upload->counted, upload->most, &upload->path);
    }
    crypto_hash_sha256_update(&upload->hash, bytes, n);
    return err ? err : write_all(upload->fd, bytes, n);
}

int64_t blob_upload_bytes(const struct blob_upload *upload)
{
    return upload->bytes;
}

/* --- keeping --- */

static enum err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return blob_failed("open");
    enum err err = fsync(fd) != 0 ? blob_failed("fsync") : ERR_OK;
    close(fd);
    return err;
}

/* A receipt is replaced whole: one that is half written would hide the bytes from their owner. */
static enum err write_receipt(struct blob_upload *upload, const char *path, const char *media_type)
{
    char organization[UUID_TEXT_BYTES];
    uuid_format(&upload->owner.organization, organization);
    const char *text = mem_printf(upload, "%" PRId64 " %s %s\n", upload->bytes, media_type, organization);
    const char *fresh = mem_printf(upload, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return blob_failed("open");
    enum err err = write_all(fd, text, strlen(text));
    if (!err && fsync(fd) != 0)
        err = blob_failed("fsync");
    close(fd);
    return !err && rename(fresh, path) != 0 ? blob_failed("rename") : err;
}

static struct timespec time_of(int64_t at_us)
{
    return (struct timespec){.tv_sec = at_us / CLOCK_SECOND_US, .tv_nsec = (long)(at_us % CLOCK_SECOND_US) * 1000};
}

static int64_t time_us(const struct stat *is)
{
    return (int64_t)is->st_mtim.tv_sec * CLOCK_SECOND_US + is->st_mtim.tv_nsec / 1000;
}

/* He has uploaded it before, for a branch that is not his any more: it counts once, for the new one. */
static void leave_former(const struct blob_upload *upload, const uint8_t sha256[BLOB_SHA256_BYTES])
{
    struct blob_receipt receipt;
    if (blob_receipt_read(upload->folder, sha256, &upload->owner.member, &receipt))
        return;
    const struct blob_owner former = {upload->owner.member, receipt.organization};
    if (!uuid_equal(&former.organization, &upload->owner.organization))
        blob_held_remove(upload->folder, &former, receipt.bytes, sha256);
}

/* Under the lock: the sweep sees it as young as it is, or not at all. It counts as unused before it is there. */
static enum err move_in(struct blob_upload *upload, const uint8_t sha256[BLOB_SHA256_BYTES], const char *media_type)
{
    char path[PATH_BYTES], receipt[PATH_BYTES];
    if (!make_path(upload->folder, sha256, NULL, path) ||
        !make_path(upload->folder, sha256, &upload->owner.member, receipt))
        return ERR_INTERNAL;
    leave_former(upload, sha256);
    enum err err = blob_held_add(upload->folder, &upload->owner, upload->bytes, sha256);
    if (err)
        return err;
    FAILPOINT("gateway.blob.keep");
    if (rename(upload->path, path) != 0)
        return blob_failed("rename");
    upload->is_kept = true;
    err = write_receipt(upload, receipt, media_type);
    return err ? err : sync_folder(upload->folder);
}

enum err blob_upload_keep(struct blob_upload *upload, const char *media_type, int64_t now_us,
                          uint8_t ret_sha256[BLOB_SHA256_BYTES])
{
    uint8_t digest[BLOB_SHA256_BYTES];
    const struct timespec times[] = {time_of(now_us), time_of(now_us)};
    int lock;
    crypto_hash_sha256_final(&upload->hash, digest);
    if (futimens(upload->fd, times) != 0 || fsync(upload->fd) != 0)
        return blob_failed("fsync");
    enum err err = blob_lock(upload->folder, digest[0], &lock);
    if (err)
        return err;
    err = move_in(upload, digest, media_type);
    close(lock);
    if (!err)
        memcpy(ret_sha256, digest, sizeof digest);
    return err;
}

/* --- receipts --- */

enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                           struct blob_receipt *ret_receipt)
{
    char path[PATH_BYTES], text[RECEIPT_BYTES] = "", organization[UUID_TEXT_BYTES] = "";
    struct blob_receipt receipt = {0};
    FILE *file = make_path(folder, sha256, member, path) ? fopen(path, "re") : NULL;
    if (!file)
        return ERR_NOT_FOUND;
    const char *line = fgets(text, sizeof text, file);
    fclose(file);
    _Static_assert(BLOB_MEDIA_TYPE_BYTES == 128 && UUID_TEXT_BYTES == 37, "of which one is left for the NUL");
    if (!line || sscanf(text, "%" SCNd64 " %127s %36s", &receipt.bytes, receipt.media_type, organization) < 2)
        return ERR_NOT_FOUND;
    if (uuid_parse(organization, &receipt.organization))
        receipt.organization = (struct uuid){0};
    *ret_receipt = receipt;
    return ERR_OK;
}

/* Under the lock. It never becomes older. ERR_NOT_FOUND: there are no bytes. */
static enum err make_young(const char *path, int64_t now_us, bool syncs)
{
    struct stat is;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : blob_failed("open");
    enum err err = fstat(fd, &is) != 0 ? blob_failed("fstat") : ERR_OK;
    const struct timespec times[] = {time_of(now_us), time_of(now_us)};
    if (!err && time_us(&is) < now_us && futimens(fd, times) != 0)
        err = blob_failed("futimens");
    if (!err && syncs && time_us(&is) < now_us - SYNC_AFTER_US && fsync(fd) != 0)
        err = blob_failed("fsync");
    close(fd);
    return err;
}

enum err blob_receipt_use(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                          int64_t now_us, struct blob_receipt *ret_receipt)
{
    char path[PATH_BYTES];
    int lock;
    enum err err = blob_receipt_read(folder, sha256, member, ret_receipt); /* most hashes that nobody knows end here */
    if (err || !make_path(folder, sha256, NULL, path))
        return ERR_NOT_FOUND;
    err = blob_lock(folder, sha256[0], &lock);
    if (err)
        return err;
    err = make_young(path, now_us, true);
    close(lock);
    return err;
}

void blob_receipt_used(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member)
{
    struct blob_receipt receipt;
    if (blob_receipt_read(folder, sha256, member, &receipt))
        return;
    const struct blob_owner owner = {*member, receipt.organization};
    blob_held_remove(folder, &owner, receipt.bytes, sha256);
}

/* --- reading --- */

int blob_open(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES])
{
    char path[PATH_BYTES];
    return make_path(folder, sha256, NULL, path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

int blob_open_path(const char *folder, const char *path)
{
    char full[PATH_BYTES];
    int n = snprintf(full, sizeof full, "%s/%s", folder, path);
    return n > 0 && n < PATH_BYTES && !strstr(path, "..") ? open(full, O_RDONLY | O_CLOEXEC) : -1;
}

/* --- sweeping --- */

/* By an open file, whose times a shared file system asks its server for. */
static int64_t remove_old(const char *path, int64_t before_us)
{
    struct stat is;
    int64_t bytes = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &is) == 0 && time_us(&is) < before_us) {
        FAILPOINT("gateway.blob.remove");
        if (unlink(path) == 0)
            bytes = is.st_size;
    }
    close(fd);
    return bytes;
}

int64_t blob_remove(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], int64_t before_us)
{
    char path[PATH_BYTES];
    int lock;
    if (!make_path(folder, sha256, NULL, path) || blob_lock(folder, sha256[0], &lock))
        return -1;
    int64_t bytes = remove_old(path, before_us);
    close(lock);
    return bytes;
}

void blob_renew(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], int64_t now_us)
{
    char path[PATH_BYTES];
    struct stat is;
    int lock;
    if (!make_path(folder, sha256, NULL, path) || stat(path, &is) != 0 || time_us(&is) >= now_us - RENEW_AFTER_US ||
        blob_lock(folder, sha256[0], &lock))
        return;
    enum err err = make_young(path, now_us, false);
    (void)err; /* logged; the next pass tries again */
    close(lock);
}

static void settle(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct blob_owner *owner,
                   const struct stat *is, const struct blob_receipt *receipt, bool is_named, int64_t before_us)
{
    if (is_named)
        blob_held_remove(folder, owner, receipt->bytes, sha256);
    else if (time_us(is) < before_us && !uuid_is_zero(&owner->organization) &&
             blob_held_add(folder, owner, receipt->bytes, sha256))
        return; /* it was logged; the next pass tries again */
}

void blob_receipt_settle(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                         bool is_named, int64_t before_us)
{
    char path[PATH_BYTES], own[PATH_BYTES];
    struct blob_receipt receipt = {0};
    struct stat is;
    int lock;
    if (!make_path(folder, sha256, NULL, path) || !make_path(folder, sha256, member, own) ||
        blob_lock(folder, sha256[0], &lock))
        return;
    bool is_read = blob_receipt_read(folder, sha256, member, &receipt) == ERR_OK;
    const struct blob_owner owner = {*member, receipt.organization};
    if (stat(path, &is) == 0) {
        if (is_read)
            settle(folder, sha256, &owner, &is, &receipt, is_named, before_us);
    } else if (errno == ENOENT) {
        blob_held_remove(folder, &owner, receipt.bytes, sha256);
        unlink(own);
    }
    close(lock);
}
