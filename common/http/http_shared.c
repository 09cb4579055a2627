/* Shared responses. Every sending has a correlation id of its own, and libmicrohttpd's responses cannot be sent with
 * one more field; making one costs a dozen allocations. So each shared response keeps a few of libmicrohttpd's, its
 * clones: a sending takes an idle one and exchanges that one field. */
#include "common/base/mem.h"
#include "common/http/http_internal.h"

enum { IDLE_CLONES = 4 }; /* about as many as there are threads that send */

struct http_shared {
    atomic_int owners;
    int status;
    size_t n_fields;
    struct http_field *fields;
    void *body;
    size_t body_bytes;
    pthread_mutex_t lock; /* of the rest */
    struct http_clone *idle;
    int n_idle;
};

struct http_shared *http_shared_new(int status, const struct http_field fields[], size_t n, const void *body,
                                    size_t bytes)
{
    struct http_shared *shared = mem_new(NULL, struct http_shared);
    atomic_init(&shared->owners, 1);
    pthread_mutex_init(&shared->lock, NULL);
    shared->status = status;
    shared->n_fields = n;
    shared->fields = mem_array(shared, struct http_field, n + 1);
    for (size_t i = 0; i < n; i++)
        shared->fields[i] = (struct http_field){mem_text(shared, fields[i].name), mem_text(shared, fields[i].value)};
    shared->body = mem_copy(shared, bytes > 0 ? body : "", bytes);
    shared->body_bytes = bytes;
    return shared;
}

struct http_shared *http_shared_ref(struct http_shared *shared)
{
    atomic_fetch_add_explicit(&shared->owners, 1, memory_order_relaxed);
    return shared;
}

int http_shared_status(const struct http_shared *shared)
{
    return shared->status;
}

size_t http_shared_bytes(const struct http_shared *shared)
{
    return shared->body_bytes;
}

static void clone_free(struct http_clone *clone)
{
    MHD_destroy_response(clone->response);
    mem_free(clone);
}

void http_shared_unref(struct http_shared *shared)
{
    if (atomic_fetch_sub_explicit(&shared->owners, 1, memory_order_acq_rel) != 1)
        return;
    while (shared->idle) {
        struct http_clone *clone = shared->idle;
        shared->idle = clone->next;
        clone_free(clone);
    }
    pthread_mutex_destroy(&shared->lock);
    mem_free(shared);
}

/* --- clones --- */

static struct http_clone *clone_new(struct http_shared *shared)
{
    struct http_clone *clone = mem_new(NULL, struct http_clone);
    clone->response = MHD_create_response_from_buffer(shared->body_bytes, shared->body, MHD_RESPMEM_PERSISTENT);
    if (!clone->response) {
        mem_free(clone);
        return NULL;
    }
    for (size_t i = 0; i < shared->n_fields; i++) /* refused only for bytes that no field may have */
        (void)MHD_add_response_header(clone->response, shared->fields[i].name, shared->fields[i].value);
    return clone;
}

static struct http_clone *take_idle(struct http_shared *shared)
{
    pthread_mutex_lock(&shared->lock);
    struct http_clone *clone = shared->idle;
    if (clone) {
        shared->idle = clone->next;
        shared->n_idle--;
    }
    pthread_mutex_unlock(&shared->lock);
    return clone;
}

struct http_clone *http_clone_take(struct http_shared *shared)
{
    struct http_clone *clone = take_idle(shared);
    if (!clone)
        clone = clone_new(shared);
    if (clone)
        clone->shared = http_shared_ref(shared);
    return clone;
}

void http_clone_done(struct http_clone *clone)
{
    struct http_shared *shared = clone->shared;
    pthread_mutex_lock(&shared->lock);
    bool keep = shared->n_idle < IDLE_CLONES;
    if (keep) {
        clone->next = shared->idle;
        shared->idle = clone;
        shared->n_idle++;
    }
    pthread_mutex_unlock(&shared->lock);
    if (!keep)
        clone_free(clone);
    http_shared_unref(shared);
}
