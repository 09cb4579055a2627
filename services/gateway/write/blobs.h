/* POST /v1/blobs: a file's bytes go to the blob store (link/blob_store.h). A command that names a hash gets size and
 * type from its sender's own receipt; without one the hash is unknown to him. Uploads are read to their end whatever is
 * there already: who sends a file learns nothing about others' files. */
#ifndef SOTAY_GATEWAY_BLOBS_H
#define SOTAY_GATEWAY_BLOBS_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

struct call;

/* `head` and `run` of the route. */
void blob_head(struct call *call);
void blob_finish(struct call *call);

/* Where the command names a hash in a field `x_sha256`, puts the receipt's hash, bytes and type into its field `x`, and
 * keeps the file as long as the command may wait. Replies and returns false when there is no receipt. */
bool blobs_attach(struct call *call);
/* The command was done: the files that it named do not count as unused any more. Where nobody hears of the outcome, or
 * the command was refused, the sweep finds out (link/sweep.h). */
void blobs_used(struct call *call);
/* Such a command names files; its service must be one that the sweep asks. */
bool blobs_are_named_by(const ProtobufCMessageDescriptor *type);

#endif
