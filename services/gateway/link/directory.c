#include "services/gateway/link/directory.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include "sotay/v1/directory.pb-c.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Members are rows of fixed size in chunks, found through a table of row numbers. Few people hold positions, so those
 * are allocated apart.
 *
 *     index[hash(id)] ─▶ rows[number] = {id, branch, generation, version, positions}, 48 bytes
 *                                                                            └─▶ {role, organisation, from, to}…
 */
#define CHUNK_ROWS 16384
#define CHUNKS 256 /* 4.2 million members */
#define NO_ROW UINT32_MAX

struct held {
    struct uuid organization;
    Pb__Role role;
    int64_t from_us, to_us;
};

struct positions {
    size_t n;
    struct held held[];
};

struct row {
    struct uuid id, branch;      /* branch zero: none */
    struct positions *positions; /* NULL: none; owned by the directory */
    uint32_t generation;
    uint32_t version; /* 0: removed */
};

struct directory {
    pthread_rwlock_t lock;
    struct row *chunks[CHUNKS];
    uint32_t n_rows;
    uint32_t *index, index_size; /* a power of two, at most three quarters full; rows are never taken out of it */
};

struct directory *directory_new(TALLOC_CTX *ctx)
{
    struct directory *directory = mem_new(ctx, struct directory);
    pthread_rwlock_init(&directory->lock, NULL);
    directory->index_size = 1024;
    directory->index = mem_array(directory, uint32_t, directory->index_size);
    memset(directory->index, 0xff, directory->index_size * sizeof *directory->index);
    return directory;
}

/* --- rows --- */

static struct row *row_at(const struct directory *directory, uint32_t number)
{
    return &directory->chunks[number / CHUNK_ROWS][number % CHUNK_ROWS];
}

/* Ids are hashes or random: any of their bytes spread well. */
static uint32_t slot_of(const struct directory *directory, const struct uuid *id)
{
    uint32_t word;
    memcpy(&word, id->bytes + 10, sizeof word);
    return word & (directory->index_size - 1);
}

static uint32_t *find_slot(const struct directory *directory, const struct uuid *id)
{
    uint32_t at = slot_of(directory, id);
    while (directory->index[at] != NO_ROW && !uuid_equal(&row_at(directory, directory->index[at])->id, id))
        at = (at + 1) & (directory->index_size - 1);
    return &directory->index[at];
}

static void grow_index(struct directory *directory)
{
    mem_free(directory->index);
    directory->index_size *= 2;
    directory->index = mem_array(directory, uint32_t, directory->index_size);
    memset(directory->index, 0xff, directory->index_size * sizeof *directory->index);
    for (uint32_t i = 0; i < directory->n_rows; i++)
        *find_slot(directory, &row_at(directory, i)->id) = i;
}

/* NULL: the directory is full. */
static struct row *find_or_add(struct directory *directory, const struct uuid *id)
{
    uint32_t *slot = find_slot(directory, id);
    if (*slot != NO_ROW)
        return row_at(directory, *slot);
    uint32_t number = directory->n_rows;
    if (number / CHUNK_ROWS >= CHUNKS)
        return NULL;
    struct row **chunk = &directory->chunks[number / CHUNK_ROWS];
    if (!*chunk)
        *chunk = mem_array(directory, struct row, CHUNK_ROWS);
    *slot = number;
    directory->n_rows++;
    struct row *row = row_at(directory, number);
    row->id = *id;
    if (directory->n_rows > directory->index_size / 4 * 3)
        grow_index(directory);
    return row;
}

/* --- applying --- */

