#include "services/auth/consent/consent_commands.h"

#include "common/base/array.h"
#include "common/base/uuid_map.h"
#include "services/auth/consent/consent_store.h"
#include "services/auth/consent/consent_view.h"
#include "services/auth/member/asker.h"

/* The newest answer of a member for a purpose. */
struct answer {
    struct uuid member;
    struct consent consent;
};

struct consents {
    TALLOC_CTX *ctx;
    struct uuid_map *members; /* whose answers are wanted */
    struct pg_result *rows;
    ARRAY(struct answer) answers;
    struct pg_args *put;
};

static void *consents_new(struct loop_batch *batch)
{
    struct consents *state = mem_new(loop_ctx(batch), struct consents);
    state->ctx = loop_ctx(batch);
    state->members = uuid_map_new(state->ctx);
    state->put = consent_store_put(state->ctx);
    return state;
}

static void consents_load(void *arg, struct pg *pg)
{
    struct consents *state = arg;
    state->rows = consent_store_newest_queue(pg, state->ctx, uuid_map_ids(state->members),
                                             uuid_map_size(state->members));
}

static enum err consents_loaded(void *arg)
{
    struct consents *state = arg;
    for (size_t row = 0; row < pg_rows(state->rows); row++) {
        struct answer answer;
        answer.member = consent_store_read(state->ctx, state->rows, row, &answer.consent);
        array_add(state->ctx, &state->answers, answer);
    }
    return ERR_OK;
}

static void consents_write(void *arg, struct pg *pg)
{
    pg_queue(pg, ((struct consents *)arg)->put);
}

static struct consent *find(struct consents *state, const struct uuid *member, const char *purpose)
{
    for (size_t i = 0; i < state->answers.n; i++) {
        struct answer *answer = &state->answers.items[i];
        if (uuid_equal(&answer->member, member) && strcmp(answer->consent.purpose, purpose) == 0)
            return &answer->consent;
    }
    array_add(state->ctx, &state->answers, (struct answer){.member = *member, .consent = {.purpose = purpose}});
    return &state->answers.items[state->answers.n - 1].consent;
}

static enum err want_give(const struct loop_message *message)
{
    struct consents *state = loop_state(message->batch, &CONSENT_PART);
    uuid_map_name(state->members, &message->aggregate);
    return ERR_OK;
}

static enum err apply_give(const struct loop_message *message)
{
    struct consents *state = loop_state(message->batch, &CONSENT_PART);
    const Pb__GiveConsent *body = (const Pb__GiveConsent *)message->body;
    const struct consent said = {body->purpose, body->granted, body->text_version, message->now_us};
    if (!asker_is_aggregate(message) || !consent_has_purpose(body->purpose))
        return ERR_NOT_FOUND;
    struct consent *known = find(state, &message->actor, body->purpose);
    if (!consent_is_same(known, &said)) {
        *known = said;
        consent_store_put_add(state->put, &message->actor, &message->id, &said);
        loop_tag(message->batch, TAG_CONSENTS, &message->actor);
    }
    loop_answer(message, &message->actor, 0, &consent_view(message->ctx, known)->base);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__give_consent__descriptor, want_give, apply_give}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part CONSENT_PART = {
    .name = "consent",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = consents_new,
    .load = consents_load,
    .loaded = consents_loaded,
    .write = consents_write,
};
