#include "services/gateway/stream/operations.h"

#include "common/base/mem.h"

enum { OPERATIONS_MOST = 4096, OUTCOMES_MOST = 16384 /* some ten seconds of a busy city's */ };

/* What was heard of a command of which nobody has said, yet, that it was answered 202. */
struct outcome {
    struct operation_key key;
    bool succeeded;
    UT_hash_handle hh;
};

struct operations {
    struct operation *accepted;
    struct outcome *heard;
};

struct operations *operations_new(void)
{
    return mem_new(NULL, struct operations);
}

static void drop_accepted(struct operations *operations, struct operation *operation)
{
    HASH_DEL(operations->accepted, operation);
    mem_free(operation);
}

static void drop_heard(struct operations *operations, struct outcome *outcome)
{
    HASH_DEL(operations->heard, outcome);
    mem_free(outcome);
}

void operations_free(struct operations *operations)
{
    while (operations->accepted)
        drop_accepted(operations, operations->accepted);
    while (operations->heard)
        drop_heard(operations, operations->heard);
    mem_free(operations);
}

static const struct operation *settle(struct operation *operation, bool succeeded, int64_t now_us)
{
    if (operation->settled_us > 0)
        return NULL;
    operation->settled_us = now_us;
    operation->succeeded = succeeded;
    return operation;
}

static struct operation *add_accepted(struct operations *operations, const struct operation_key *key)
{
    if (HASH_COUNT(operations->accepted) >= OPERATIONS_MOST)
        drop_accepted(operations, operations->accepted);
    struct operation *operation = mem_new(NULL, struct operation);
    operation->key = *key;
    HASH_ADD(hh, operations->accepted, key, sizeof operation->key, operation);
    return operation;
}

const struct operation *operations_accept(struct operations *operations, const struct operation_key *key,
                                          const struct uuid *member, const char *id, int64_t now_us)
{
    struct operation *operation;
    struct outcome *outcome;
    HASH_FIND(hh, operations->accepted, key, sizeof *key, operation);
    if (operation)
        return NULL; /* the request was repeated */
    operation = add_accepted(operations, key);
    operation->member = *member;
    operation->id = mem_text(operation, id);
    HASH_FIND(hh, operations->heard, key, sizeof *key, outcome);
    if (!outcome)
        return NULL;
    bool succeeded = outcome->succeeded;
    drop_heard(operations, outcome);
    return settle(operation, succeeded, now_us);
}

static void add_heard(struct operations *operations, const struct operation_key *key, bool succeeded)
{
    struct outcome *outcome;
    HASH_FIND(hh, operations->heard, key, sizeof *key, outcome);
    if (outcome)
        return;
    if (HASH_COUNT(operations->heard) >= OUTCOMES_MOST)
        drop_heard(operations, operations->heard);
    outcome = mem_new(NULL, struct outcome);
    outcome->key = *key;
    outcome->succeeded = succeeded;
    HASH_ADD(hh, operations->heard, key, sizeof outcome->key, outcome);
}

const struct operation *operations_settle(struct operations *operations, const struct operation_key *key,
                                          bool succeeded, int64_t now_us)
{
    struct operation *operation;
    HASH_FIND(hh, operations->accepted, key, sizeof *key, operation);
    if (operation)
        return settle(operation, succeeded, now_us);
    add_heard(operations, key, succeeded);
    return NULL;
}

const struct operation *operations_next(const struct operations *operations, const struct operation *after,
                                        const struct uuid *member, int64_t since_us)
{
    const struct operation *operation = after ? after->hh.next : operations->accepted;
    while (operation &&
           (operation->settled_us == 0 || operation->settled_us < since_us || !uuid_equal(&operation->member, member)))
        operation = operation->hh.next;
    return operation;
}