/* The interval that lasts, or the latest there is. */
static void take_branch(struct row *row, const Pb__DirectoryMember *member)
{
    row->branch = (struct uuid){0};
    const Pb__DirectoryMember__Interval *last = member->n_intervals ? member->intervals[member->n_intervals - 1] : NULL;
    if (!last || last->has_to_us || last->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        return;
    if (uuid_from_pb(last->branch_id, &row->branch))
        row->branch = (struct uuid){0};
}

static int compare_held(const void *a, const void *b)
{
    const struct held *x = a, *y = b;
    return x->role != y->role ? (x->role < y->role ? -1 : 1) : uuid_compare(&x->organization, &y->organization);
}

static void take_positions(struct directory *directory, struct row *row, const Pb__DirectoryMember *member)
{
    mem_free(row->positions);
    row->positions = NULL;
    if (member->n_positions == 0)
        return;
    struct positions *positions = mem_zalloc(directory, sizeof *positions + member->n_positions * sizeof(struct held),
                                             "positions");
    for (size_t i = 0; i < member->n_positions; i++) {
        const Pb__DirectoryMember__Position *position = member->positions[i];
        struct held *held = &positions->held[positions->n];
        *held = (struct held){.role = position->role, .from_us = position->from_us, .to_us = INT64_MAX};
        if (position->has_to_us)
            held->to_us = position->to_us;
        if (!uuid_from_pb(position->organization_id, &held->organization))
            positions->n++;
    }
    qsort(positions->held, positions->n, sizeof(struct held), compare_held);
    row->positions = positions;
}

static void remove_member(struct directory *directory, const struct uuid *id)
{
    uint32_t *slot = find_slot(directory, id);
    if (*slot == NO_ROW)
        return;
    struct row *row = row_at(directory, *slot);
    mem_free(row->positions);
    row->positions = NULL;
    row->branch = (struct uuid){0};
    row->version = 0; /* unknown again, though its row stays */
}

static enum err apply_member(struct directory *directory, const struct uuid *id, const Pb__DirectoryMember *member)
{
    struct row *row = find_or_add(directory, id);
    if (!row)
        return ERR_OVERLOADED;
    if (member->version < row->version)
        return ERR_OK;
    row->version = member->version < UINT32_MAX ? (uint32_t)member->version : UINT32_MAX;
    row->generation = member->token_generation;
    take_branch(row, member);
    take_positions(directory, row, member);
    return ERR_OK;
}

enum err directory_apply(struct directory *directory, const struct kafka_record *record)
{
    if (record->topic != TOPIC_DIRECTORY_MEMBERS)
        return ERR_OK; /* organisations decide nothing here yet */
    struct uuid id;
    if (record->key_bytes != sizeof id)
        return ERR_MALFORMED;
    memcpy(&id, record->key, sizeof id);
    TALLOC_CTX *ctx = mem_context(NULL, "directory record");
    ProtobufCMessage *body = NULL;
    if (record->value)
        body = mem_unpack(ctx, &pb__directory_member__descriptor, record->value, record->value_bytes);
    enum err err = record->value && !body ? ERR_MALFORMED : ERR_OK;
    pthread_rwlock_wrlock(&directory->lock);
    if (body)
        err = apply_member(directory, &id, (const Pb__DirectoryMember *)body);
    else if (!err)
        remove_member(directory, &id);
    pthread_rwlock_unlock(&directory->lock);
    mem_free(ctx);
    return err;
}

/* --- asking --- */

static void view_positions(const struct row *row, int64_t at_us, struct viewer *viewer)
{
    viewer->n_grants = 0;
    for (size_t i = 0; row->positions && i < row->positions->n; i++) {
        const struct held *held = &row->positions->held[i];
        if (held->role == PB__ROLE__ROLE_MEMBER || held->from_us > at_us || held->to_us <= at_us)
            continue;
        if (viewer->n_grants == VIEWER_GRANTS) {
            log_error("grants_dropped", "most=%d: somebody holds more", VIEWER_GRANTS);
            return;
        }
        viewer->grants[viewer->n_grants++] = (struct viewer_grant){held->organization, held->role};
    }
}

enum err directory_view(struct directory *directory, const struct uuid *member, int64_t at_us,
                        struct viewer *ret_viewer)
{
    enum err err = ERR_NOT_FOUND;
    pthread_rwlock_rdlock(&directory->lock);
    uint32_t number = *find_slot(directory, member);
    const struct row *row = number == NO_ROW ? NULL : row_at(directory, number);
    if (row && row->version != 0) {
        ret_viewer->member = *member;
        ret_viewer->generation = row->generation;
        ret_viewer->has_branch = !uuid_is_zero(&row->branch);
        ret_viewer->branch = row->branch;
        view_positions(row, at_us, ret_viewer);
        err = ERR_OK;
    }
    pthread_rwlock_unlock(&directory->lock);
    return err;
}

size_t directory_members(struct directory *directory)
{
    pthread_rwlock_rdlock(&directory->lock);
    size_t n = directory->n_rows;
    pthread_rwlock_unlock(&directory->lock);
    return n;
}
