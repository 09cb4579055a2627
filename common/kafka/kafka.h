/* Kafka (librdkafka). Topics by their number in topics.def only.
 *
 * Producer: idempotent, acks=all, partitioner murmur2_random. kafka_produce may be called by any thread; delivery
 * reports are the only proof of a produce and run on the producer's own thread. On a fatal error it is made anew
 * (consumers drop doubles by message id). A report that failed means *unknown*, not "not there".
 *
 * Consumer: one thread. Positions live in PostgreSQL: `assigned` is asked for them at every assignment; Kafka's
 * committed offsets are for lag only. */
#ifndef SOTAY_COMMON_KAFKA_H
#define SOTAY_COMMON_KAFKA_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define TOPIC(number, name, text, days, writers, readers) TOPIC_##name = number,
enum topic {
    TOPIC_NONE = 0,
#include "topics.def"
};
#undef TOPIC
const char *topic_name(enum topic topic);
enum topic topic_from_name(const char *name); /* TOPIC_NONE */

/* --- births ------------------------------------------------------------------------------------------------------- */
/* How many partitions topics have is chosen anew with each birth (`deploy/local/ctl partitions`). The logs of birth 1
 * are called as topics.def says, those of birth 2 "meeting.commands.2". Here a topic is all its births, and the number
 * of a partition names the birth: that of partition 3 is 3, in birth 2 it is 1003. So positions, operation ids, dead
 * letters and heartbeats name it as well.
 *
 *   none ─▶ being made: some topics are there; writes are refused ─▶ open: all are there, the last one auth.commands
 *
 * A process writes to the newest birth that was open when it first heard from a broker, and reads all up to that one.
 * When a later one comes, it has to be started anew. Any thread. */
enum { KAFKA_BIRTH_STEP = 1000, KAFKA_BIRTHS_MOST = 32, KAFKA_PARTITIONS_MOST = 64, KAFKA_PARTITIONS_EVER = 72 };
int kafka_birth_of(int32_t partition);
int kafka_newest_birth(void);        /* 0: no broker has been heard from */
int32_t kafka_first_partition(void); /* the number of the newest birth's first */
/* One that has come since, and whether it is open; 0: none. As a producer of this process last heard. */
int kafka_later_birth(bool *ret_is_open);
/* Of the newest birth; 0: not known. */
int topic_partitions(enum topic topic);
/* Of all births, and of those how many come before this one. */
int topic_partitions_ever(enum topic topic);
int topic_partitions_before(enum topic topic, int32_t partition);
/* Tests only, before any other call here: their topics are "<prefix>meeting.commands". At most 40 bytes. */
void kafka_topic_prefix(const char *prefix);

/* --- who asks ----------------------------------------------------------------------------------------------------- */
/* Who this process is to the brokers. Said once, before any client is made; never said: nobody, and they ask for
 * nothing. The strings are borrowed for the life of the process. The mechanism is SCRAM-SHA-256 (RFC 7677); PLAIN
 * (RFC 4616) where librdkafka is older than 2.6.1, whose SCRAM no broker of version 4 takes. */
struct kafka_identity {
    const char *user, *password;
    const char *ca_file; /* who signs the brokers' certificates: they are reached by TLS; "": in clear */
};
/* ERR_CONFIG (logged): PLAIN would say the password in clear to brokers that are not all of this machine's loopback. */
MUST_CHECK enum err kafka_identify(const struct kafka_identity *identity, const char *brokers);
/* Each of "host:port,…" is an address of loopback, or "localhost". Pure. */
bool kafka_is_local(const char *brokers);

/* --- topics ------------------------------------------------------------------------------------------------------- */
/* Creates what is missing with so many partitions (0: 1 where there is one broker, 16 where there are three), and
 * checks like the next one. */
MUST_CHECK enum err kafka_topics_make(const char *brokers, int partitions, int deadline_ms);
/* An operator's: lets the users of topics.def do what it says, and nothing else: other permissions of theirs are taken
 * away. Of users whom it does not name, and of what is denied, it touches nothing. Nothing where nobody was identified.
 * ERR_UNAVAILABLE: no broker answers, or it refused (logged). */
MUST_CHECK enum err kafka_access_grant(const char *brokers, int deadline_ms);
/* Checks numbers of partitions and settings; blocks up to deadline_ms. ERR_CONFIG (after a log line) where a topic
 * differs; ERR_UNAVAILABLE when no broker answers or a topic is missing. */
MUST_CHECK enum err kafka_topics_check(const char *brokers, int deadline_ms);
/* The steps to the next birth: kafka_next_birth.c says what each leaves behind. All block up to deadline_ms, and may be
 * done again after a failure. ERR_UNAVAILABLE: no broker answers, or it refused (logged). */
