/* A batch in memory: its messages with all that handlers said about them, the states of its parts, and what it has to
 * tell. For the files of the loop that fill it (loop_open.c, loop_message.c) and use it (loop_outcome.c,
 * loop_batch.c); handlers see it through loop.h. One loop's thread. */
#ifndef SOTAY_COMMON_LOOP_SLOT_H
#define SOTAY_COMMON_LOOP_SLOT_H

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "common/loop/loop_parts.h"
#include "common/loop/loop_positions.h"

enum { LOOP_FIELDS_LIMIT = 100 };

/* A message with all that its handlers said about it. `message` is first: handlers hold a pointer to it. */
struct loop_slot {
    struct loop_message message;
    const struct kafka_record *record;
    const struct loop_input *input;
    const struct loop_handler *handlers[LOOP_HANDLERS_LIMIT];
    size_t n_handlers;
    const Pb__Envelope *envelope; /* NULL on raw topics */
    enum err err;                 /* what became of it */
    bool skip;                    /* an unknown event: only its position moves */
    bool dead;
    struct loop_processed *earlier; /* a repeat: of an earlier batch */
    struct loop_slot *first;        /* a repeat: of this batch */
    bool reused;                    /* a repeat with another body */
    ARRAY(Pb__FieldError *) fields;
    struct uuid resource_id;
    uint64_t version;
    bool answered, after_events;
    ProtobufCBinaryData resource;
    uint64_t n_events;
};

/* An event on its way into the record of its topic and partition. */
struct loop_outgoing {
    enum topic topic;
    int32_t partition; /* of the message that caused it */
    struct uuid key;
    ProtobufCBinaryData envelope;
};

struct loop_batch {
    TALLOC_CTX *ctx;
    struct loop_slot *slots;
    size_t n_slots;
    struct uuid_map *by_id; /* struct loop_slot: the first with each message id */
    struct loop_states *states;
    struct loop_position positions[LOOP_PARTITIONS_LIMIT];
    const struct kafka_record *last[LOOP_PARTITIONS_LIMIT]; /* before each position; NULL: it stays in its record */
    size_t n_positions;
    struct uuid_map *tags[TAG_COUNT]; /* ids of the stale ones; NULL: none; of a tag without a key: the zero id */
    ARRAY(struct loop_outgoing) events;
    ARRAY(Pb__OutboundMessage *) messages;        /* commands */
    ARRAY(Pb__Outcome *) outcomes, late_outcomes; /* of commands that a gateway sent; told behind their events */
    struct pg_args *timers;
    uint64_t news;              /* topics that must have been heard before it is judged (loop_news.h) */
    struct loop_news *heard_by; /* what knows whether they have; NULL: nobody waits */
};

/* A batch of these parts, with room for so many messages. Owned by ctx, which holds all that the batch makes. */
struct loop_batch *loop_batch_new(TALLOC_CTX *ctx, const struct loop_part *const parts[], size_t n_parts, size_t room);

/* Append time of its newest message; 0: it has none. */
int64_t loop_batch_newest_us(const struct loop_batch *batch);
/* The texts of its tags, each once; made anew at every call, in the batch's context. */
char **loop_batch_tags(const struct loop_batch *batch, size_t *ret_n);
struct loop_slot *loop_slot_of(const struct loop_message *message);

#endif
