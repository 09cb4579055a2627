#include "services/gateway/link/blob_tally.h"

#include "common/base/mem.h"
#include <pthread.h>
#include <uthash.h>

/* Ids of members and of organisations are never the same. */
struct held {
    struct uuid whose;
    struct blob_share arriving, kept;
    UT_hash_handle hh;
};

struct blob_tally {
    struct blob_share member_most, branch_most;
    pthread_mutex_t lock; /* of what follows */
    struct held *held;
};

static int tally_done(struct blob_tally *tally)
{
    struct held *held, *next;
    HASH_ITER (hh, tally->held, held, next) {
        HASH_DEL(tally->held, held);
        mem_free(held);
    }
    pthread_mutex_destroy(&tally->lock);
    return 0;
}

struct blob_tally *blob_tally_new(TALLOC_CTX *ctx, struct blob_share member_most, struct blob_share branch_most)
{
    struct blob_tally *tally = mem_new(ctx, struct blob_tally);
    tally->member_most = member_most;
    tally->branch_most = branch_most;
    pthread_mutex_init(&tally->lock, NULL);
    talloc_set_destructor(tally, tally_done);
    return tally;
}

static bool has_room(struct blob_tally *tally, const struct uuid *whose, struct blob_share most, struct blob_share more)
{
    struct held *held;
    HASH_FIND(hh, tally->held, whose, sizeof *whose, held);
    struct blob_share a = held ? held->arriving : (struct blob_share){0},
                      k = held ? held->kept : (struct blob_share){0};
    return uuid_is_zero(whose) ||
           (a.bytes + k.bytes + more.bytes <= most.bytes && a.files + k.files + more.files <= most.files);
}

static struct held *held_of(struct blob_tally *tally, const struct uuid *whose)
{
    struct held *held;
    HASH_FIND(hh, tally->held, whose, sizeof *whose, held);
    if (held)
        return held;
    held = mem_new(NULL, struct held);
    held->whose = *whose;
    HASH_ADD(hh, tally->held, whose, sizeof held->whose, held);
    return held;
}

static void forget_if_empty(struct blob_tally *tally, struct held *held)
{
    if (held->arriving.bytes || held->arriving.files || held->kept.bytes || held->kept.files)
        return;
    HASH_DEL(tally->held, held);
    mem_free(held);
}

/* Never below nothing: it may have been counted at another gateway. */
static int64_t sum(int64_t a, int64_t b)
{
    return a + b > 0 ? a + b : 0;
}

static void change(struct blob_tally *tally, const struct uuid *whose, struct blob_share arriving,
                   struct blob_share kept)
{
    if (uuid_is_zero(whose))
        return;
    struct held *held = held_of(tally, whose);
    held->arriving = (struct blob_share){sum(held->arriving.bytes, arriving.bytes),
                                         sum(held->arriving.files, arriving.files)};
    held->kept = (struct blob_share){sum(held->kept.bytes, kept.bytes), sum(held->kept.files, kept.files)};
    forget_if_empty(tally, held);
}

static void change_both(struct blob_tally *tally, const struct blob_owner *owner, struct blob_share arriving,
                        struct blob_share kept)
{
    pthread_mutex_lock(&tally->lock);
    change(tally, &owner->member, arriving, kept);
    change(tally, &owner->branch, arriving, kept);
    pthread_mutex_unlock(&tally->lock);
}

enum err blob_tally_add(struct blob_tally *tally, const struct blob_owner *owner, struct blob_share more)
{
    pthread_mutex_lock(&tally->lock);
    bool fits = has_room(tally, &owner->member, tally->member_most, more) &&
                has_room(tally, &owner->branch, tally->branch_most, more);
    if (fits) {
        change(tally, &owner->member, more, (struct blob_share){0});
        change(tally, &owner->branch, more, (struct blob_share){0});
    }
    pthread_mutex_unlock(&tally->lock);
    return fits ? ERR_OK : ERR_UPLOADS_UNUSED;
}

void blob_tally_remove(struct blob_tally *tally, const struct blob_owner *owner, struct blob_share less)
{
    change_both(tally, owner, (struct blob_share){-less.bytes, -less.files}, (struct blob_share){0});
}

void blob_tally_keep(struct blob_tally *tally, const struct blob_owner *owner, int64_t bytes)
{
    change_both(tally, owner, (struct blob_share){0}, (struct blob_share){bytes, 1});
}

void blob_tally_use(struct blob_tally *tally, const struct blob_owner *owner, int64_t bytes)
{
    change_both(tally, owner, (struct blob_share){0}, (struct blob_share){-bytes, -1});
}

void blob_tally_recount(struct blob_tally *tally, const struct blob_found found[], size_t n)
{
    struct held *held, *next;
    pthread_mutex_lock(&tally->lock);
    HASH_ITER (hh, tally->held, held, next) {
        held->kept = (struct blob_share){0};
        forget_if_empty(tally, held);
    }
    for (size_t i = 0; i < n; i++) {
        change(tally, &found[i].owner.member, (struct blob_share){0}, (struct blob_share){found[i].bytes, 1});
        change(tally, &found[i].owner.branch, (struct blob_share){0}, (struct blob_share){found[i].bytes, 1});
    }
    pthread_mutex_unlock(&tally->lock);
}