struct kafka_births {
    int open, partitions; /* the newest that is open; how many partitions each of its topics has */
    int next_partitions;  /* of the one that is being made; 0: none is */
};
MUST_CHECK enum err kafka_births_ask(const char *brokers, int deadline_ms, struct kafka_births *ret_births);
/* ERR_INVALID: none or too many. ERR_WRONG_STATE: topics have as many, or a birth with another number is being made.
 * ERR_LIMIT_REACHED: too many with those of all births; topics of old ones that are empty may be deleted, and
 * then every process is started anew: it learns which topics there are once. */
MUST_CHECK enum err kafka_birth_begin(const char *brokers, int partitions, int deadline_ms);
/* The next three: ERR_NOT_FOUND where none is being made. */
MUST_CHECK enum err kafka_birth_close(const char *brokers, int deadline_ms);
MUST_CHECK enum err kafka_birth_open(const char *brokers, int deadline_ms);
MUST_CHECK enum err kafka_birth_give_up(const char *brokers, int deadline_ms);

/* The cluster's id, owned by ctx; NULL when no broker answers in time. */
char *kafka_cluster_id(TALLOC_CTX *ctx, const char *brokers, int deadline_ms);

/* The first record of a partition that was appended then or later; its end where there is none; 0 where this Kafka has
 * no such partition. Blocks up to 10 s: ERR_UNAVAILABLE. */
MUST_CHECK enum err kafka_offset_since(const char *brokers, enum topic topic, int32_t partition, int64_t since_us,
                                       int64_t *ret_offset);

/* --- producer ----------------------------------------------------------------------------------------------------- */
struct kafka_producer;
struct kafka_report {
    enum err err;
    int32_t partition;
    int64_t offset;
    int64_t append_time_us;
    uint64_t group; /* of a producer that gathers: kafka_answered */
};
/* Producer's thread, or the caller's inside kafka_produce where it could not even be sent; must not block. */
typedef void kafka_report_fn(void *arg, const struct kafka_report *report);

/* Two ways to make few requests of many messages. The broker pays by request. */
struct kafka_producer_options {
    int timeout_ms; /* of a message: then its report says unknown */
    int linger_ms;  /* each waits so long for others: where nobody waits for it */
    /* Of each topic one group is out at a time: those that come before all of it were answered (kafka_answered) wait
     * for that, at most so long and 20 ms; one alone never waits. Those of a group that go into one partition are one
     * record, a Bundle: so all are Envelopes. Not together with the order of a key's messages: those of two groups may
     * overtake each other. */
    int gather_ms;
};
MUST_CHECK enum err kafka_producer_start(TALLOC_CTX *ctx, const char *brokers,
                                         const struct kafka_producer_options *options,
                                         struct kafka_producer **ret_producer);
void kafka_producer_stop(struct kafka_producer *producer, int deadline_ms); /* flushes, bounded */
/* Copies key and value (NULL: tombstone). On an error (ERR_OVERLOADED: the queue is full) no report will come; a
 * gathering producer tells most of them by the report. `report` may be NULL. */
MUST_CHECK enum err kafka_produce(struct kafka_producer *producer, enum topic topic, const void *key, size_t key_bytes,
                                  const void *value, size_t value_bytes, kafka_report_fn *report, void *arg);
/* Where it gathers: the reader of the topic has answered a message whose report said this group, or nobody waits for
 * its answer. Sends the next group. Any thread; a report of an error needs none. */
void kafka_answered(struct kafka_producer *producer, enum topic topic, uint64_t group);
/* The same whatever the key, into the partition of this number, of whatever birth: where the newest birth has fewer,
 * modulo their number. */
MUST_CHECK enum err kafka_produce_to(struct kafka_producer *producer, enum topic topic, int32_t partition,
                                     const void *key, size_t key_bytes, const void *value, size_t value_bytes,
                                     kafka_report_fn *report, void *arg);
/* Microseconds since a broker last answered: a delivery report, or the producer's own question every 300 ms. Any
 * thread. */
int64_t kafka_silent_us(const struct kafka_producer *producer);
/* ERR_UNAVAILABLE: no broker has answered for so long, or a later birth has come: what is sent now would not be taken.
 * Any thread. */
MUST_CHECK enum err kafka_takes_writes(const struct kafka_producer *producer, int64_t silent_most_us);

/* Where a partition ends: the offset behind its newest record; 0: it holds none, or none any more. */
struct kafka_end {
    enum topic topic;
    int32_t partition;
    int64_t end;
};
/* The ends of all partitions of n topics, as the brokers tell them now: whatever was acknowledged before the call lies
 * below them. Asked by the producer's connection, where no long poll stands before the question. Owned by ctx. Blocks
 * up to twice deadline_ms: ERR_UNAVAILABLE. Any thread. */
