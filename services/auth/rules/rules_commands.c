#include "services/auth/rules/rules_commands.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/rules/rules.h"
#include "services/auth/rules/rules_store.h"
#include "services/auth/tree/tree_context.h"
#include "services/auth/tree/tree_set.h"

struct rules {
    TALLOC_CTX *ctx;
    struct uuid_map *organizations; /* wanted; then Pb__DirectoryRules: what each has said */
    struct pg_result *rows;
    struct pg_args *put;
};

static void *rules_new(struct loop_batch *batch)
{
    struct rules *state = mem_new(loop_ctx(batch), struct rules);
    state->ctx = loop_ctx(batch);
    state->organizations = uuid_map_new(state->ctx);
    state->put = rules_store_put(state->ctx);
    return state;
}

static void rules_load(void *arg, struct pg *pg)
{
    struct rules *state = arg;
    state->rows = rules_store_queue(pg, state->ctx, uuid_map_ids(state->organizations),
                                    uuid_map_size(state->organizations));
}

static enum err rules_loaded(void *arg)
{
    struct rules *state = arg;
    for (size_t row = 0; row < pg_rows(state->rows); row++) {
        struct directory_org org;
        Pb__DirectoryRules *said;
        enum err err = rules_store_read(state->ctx, state->rows, row, &org, &said);
        if (err)
            return err;
        uuid_map_put(state->organizations, &org.id, said);
    }
    return ERR_OK;
}

static void rules_write(void *arg, struct pg *pg)
{
    pg_queue(pg, ((struct rules *)arg)->put);
}

static enum err want_put(const struct loop_message *message)
{
    struct rules *state = loop_state(message->batch, &RULES_PART);
    tree_context_want(message, &message->aggregate);
    uuid_map_name(state->organizations, &message->aggregate);
    return ERR_OK;
}

/* ACCESS.md, rules.set. */
static enum err take(const struct loop_message *message)
{
    struct tree_context context;
    enum err err = tree_context_take(message, &message->aggregate, &context);
    if (!err && !(context.standing & STANDING_OFFICER))
        err = ERR_NOT_ALLOWED;
    return !err && !tree_is_active(context.organization) ? ERR_ORGANIZATION_CLOSED : err;
}

static void keep(const struct loop_message *message, Pb__DirectoryRules *said, Pb__DirectoryRules__Version *version)
{
    struct rules *state = loop_state(message->batch, &RULES_PART);
    version->version = said->n_versions + 1;
    said->versions = mem_grow(state->ctx, said->versions, sizeof *said->versions, said->n_versions + 1);
    said->versions[said->n_versions++] = version;
    rules_store_put_add(state->put, state->ctx, message, version);
    tree_set_raise(message, &message->aggregate);
    audit_organization(message, PB__AUDIT_ACTION__AUDIT_ACTION_RULES_SET, &message->aggregate);
}

static Pb__DirectoryRules *said_by(struct rules *state, const struct uuid *organization)
{
    Pb__DirectoryRules *said = uuid_map_get(state->organizations, organization);
    if (!said) {
        said = mem_new(state->ctx, Pb__DirectoryRules);
        pb__directory_rules__init(said);
        uuid_map_put(state->organizations, organization, said);
    }
    return said;
}

enum { PENDING_MOST = 16 };

/* So many versions may be said for later days: a record holds the newest ones, and always the one in force. */
static bool too_many_wait(const Pb__DirectoryRules *said, int64_t now_us)
{
    size_t n = 0;
    for (size_t i = 0; i < said->n_versions; i++)
        n += said->versions[i]->from_us > now_us;
    return n >= PENDING_MOST;
}

static enum err apply_put(const struct loop_message *message)
{
    struct rules *state = loop_state(message->batch, &RULES_PART);
    Pb__DirectoryRules__Version *version = mem_new(message->ctx, Pb__DirectoryRules__Version);
    Pb__RuleValues *values = mem_new(message->ctx, Pb__RuleValues);
    struct problems problems = {.n = 0};
    enum err err = take(message);
    if (err)
        return err;
    err = rules_read(message->ctx, (const Pb__PutRules *)message->body, message->now_us, &problems, version, values);
    if (err)
        return problems_refuse(&problems, message, err);
    Pb__DirectoryRules *said = said_by(state, &message->aggregate);
    bool is_new = !rules_say_nothing_new(message->ctx, said, version);
    if (is_new && version->from_us > message->now_us && too_many_wait(said, message->now_us))
        return ERR_LIMIT_REACHED;
    if (is_new)
        keep(message, said, version);
    loop_answer(message, &message->aggregate, 0, NULL);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__put_rules__descriptor, want_put, apply_put}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_AUTH_COMMANDS, ROWS)};

const struct loop_part RULES_PART = {
    .name = "rules",
    .handlers = HANDLERS,
    .n_handlers = ARRAY_LENGTH(HANDLERS),
    .new = rules_new,
    .load = rules_load,
    .loaded = rules_loaded,
    .write = rules_write,
};
