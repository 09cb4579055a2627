#include "services/gateway/write/blobs.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/media.h"
#include "services/gateway/edge/problem.h"
#include "services/gateway/json/json.h"
#include "services/gateway/link/blob_store.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdlib.h>
#include <string.h>

/* A file that is being received. It is freed with its call, so that a client who leaves in the middle leaves nothing
 * behind. */
struct upload {
    struct blob_upload *file;
    struct blob_limits most;
    uint8_t head[MEDIA_HEAD_BYTES];
    size_t head_bytes;
};

/* --- taking the bytes --- */

static enum err take_bytes(void *sink, const void *bytes, size_t n)
{
    struct upload *upload = ((struct call *)sink)->state;
    size_t room = sizeof upload->head - upload->head_bytes, head = n < room ? n : room;
    memcpy(upload->head + upload->head_bytes, bytes, head);
    upload->head_bytes += head;
    enum err err = blob_upload_write(upload->file, bytes, n);
    if (err) { /* nothing more is taken: what has come is let go of at once */
        mem_free(upload->file);
        upload->file = NULL;
    }
    return err;
}

static struct blob_limits limits_of(const struct gateway_config *config)
{
    return (struct blob_limits){{config->member_held_files, config->member_held_bytes},
                                {config->organization_held_files, config->organization_held_bytes}};
}

/* Who belongs to no branch is counted by himself alone. */
static struct blob_owner owner_of(const struct call *call)
{
    const struct viewer *viewer = &call->viewer;
    return (struct blob_owner){viewer->member, viewer->has_branch ? viewer->branch : viewer->member};
}

/* How many bytes are to come; 0: nobody says so, or more than a file may have, which is refused anyway. */
static int64_t expected_bytes(const struct call *call)
{
    const char *text = http_header(call->http, "Content-Length");
    long long bytes = text ? strtoll(text, NULL, 10) : 0; /* digits: the HTTP server has seen to it */
    return bytes > 0 && bytes <= call->gateway->config.blob_bytes ? bytes : 0;
}

/* A file's age is told by the demo's clock, never by the hour that a request claims (edge/demo_clock.h). */
static int64_t now_us(const struct gateway *gateway)
{
    return clock_now_us() + clock_offset_us(gateway->config.clock_file);
}

void blob_head(struct call *call)
{
    const struct gateway_config *config = &call->gateway->config;
    struct upload *upload = mem_new(call, struct upload);
    const struct blob_owner owner = owner_of(call);
    upload->most = limits_of(config);
    enum err err = limits_disk(call->gateway->limits);
    if (!err)
        err = blob_upload_new(upload, config->blob_dir, &owner, expected_bytes(call), &upload->most, &upload->file);
    call->state = upload;
    if (err)
        problem_reply(call, err);
    else
        http_sink(call->http, take_bytes, call, (uint64_t)config->blob_bytes);
}

/* --- keeping them --- */

static void reply_blob(struct call *call, uint8_t sha256[BLOB_SHA256_BYTES], int64_t bytes, const char *media_type)
{
    const struct http_field fields[] = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    Pb__Blob blob = PB__BLOB__INIT;
    size_t n;
    blob.sha256 = (ProtobufCBinaryData){BLOB_SHA256_BYTES, sha256};
    blob.bytes = bytes;
    blob.media_type = (char *)media_type;
    char *text = json_write(call, &blob.base, &n);
    http_reply(call->http, call->route->status, fields, ARRAY_LENGTH(fields), text, n);
}

/* The file is the whole body. */
static void refuse(struct call *call, enum err err, enum err why)
{
    struct field_errors *errors = mem_new(call, struct field_errors);
    field_errors_init(errors, call);
    field_errors_add(errors, "", why);
    problem_fields(call, err, errors);
}

