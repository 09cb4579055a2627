#include "common/base/mem.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEM_CONTEXT_POOL_BYTES = 8 * 1024 };

static _Noreturn void out_of_memory(void)
{
    fputs("out of memory\n", stderr);
    abort();
}

static void *not_null(void *ptr)
{
    if (ptr == NULL)
        out_of_memory();
    return ptr;
}

static size_t array_bytes(size_t bytes, size_t n)
{
    size_t total;
    if (__builtin_mul_overflow(bytes, n, &total))
        out_of_memory();
    return total;
}

void *mem_zalloc(TALLOC_CTX *ctx, size_t bytes, const char *name)
{
    void *ptr = not_null(talloc_named_const(ctx, bytes, name));
    return memset(ptr, 0, bytes);
}

void *mem_zalloc_array(TALLOC_CTX *ctx, size_t bytes, size_t n, const char *name)
{
    return mem_zalloc(ctx, array_bytes(bytes, n), name);
}

void *mem_grow(TALLOC_CTX *ctx, void *old, size_t bytes, size_t n)
{
    size_t total = array_bytes(bytes, n);
    /* talloc frees on a size of 0 */
    return not_null(talloc_realloc_size(ctx, old, total > 0 ? total : 1));
}

void *mem_copy(TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    void *copy = not_null(talloc_size(ctx, n));
    if (n > 0)
        memcpy(copy, bytes, n);
    return copy;
}

char *mem_text(TALLOC_CTX *ctx, const char *text)
{
    return text != NULL ? not_null(talloc_strdup(ctx, text)) : NULL;
}

char *mem_textn(TALLOC_CTX *ctx, const char *text, size_t n)
{
    return not_null(talloc_strndup(ctx, text, n));
}

char *mem_printf(TALLOC_CTX *ctx, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = talloc_vasprintf(ctx, format, args);
    va_end(args);
    return not_null(text);
}

/* A pool would hide from the address sanitizer where one block ends and the next begins. */
#ifdef __SANITIZE_ADDRESS__
enum { POOLS = 0 };
#else
enum { POOLS = 1 };
#endif

char *mem_append(char *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text = talloc_vasprintf_append_buffer(text, format, args);
    va_end(args);
    return not_null(text);
}

TALLOC_CTX *mem_pool(TALLOC_CTX *parent, const char *name, size_t bytes)
{
    /* One byte: a pointer to an empty block would point past it, and leak checkers would not see it held. */
    if (!POOLS)
        return not_null(talloc_named_const(parent, 1, name));
    TALLOC_CTX *pool = not_null(talloc_pool(parent, bytes));
    talloc_set_name_const(pool, name);
    return pool;
}

TALLOC_CTX *mem_context(TALLOC_CTX *parent, const char *name)
{
    return parent ? not_null(talloc_named_const(parent, 1, name)) : mem_pool(NULL, name, MEM_CONTEXT_POOL_BYTES);
}

void mem_free(void *ptr)
{
    talloc_free(ptr);
}

static void *protobuf_alloc(void *ctx, size_t bytes)
{
    return not_null(talloc_size(ctx, bytes));
}

static void protobuf_free(void *ctx, void *ptr)
{
    (void)ctx;
    talloc_free(ptr);
}

ProtobufCMessage *mem_unpack(TALLOC_CTX *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t n)
{
    ProtobufCAllocator allocator = {.alloc = protobuf_alloc, .free = protobuf_free, .allocator_data = ctx};
    return protobuf_c_message_unpack(type, &allocator, n, bytes);
}

ProtobufCBinaryData mem_pack(TALLOC_CTX *ctx, const ProtobufCMessage *message)
{
    size_t n = protobuf_c_message_get_packed_size(message);
    ProtobufCBinaryData packed = {.len = n, .data = not_null(talloc_size(ctx, n))};
    protobuf_c_message_pack(message, packed.data);
    return packed;
}

ProtobufCBinaryData mem_bytes(TALLOC_CTX *ctx, const void *bytes, size_t n)
{
    return (ProtobufCBinaryData){.len = n, .data = mem_copy(ctx, bytes, n)};
}

void mem_give_back(void)
{
    (void)malloc_trim(0); /* 0: there was nothing to give */
}
