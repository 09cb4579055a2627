/* The hosts of a batch of commands: a part without handlers. It stands behind the part that locks the documents, so
 * that who issues and who is addressed is read as the locked rows say. The loop's thread. */
#ifndef SOTAY_DOCUMENT_HOST_H
#define SOTAY_DOCUMENT_HOST_H

#include "common/loop/loop.h"
#include "services/document/host/host_store.h"

extern const struct loop_part HOST_PART;

/* In `want`. */
void host_want(const struct loop_batch *batch, const struct uuid *org);
void host_want_of_document(const struct loop_batch *batch, const struct uuid *document);

/* In `apply`. NULL: the directory does not know it. */
const struct host *host_get(const struct loop_batch *batch, const struct uuid *org);
const struct uuid_map *host_map(const struct loop_batch *batch); /* struct host by the organisation's id */

#endif