void blob_finish(struct call *call)
{
    struct upload *upload = call->state; /* NULL: there is no body, so the headers did not go through blob_head */
    uint8_t sha256[BLOB_SHA256_BYTES];
    int64_t bytes = upload ? blob_upload_bytes(upload->file) : 0;
    if (bytes == 0) {
        refuse(call, ERR_INVALID, ERR_FIELD_TOO_SHORT);
        return;
    }
    const char *media_type = media_sniff(upload->head, upload->head_bytes, (uint64_t)bytes);
    if (!media_type) {
        refuse(call, ERR_MEDIA_TYPE_UNSUPPORTED, ERR_FIELD_FILE_KIND);
        return;
    }
    enum err err = blob_upload_keep(upload->file, media_type, now_us(call->gateway), sha256);
    if (err)
        problem_reply(call, err);
    else
        reply_blob(call, sha256, bytes, media_type);
}

/* --- naming them in commands --- */

static const char HASH_FIELD_END[] = "_sha256";

static bool is_for_hash(const ProtobufCFieldDescriptor *field)
{
    size_t n = strlen(field->name), end = sizeof HASH_FIELD_END - 1;
    return field->type == PROTOBUF_C_TYPE_BYTES && n > end && strcmp(field->name + n - end, HASH_FIELD_END) == 0;
}

bool blobs_are_named_by(const ProtobufCMessageDescriptor *type)
{
    bool any = false;
    for (unsigned i = 0; i < type->n_fields && !any; i++)
        any = is_for_hash(&type->fields[i]);
    return any;
}

/* The hash that the message has in this field; NULL: it has none, or the field is none for a hash. */
static const ProtobufCBinaryData *hash_in(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (!is_for_hash(field))
        return NULL;
    const protobuf_c_boolean *has = (const void *)((const char *)message + field->quantifier_offset);
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL && !*has)
        return NULL;
    const ProtobufCBinaryData *hash = (const void *)((const char *)message + field->offset);
    return hash->len == BLOB_SHA256_BYTES ? hash : NULL;
}

/* The field `x` for the file whose hash is `x_sha256`. */
static const ProtobufCFieldDescriptor *field_of_file(struct call *call, const ProtobufCFieldDescriptor *hash_field)
{
    const char *name = mem_textn(call, hash_field->name, strlen(hash_field->name) - (sizeof HASH_FIELD_END - 1));
    return protobuf_c_message_descriptor_get_field_by_name(call->message->descriptor, name);
}

/* ERR_NOT_FOUND: the call's member has no receipt for it. */
static enum err find_blob(struct call *call, const ProtobufCBinaryData *sha256, Pb__Blob **ret_blob)
{
    const struct gateway *gateway = call->gateway;
    struct blob_receipt receipt;
    enum err err = blob_receipt_use(gateway->config.blob_dir, sha256->data, &call->viewer.member, now_us(gateway),
                                    &receipt);
    if (err)
        return err;
    Pb__Blob *blob = mem_new(call, Pb__Blob);
    pb__blob__init(blob);
    blob->sha256 = *sha256;
    blob->bytes = receipt.bytes;
    blob->media_type = mem_text(call, receipt.media_type);
    *ret_blob = blob;
    return ERR_OK;
}

bool blobs_attach(struct call *call)
{
    const ProtobufCMessageDescriptor *type = call->message->descriptor;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCBinaryData *named = hash_in(call->message, &type->fields[i]);
        const ProtobufCFieldDescriptor *file = named ? field_of_file(call, &type->fields[i]) : NULL;
        if (!file)
            continue;
        Pb__Blob *blob;
        enum err err = find_blob(call, named, &blob);
        if (err) {
            problem_reply(call, err == ERR_NOT_FOUND ? ERR_BLOB_UNKNOWN : err);
            return false;
        }
        memcpy((char *)call->message + file->offset, &blob, sizeof blob);
    }
    return true;
}

void blobs_used(struct call *call)
{
    const ProtobufCMessageDescriptor *type = call->message->descriptor;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCBinaryData *named = hash_in(call->message, &type->fields[i]);
        if (named && field_of_file(call, &type->fields[i]))
            blob_receipt_used(call->gateway->config.blob_dir, named->data, &call->viewer.member);
    }
}