MUST_CHECK enum err kafka_ends(struct kafka_producer *producer, TALLOC_CTX *ctx, const enum topic topics[], size_t n,
                               int deadline_ms, struct kafka_end **ret_ends, size_t *ret_n);

/* --- consumer ----------------------------------------------------------------------------------------------------- */
struct kafka_consumer;
struct kafka_record { /* borrowed until kafka_records_free */
    enum topic topic;
    int32_t partition;
    int64_t offset;
    int64_t append_time_us;
    const void *key, *value; /* value NULL: tombstone */
    size_t key_bytes, value_bytes;
    int32_t place;                 /* of one message of several that came as one record; 0 as it comes from Kafka */
    bool more;                     /* others of the same record follow */
    const struct kafka_record *of; /* that record; NULL: it is one */
};
struct kafka_records {
    struct kafka_record *items;
    size_t n;
};

struct kafka_assignment {
    enum topic topic;
    int32_t partition;
    /* Where the log begins and ends; -1: not asked, as it is only after a position was out of it. */
    int64_t start, end;
    /* Filled by `assigned`: where reading goes on (0: the beginning, KAFKA_NOT_READ: nowhere), and whether the record
     * before it is given out as well, if the log still has it, to be compared. */
    int64_t next;
    bool compares;
};
#define KAFKA_NOT_READ INT64_C(-1)
struct kafka_consumer_options {
    const char *brokers, *group, *instance; /* instance: group.instance.id is group-instance */
    const enum topic *topics;
    size_t n_topics;
    /* the broker may hold records back this long, so that more come at once; 0: the first comes at once */
    int gather_ms;
    /* Called on kafka_poll's thread, at every assignment (n = 0: a standby's), at every resume and after a broker was
     * away: what was read until then is read again from the positions. An error leaves the partitions unassigned and is
     * tried again. */
    enum err (*assigned)(void *arg, struct kafka_assignment *partitions, size_t n);
    void (*revoked)(void *arg); /* before another owner can have them; they are lost already where the group was lost */
    void *arg;
};
MUST_CHECK enum err kafka_consumer_start(TALLOC_CTX *ctx, const struct kafka_consumer_options *options,
                                         struct kafka_consumer **ret_consumer);
/* Leaves the group at once; blocks up to 2 s, and until `revoked` has returned. */
void kafka_consumer_stop(struct kafka_consumer *consumer);
/* Waits up to wait_ms for the first record, then takes what is there, up to limit. Serves rebalances. 0 records is OK.
 * ERR_RETRY: brokers away or topics missing (said when it happens, not at every poll). What `assigned` returned, while
 * it fails. ERR_CONFIG: the consumer met a fatal error: stop and say so (logged once). ERR_OWNER_LOST: our instance id
 * has another's place in the group, or after a broker's restart our own of before: start another consumer in place of
 * this one (logged once). Of two processes with the same instance id each takes it from the other. Records of
 * partitions that a rebalance took away in the same call are not given out. */
MUST_CHECK enum err kafka_poll(struct kafka_consumer *consumer, size_t limit, int wait_ms,
                               struct kafka_records **ret_records);
void kafka_records_free(struct kafka_records *records);
/* Stops fetching / starts again from the positions that `assigned` gives (asked again). Keep polling while paused. */
void kafka_pause(struct kafka_consumer *consumer);
MUST_CHECK enum err kafka_resume(struct kafka_consumer *consumer);
/* Asynchronous. */
void kafka_commit_for_lag(struct kafka_consumer *consumer, enum topic topic, int32_t partition, int64_t next);
/* True once every assigned partition was read up to the end it had when fetching began ("read whole"): all those
 * records were given out by kafka_poll, the last of them perhaps by the latest call. False before the first
 * assignment. */
bool kafka_caught_up(const struct kafka_consumer *consumer);
/* False: the brokers that it reads from now are those of another cluster. */
bool kafka_reads_from(const struct kafka_consumer *consumer, const char *cluster);

/* A reader without group or stored position, for the gateway: all partitions of the topics from `since_us` (0 = the
 * beginning), for ever. It asks the brokers for them, and blocks up to some seconds: ERR_UNAVAILABLE. kafka_poll and
 * kafka_consumer_stop serve it. */
MUST_CHECK enum err kafka_reader_start(TALLOC_CTX *ctx, const char *brokers, const enum topic *topics, size_t n_topics,
                                       int64_t since_us, struct kafka_consumer **ret_consumer);

#endif
