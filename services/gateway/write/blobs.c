#include "services/gateway/write/blobs.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/media.h"
#include "services/gateway/edge/problem.h"
#include "sotay/v1/document.pb-c.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#define HEX_BYTES (2 * crypto_hash_sha256_BYTES + 1)
#define RECEIPT_BYTES 256

/* One file on its way in: from the headers to the reply. Its destructor takes it out of the list and away from the
 * disk, so that a client who leaves in the middle leaves nothing behind. */
struct upload {
    struct call *call;
    const char *path;
    int fd;
    bool is_kept;
    uint64_t bytes;
    uint8_t head[MEDIA_HEAD_BYTES];
    size_t head_bytes;
    crypto_hash_sha256_state hash;
    struct upload *prev, *next;
};

static pthread_mutex_t uploads_lock = PTHREAD_MUTEX_INITIALIZER;
static struct upload *uploads;

static int upload_done(struct upload *upload)
{
    pthread_mutex_lock(&uploads_lock);
    DL_DELETE(uploads, upload);
    pthread_mutex_unlock(&uploads_lock);
    if (upload->fd >= 0)
        close(upload->fd);
    if (!upload->is_kept)
        unlink(upload->path);
    return 0;
}

struct call *blob_call_of(const struct http_request *http)
{
    struct upload *upload;
    pthread_mutex_lock(&uploads_lock);
    DL_FOREACH (uploads, upload) {
        if (upload->call->http == http)
            break;
    }
    pthread_mutex_unlock(&uploads_lock);
    return upload ? upload->call : NULL;
}

/* --- taking the bytes --- */

