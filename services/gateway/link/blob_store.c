#include "services/gateway/link/blob_store.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_BYTES (2 * BLOB_SHA256_BYTES + 1)
#define RECEIPT_BYTES 256
#define PATH_BYTES 4096

_Static_assert(BLOB_SHA256_BYTES == crypto_hash_sha256_BYTES, "libsodium's SHA-256 has the size that the header says");

/* A file that is being received. */
struct blob_upload {
    const char *folder, *path;
    int fd;
    bool is_kept, is_new;
    uint64_t bytes;
    crypto_hash_sha256_state hash;
};

/* --- names --- */

static void format_hash(const uint8_t sha256[BLOB_SHA256_BYTES], char hex[HEX_BYTES])
{
    sodium_bin2hex(hex, HEX_BYTES, sha256, BLOB_SHA256_BYTES);
}

/* False: the folder's name is too long. `member` NULL: the bytes themselves, else his receipt. */
static bool make_path(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                      char path[PATH_BYTES])
{
    char hex[HEX_BYTES], text[UUID_TEXT_BYTES] = "";
    format_hash(sha256, hex);
    if (member)
        uuid_format(member, text);
    int n = snprintf(path, PATH_BYTES, "%s/%s%s%s", folder, hex, member ? "." : "", text);
    return n > 0 && n < PATH_BYTES;
}

/* His receipt, as one that a command has named and as one that none has. */
struct receipt_paths {
    char used[PATH_BYTES], unused[PATH_BYTES];
};

static bool make_receipt_paths(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                               struct receipt_paths *paths)
{
    if (!make_path(folder, sha256, member, paths->used))
        return false;
    int n = snprintf(paths->unused, PATH_BYTES, "%s" BLOB_UNUSED, paths->used);
    return n > 0 && n < PATH_BYTES;
}

/* --- writing --- */

/* Of the call that has just failed, by errno: only a disk that is full is told to clients as one. */
static enum err failed(const char *what)
{
    enum err err = errno == ENOSPC || errno == EDQUOT                      ? ERR_DISK_FULL
                   : errno == EMFILE || errno == ENFILE || errno == ENOMEM ? ERR_OVERLOADED
                                                                           : ERR_INTERNAL;
    log_error("blob_store", "call=%s err=%s detail=\"%m\"", what, err_word(err));
    return err;
}

static int upload_done(struct blob_upload *upload)
{
    if (upload->fd >= 0)
        close(upload->fd);
    if (upload->fd >= 0 && !upload->is_kept)
        unlink(upload->path);
    return 0;
}

enum err blob_upload_new(TALLOC_CTX *ctx, const char *folder, struct blob_upload **ret_upload)
{
    char name[UUID_TEXT_BYTES];
    struct uuid id = uuid_random();
    struct blob_upload *upload = mem_new(ctx, struct blob_upload);
    uuid_format(&id, name);
    upload->folder = mem_text(upload, folder);
    upload->path = mem_printf(upload, "%s/" BLOB_UPLOAD "%s", folder, name);
    upload->fd = open(upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
    if (upload->fd < 0) {
        enum err err = failed("open");
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
            return failed("write");
        at += written;
        n -= (size_t)written;
    }
    return ERR_OK;
}

enum err blob_upload_write(struct blob_upload *upload, const void *bytes, size_t n)
{
    upload->bytes += n;
    crypto_hash_sha256_update(&upload->hash, bytes, n);
    return write_all(upload->fd, bytes, n);
}

uint64_t blob_upload_bytes(const struct blob_upload *upload)
{
    return upload->bytes;
}

/* --- keeping --- */

static enum err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failed("open");
    enum err err = fsync(fd) != 0 ? failed("fsync") : ERR_OK;
    close(fd);
    return err;
}

/* Replaced whole: one that is half written would hide the bytes from their owner. One that a command has named stays as
 * it is: the same bytes are of the same kind. */
