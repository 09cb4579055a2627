/* POST /v1/blobs: a file's bytes, synced to the blob store under their SHA-256, beside a receipt of who uploaded them.
 * A command that names a hash gets size and type from its own receipt; without one the hash is unknown to him.
 *
 *     <blob_dir>/<64 hex>               the bytes
 *     <blob_dir>/<64 hex>.<member>      the receipt: "<bytes> <media type>\n"
 *     <blob_dir>/upload.<random>        under way
 *
 * Uploads are read to their end whatever is there already. */
#ifndef SOTAY_GATEWAY_BLOBS_H
#define SOTAY_GATEWAY_BLOBS_H

#include "services/gateway/edge/request.h"

void blob_head(struct call *call);
void blob_finish(struct call *call);

/* The call whose body goes into a sink; NULL: this request has none. */
struct call *blob_call_of(const struct http_request *http);

/* Puts the receipt's hash, bytes and type into the command's `blob` field where it names a hash. Replies and returns
 * false when there is no receipt. */
bool blobs_attach(struct call *call);

/* Opens the file of a hash; -1. */
int blob_open(const struct gateway *gateway, const uint8_t sha256[32]);

#endif