static enum err write_all(int fd, const void *bytes, size_t n)
{
    for (const char *at = bytes; n > 0;) {
        ssize_t written = write(fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return ERR_DISK_FULL;
        at += written;
        n -= (size_t)written;
    }
    return ERR_OK;
}

static enum err take_bytes(void *sink, const void *bytes, size_t n)
{
    struct upload *upload = sink;
    size_t room = sizeof upload->head - upload->head_bytes, head = n < room ? n : room;
    memcpy(upload->head + upload->head_bytes, bytes, head);
    upload->head_bytes += head;
    upload->bytes += n;
    crypto_hash_sha256_update(&upload->hash, bytes, n);
    return write_all(upload->fd, bytes, n);
}

static struct upload *upload_new(struct call *call)
{
    char name[UUID_TEXT_BYTES];
    struct uuid id = uuid_random();
    struct upload *upload = mem_new(call, struct upload);
    uuid_format(&id, name);
    upload->call = call;
    upload->path = mem_printf(upload, "%s/upload.%s", call->gateway->config.blob_dir, name);
    upload->fd = open(upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    crypto_hash_sha256_init(&upload->hash);
    pthread_mutex_lock(&uploads_lock);
    DL_APPEND(uploads, upload);
    pthread_mutex_unlock(&uploads_lock);
    talloc_set_destructor(upload, upload_done);
    call->state = upload;
    return upload;
}

void blob_head(struct call *call)
{
    enum err err = limits_disk(call->gateway->limits);
    struct upload *upload = err ? NULL : upload_new(call);
    if (!err && upload->fd < 0)
        err = ERR_DISK_FULL;
    if (err)
        problem_reply(call, err);
    else
        http_sink(call->http, take_bytes, upload, (uint64_t)call->gateway->config.blob_bytes);
}

/* --- keeping them --- */

static enum err sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return ERR_DISK_FULL;
    int failed = fsync(fd);
    close(fd);
    return failed ? ERR_DISK_FULL : ERR_OK;
}

static enum err write_receipt(struct call *call, const char *hex, uint64_t bytes, const char *media_type)
{
    char member[UUID_TEXT_BYTES];
    uuid_format(&call->viewer.member, member);
    const char *path = mem_printf(call, "%s/%s.%s", call->gateway->config.blob_dir, hex, member);
    const char *text = mem_printf(call, "%llu %s\n", (unsigned long long)bytes, media_type);
    const char *fresh = mem_printf(call, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR_DISK_FULL;
    enum err err = write_all(fd, text, strlen(text));
    if (!err && fsync(fd) != 0)
        err = ERR_DISK_FULL;
    close(fd);
    return !err && rename(fresh, path) != 0 ? ERR_DISK_FULL : err;
}

static enum err keep(struct upload *upload, const char *hex, const char *media_type)
{
    struct call *call = upload->call;
    const char *folder = call->gateway->config.blob_dir;
    if (fsync(upload->fd) != 0)
        return ERR_DISK_FULL;
    if (rename(upload->path, mem_printf(call, "%s/%s", folder, hex)) != 0)
        return ERR_DISK_FULL;
    upload->is_kept = true;
    enum err err = write_receipt(call, hex, upload->bytes, media_type);
    return err ? err : sync_folder(folder);
}

static void reply_blob(struct call *call, uint8_t sha256[32], uint64_t bytes, const char *media_type)
{
    const struct http_field fields[] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    Pb__Blob blob = PB__BLOB__INIT;
    char *text;
    size_t n;
    blob.sha256 = (ProtobufCBinaryData){32, sha256};
    blob.bytes = (int64_t)bytes;
    blob.media_type = (char *)media_type;
    if (json_write(call, &blob.base, &text, &n))
        problem_reply(call, ERR_INTERNAL);
    else
        http_reply(call->http, call->route->status, fields, 2, text, n);
}

void blob_finish(struct call *call)
{
    struct upload *upload = call->state;
    uint8_t digest[crypto_hash_sha256_BYTES];
    char hex[HEX_BYTES];
    if (!upload || upload->bytes == 0) {
        struct field_errors *errors = mem_new(call, struct field_errors);
        field_errors_init(errors, call);
        field_errors_add(errors, "", ERR_FIELD_TOO_SHORT);
        problem_fields(call, ERR_INVALID, errors);
        return;
    }
    const char *media_type = media_sniff(upload->head, upload->head_bytes, upload->bytes);
    crypto_hash_sha256_final(&upload->hash, digest);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    enum err err = media_type ? keep(upload, hex, media_type) : ERR_MEDIA_TYPE_UNSUPPORTED;
    if (err == ERR_DISK_FULL)
        log_error("blob_store", "detail=\"%m\"");
    if (err)
        problem_reply(call, err);
    else
        reply_blob(call, digest, upload->bytes, media_type);
}

/* --- naming them in commands --- */

static ProtobufCBinaryData *bytes_field(ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->type != PROTOBUF_C_TYPE_BYTES)
        return NULL;
    const protobuf_c_boolean *has = (const void *)((const char *)message + field->quantifier_offset);
    return *has ? (void *)((char *)message + field->offset) : NULL;
}

/* A receipt: "<bytes> <media type>". NULL: there is none. */
static Pb__Blob *read_receipt(struct call *call, const ProtobufCBinaryData *sha256)
{
    char hex[HEX_BYTES], member[UUID_TEXT_BYTES], text[RECEIPT_BYTES] = "", media_type[128];
    long long bytes = 0;
    sodium_bin2hex(hex, sizeof hex, sha256->data, crypto_hash_sha256_BYTES);
    uuid_format(&call->viewer.member, member);
    FILE *file = fopen(mem_printf(call, "%s/%s.%s", call->gateway->config.blob_dir, hex, member), "re");
    if (!file)
        return NULL;
    const char *line = fgets(text, sizeof text, file);
    fclose(file);
    if (!line || sscanf(text, "%lld %127s", &bytes, media_type) != 2)
        return NULL;
    Pb__Blob *blob = mem_new(call, Pb__Blob);
    pb__blob__init(blob);
    blob->sha256 = *sha256;
    blob->bytes = bytes;
    blob->media_type = mem_text(call, media_type);
    return blob;
}

bool blobs_attach(struct call *call)
{
    const ProtobufCBinaryData *named = bytes_field(call->message, "blob_sha256");
    if (!named || named->len != crypto_hash_sha256_BYTES)
        return true;
    Pb__Blob *blob = read_receipt(call, named);
    if (!blob) {
        problem_reply(call, ERR_BLOB_UNKNOWN);
        return false;
    }
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(call->message->descriptor,
                                                                                            "blob");
    memcpy((char *)call->message + field->offset, &blob, sizeof blob);
    return true;
}

int blob_open(const struct gateway *gateway, const uint8_t sha256[32])
{
    char hex[HEX_BYTES], path[4096];
    sodium_bin2hex(hex, sizeof hex, sha256, crypto_hash_sha256_BYTES);
    int n = snprintf(path, sizeof path, "%s/%s", gateway->config.blob_dir, hex);
    return n > 0 && (size_t)n < sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}