static enum err write_receipt(struct blob_upload *upload, const struct receipt_paths *paths,
                              const struct blob_owner *owner, const char *media_type)
{
    char branch[UUID_TEXT_BYTES];
    if (access(paths->used, F_OK) == 0)
        return ERR_OK;
    uuid_format(&owner->branch, branch);
    const char *text = mem_printf(upload, "%" PRIu64 " %s %s\n", upload->bytes, media_type, branch);
    const char *fresh = mem_printf(upload, "%s.receipt", upload->path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return failed("open");
    enum err err = write_all(fd, text, strlen(text));
    if (!err && fsync(fd) != 0)
        err = failed("fsync");
    close(fd);
    upload->is_new = access(paths->unused, F_OK) != 0;
    return !err && rename(fresh, paths->unused) != 0 ? failed("rename") : err;
}

enum err blob_upload_keep(struct blob_upload *upload, const struct blob_owner *owner, const char *media_type,
                          uint8_t ret_sha256[BLOB_SHA256_BYTES])
{
    uint8_t digest[BLOB_SHA256_BYTES];
    char path[PATH_BYTES];
    struct receipt_paths receipt;
    crypto_hash_sha256_final(&upload->hash, digest);
    if (!make_path(upload->folder, digest, NULL, path) ||
        !make_receipt_paths(upload->folder, digest, &owner->member, &receipt))
        return ERR_INTERNAL;
    if (fsync(upload->fd) != 0)
        return failed("fsync");
    if (rename(upload->path, path) != 0)
        return failed("rename");
    upload->is_kept = true;
    enum err err = write_receipt(upload, &receipt, owner, media_type);
    if (!err)
        err = sync_folder(upload->folder);
    if (!err)
        memcpy(ret_sha256, digest, sizeof digest);
    upload->is_new = upload->is_new && !err;
    return err;
}

bool blob_upload_is_new(const struct blob_upload *upload)
{
    return upload->is_new;
}

/* --- reading --- */

bool blob_receipt_parse(const char *text, struct blob_receipt *ret_receipt)
{
    struct blob_receipt receipt = {0};
    char branch[UUID_TEXT_BYTES] = "";
    _Static_assert(BLOB_MEDIA_TYPE_BYTES == 128 && UUID_TEXT_BYTES == 37, "of which each leaves one for the NUL");
    int n = sscanf(text, "%" SCNd64 " %127s %36s", &receipt.bytes, receipt.media_type, branch);
    if (n < 2 || (n == 3 && uuid_parse(branch, &receipt.branch)))
        return false;
    *ret_receipt = receipt;
    return true;
}

static enum err read_receipt(const char *path, struct blob_receipt *ret_receipt)
{
    char text[RECEIPT_BYTES] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return ERR_NOT_FOUND;
    const char *line = fgets(text, sizeof text, file);
    fclose(file);
    return line && blob_receipt_parse(line, ret_receipt) ? ERR_OK : ERR_NOT_FOUND;
}

/* A command of his may name it in between: then it is found at last where it was looked for first. */
enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                           struct blob_receipt *ret_receipt)
{
    struct receipt_paths paths;
    if (!make_receipt_paths(folder, sha256, member, &paths))
        return ERR_NOT_FOUND;
    enum err err = read_receipt(paths.used, ret_receipt);
    if (err)
        err = read_receipt(paths.unused, ret_receipt);
    return err ? read_receipt(paths.used, ret_receipt) : ERR_OK;
}

enum err blob_receipt_use(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                          bool *ret_first)
{
    struct receipt_paths paths;
    *ret_first = false;
    if (!make_receipt_paths(folder, sha256, member, &paths))
        return ERR_NOT_FOUND;
    if (rename(paths.unused, paths.used) == 0) {
        *ret_first = true;
        return sync_folder(folder);
    }
    if (errno != ENOENT)
        return failed("rename");
    return access(paths.used, F_OK) == 0 ? ERR_OK : ERR_NOT_FOUND;
}

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
