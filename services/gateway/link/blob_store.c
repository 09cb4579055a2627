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
    bool is_kept;
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
    upload->path = mem_printf(upload, "%s/upload.%s", folder, name);
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

/* A receipt is replaced whole: one that is half written would hide the bytes from their owner. */
static enum err write_receipt(struct blob_upload *upload, const char *path, const char *media_type)
{
    const char *text = mem_printf(upload, "%" PRIu64 " %s\n", upload->bytes, media_type);
    const char *fresh = mem_printf(upload, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (fd < 0)
        return failed("open");
    enum err err = write_all(fd, text, strlen(text));
    if (!err && fsync(fd) != 0)
        err = failed("fsync");
    close(fd);
    return !err && rename(fresh, path) != 0 ? failed("rename") : err;
}

enum err blob_upload_keep(struct blob_upload *upload, const struct uuid *member, const char *media_type,
                          uint8_t ret_sha256[BLOB_SHA256_BYTES])
{
    uint8_t digest[BLOB_SHA256_BYTES];
    char path[PATH_BYTES], receipt[PATH_BYTES];
    crypto_hash_sha256_final(&upload->hash, digest);
    if (!make_path(upload->folder, digest, NULL, path) || !make_path(upload->folder, digest, member, receipt))
        return ERR_INTERNAL;
    if (fsync(upload->fd) != 0)
        return failed("fsync");
    if (rename(upload->path, path) != 0)
        return failed("rename");
    upload->is_kept = true;
    enum err err = write_receipt(upload, receipt, media_type);
    if (!err)
        err = sync_folder(upload->folder);
    if (!err)
        memcpy(ret_sha256, digest, sizeof digest);
    return err;
}

/* --- reading --- */

enum err blob_receipt_read(const char *folder, const uint8_t sha256[BLOB_SHA256_BYTES], const struct uuid *member,
                           int64_t *ret_bytes, char ret_media_type[BLOB_MEDIA_TYPE_BYTES])
{
    char path[PATH_BYTES], text[RECEIPT_BYTES] = "", media_type[BLOB_MEDIA_TYPE_BYTES] = "";
    int64_t bytes = 0;
    FILE *file = make_path(folder, sha256, member, path) ? fopen(path, "re") : NULL;
    if (!file)
        return ERR_NOT_FOUND;
    const char *line = fgets(text, sizeof text, file);
    fclose(file);
    _Static_assert(BLOB_MEDIA_TYPE_BYTES == 128, "of which %127s leaves one for the NUL");
    if (!line || sscanf(text, "%" SCNd64 " %127s", &bytes, media_type) != 2)
        return ERR_NOT_FOUND;
    *ret_bytes = bytes;
    memcpy(ret_media_type, media_type, sizeof media_type);
    return ERR_OK;
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
