/* Memory contexts (talloc). A message is handled inside one context and everything it made is freed with it.
 * Policy for a failed allocation, everywhere the same: abort; the supervisor restarts the process, and the queue has
 * lost nothing. The limits on every input make it a sign of a bug, not of load.
 * A context is used by one thread at a time. */
#ifndef SOTAY_COMMON_MEM_H
#define SOTAY_COMMON_MEM_H

#include <protobuf-c/protobuf-c.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

/* All results are owned by `ctx`, zeroed where nothing is copied into them, never NULL. */
#define mem_new(ctx, type) ((type *)mem_zalloc((ctx), sizeof(type), #type))
#define mem_array(ctx, type, n) ((type *)mem_zalloc_array((ctx), sizeof(type), (n), #type "[]"))
void *mem_zalloc(TALLOC_CTX *ctx, size_t bytes, const char *name);
void *mem_zalloc_array(TALLOC_CTX *ctx, size_t bytes, size_t n, const char *name);
void *mem_grow(TALLOC_CTX *ctx, void *old, size_t bytes, size_t n); /* realloc; new room is not zeroed */
void *mem_copy(TALLOC_CTX *ctx, const void *bytes, size_t n);
char *mem_text(TALLOC_CTX *ctx, const char *text); /* strdup; NULL stays NULL */
char *mem_textn(TALLOC_CTX *ctx, const char *text, size_t n);
char *mem_append(char *text, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* takes `text`, a result of this file */
char *mem_printf(TALLOC_CTX *ctx, const char *format, ...) __attribute__((format(printf, 2, 3)));
TALLOC_CTX *mem_context(TALLOC_CTX *parent, const char *name);
/* Many small blocks, freed together: the first `bytes` of what is made in it and below come from one block, in order,
 * and are used once. A context without a parent is a small one already. */
TALLOC_CTX *mem_pool(TALLOC_CTX *parent, const char *name, size_t bytes);
void mem_free(void *ptr); /* and all that it owns; NULL is allowed */

/* Unpacks into `ctx`; the message must not be freed by protobuf-c. NULL if the bytes are no such message. */
ProtobufCMessage *mem_unpack(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t n);

/* Packs into a new block of `ctx`. */
ProtobufCBinaryData mem_pack(TALLOC_CTX *ctx, const ProtobufCMessage *message);

/* Copies `bytes` into ctx. */
ProtobufCBinaryData mem_bytes(TALLOC_CTX *ctx, const void *bytes, size_t n);

/* Gives freed memory back to the system; any thread, for when there is nothing to do: it takes milliseconds. */
void mem_give_back(void);

#endif
