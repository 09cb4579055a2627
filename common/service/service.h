/* Start-up and life of a service process, so that every main.c only wires: config, log, db (migrations), topics, loops,
 * queries, ready; stop in reverse, bounded. One per process, made and ended by main's thread.
 *
 *     int main(int argc, char **argv) {
 *         static const struct service_spec SPEC = {.name = "meeting", .schemas = …, .queries = …, .loops = …};
 *         return service_main(&SPEC, argc, argv);
 *     }
 */
#ifndef SOTAY_COMMON_SERVICE_H
#define SOTAY_COMMON_SERVICE_H

#include "common/base/array.h"
#include "common/base/config.h"
#include "common/base/err.h"
#include "common/http/http_server.h"
#include "common/kafka/kafka.h"
#include "common/loop/loop.h"
#include "common/loop/loop_store_restored.h"
#include "common/pg/pg.h"
#include "common/redis/redis.h"
#include "sotay/v1/envelope.pb-c.h"

/* One query under way. On a query worker's thread; `ctx` is freed after the reply was sent. */
struct query {
    TALLOC_CTX *ctx;
    struct pg *pg;          /* this worker's */
    const Pb__Scope *scope; /* or NULL */
    const Pb__Actor *actor; /* calls only */
    const char *peer;       /* calls only */
    int64_t now_us;
    const ProtobufCMessage *body; /* unpacked payload */
    /* the answer, filled by the handler: */
    const ProtobufCMessage *reply;
    uint64_t version; /* of a single resource; 0: none */
    uint32_t retry_after_s;
    bool private_reply; /* nobody keeps a copy (restricted) */
    size_t room_taken;  /* of the reply's lists (query_has_room) */
    /* What a call has committed: whatever the handler returns, the answer waits until Kafka has acknowledged it, as
     * that of a sign-out must: from then on the session is refused everywhere. After 2 s it is 503 outcome_unknown:
     * who sets this sees to it that the same call is safe. NULL: it waits for nothing. */
    const struct loop_outbox *said;
    /* For an answer that takes longer than a worker may be held: called instead of the reply, once the worker has let
     * go. The query is then whoever's takes it, without `pg`, and ends with query_end. */
    void (*hand_on)(struct query *query, void *arg);
    void *hand_on_arg;
    struct service *service;
};

/* Replies to a query that was handed on, once, as its handler's return would have; the query is gone. Any thread. */
void query_end(struct query *query, enum err err);

/* Whether one more item goes into the answer's lists, which then hold it: the first always does, the others while all
 * together stay below QUERY_ROOM_BYTES. A list that has no more room ends like one whose limit is reached. */
enum { QUERY_ROOM_BYTES = 8 << 20 };
bool query_has_room(struct query *query, const ProtobufCMessage *item);

/* For a rejected query or call: `return query_field(q, "/otp", ERR_FIELD_FORMAT)` returns ERR_INVALID and adds to
 * `fields`. */
enum err query_field(struct query *query, const char *field, enum err code);

struct query_handler {
    const ProtobufCMessageDescriptor *type;
    enum err (*answer)(struct query *query); /* OK with reply set; NOT_FOUND, NOT_ALLOWED, RETRY, … */
    bool is_slow; /* it may hold its thread long: never the last one that is free for others */
};

/* The queries of one aggregate; the service lists its tables. */
struct query_table {
    const struct query_handler *rows;
    size_t n;
};
#define QUERY_TABLE(rows)        \
    {                            \
        rows, ARRAY_LENGTH(rows) \
    }

/* `X [--config FILE] NAME args…`: runs instead of the service, with config read, log open and `service_pg` usable. Exit
 * code. */
struct service_command {
    const char *name, *usage;
    int (*run)(struct service *service, int argc, char **argv);
};

struct service_spec {
    const char *name;
    /* After common's own: {directory_migrations, directory_n_migrations}, {meeting_migrations,
     * meeting_n_migrations}. */
    struct {
        const struct pg_migration *migrations;
        size_t n;
    } schemas[3];
    const struct loop_options *loops;
    size_t n_loops;
    const struct query_table *const *queries;
    size_t n_queries;
    /* Optional: for SERVICE_FILE_QUERIES (service_files.h). */
    const struct pg_statement *named_files;
    const struct config_key *keys;
    size_t n_keys; /* beside those of every service */
    const struct service_command *commands;
    size_t n_commands; /* beside dead-letters, mark-restored, positions and republish */
    /* Optional: starts and stops the service's own threads (import job, push sender), after db and bus, before
     * ready. */
    enum err (*start)(struct service *service);
    void (*stop)(struct service *service);
    /* Optional: for `X republish`: queues the service's whole state as events, or marks its records, in chunks. */
    enum err (*republish)(struct service *service, struct pg *pg);
};

int service_main(const struct service_spec *spec, int argc, char **argv);

const char *service_name(const struct service *service);
struct pg *service_pg(struct service *service, TALLOC_CTX *ctx);       /* a new connection of the caller's */
struct redis *service_redis(struct service *service, TALLOC_CTX *ctx); /* likewise */
bool service_stopping(const struct service *service);                  /* own threads poll this */
/* Whether the service, this process or another instance, has read what its loop of this name found on its topics when
 * this was first asked about that restore mark: an answer about an earlier one says nothing of the database of today.
 * Of any query's thread; asks Kafka once for each mark, for up to 2 s, and PostgreSQL until it is so. */
bool service_has_read(struct service *service, struct pg *pg, const char *loop, const struct restoration *mark);
int64_t service_now_us(const struct service *service); /* wall clock + the demo clock's offset */
void service_fail(struct service *service);            /* stop the process with an exit code of 1 */
const char *service_instance(const struct service *service);

#endif
