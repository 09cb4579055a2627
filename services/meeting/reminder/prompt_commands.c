#include "services/meeting/reminder/prompt_commands.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "common/loop/loop_store.h"
#include "services/meeting/reminder/prompt_store.h"
#include "services/meeting/reminder/reminder_facts.h"

/* Whose timers they are: no organisation's. */
static const struct uuid EVERYBODY = {{0x70, 0x72, 0x6f, 0x6d, 0x70, 0x74}};

/* --- the part: the branches of each message ----------------------------------------------------------------------- */

struct wanted {
    int32_t day;
    bool is_first;
    struct uuid after;
    struct prompt_rows rows;
};

struct prompts {
    TALLOC_CTX *ctx;
    struct uuid_map *wanted; /* struct wanted, by message */
};

static void *prompts_new(struct loop_batch *batch)
{
    struct prompts *prompts = mem_new(loop_ctx(batch), struct prompts);
    prompts->ctx = loop_ctx(batch);
    prompts->wanted = uuid_map_new(prompts->ctx);
    return prompts;
}

static void load(const struct prompts *prompts, struct pg *pg, struct wanted *wanted)
{
    int32_t month = clock_local_month(clock_date_start_us(wanted->day));
    wanted->rows = prompt_store_branches(prompts->ctx, pg, wanted->is_first ? NULL : &wanted->after, month);
}

static void prompts_load(void *state, struct pg *pg)
{
    const struct prompts *prompts = state;
    for (size_t i = 0; i < uuid_map_size(prompts->wanted); i++)
        load(prompts, pg, uuid_map_value(prompts->wanted, i));
}

/* --- PromptBranches ----------------------------------------------------------------------------------------------- */

static enum err want_prompt(const struct loop_message *message)
{
    const Pb__PromptBranches *body = (const Pb__PromptBranches *)message->body;
    const struct prompts *prompts = loop_state(message->batch, &PROMPT_COMMANDS_PART);
    struct wanted wanted = {.day = body->day, .is_first = !body->has_after};
    if (body->has_after && uuid_from_pb(body->after, &wanted.after))
        return ERR_MALFORMED;
    *UUID_MAP_MAKE(prompts->wanted, &message->id, struct wanted) = wanted;
    return ERR_OK;
}

static void set_timer(const struct loop_message *message, int32_t day)
{
    Pb__PromptBranches prompt = PB__PROMPT_BRANCHES__INIT;
    prompt.day = day;
    loop_timer(message, &EVERYBODY, prompt_due_us(day), &prompt.base);
}

/* The next morning's; of a day that is over, today's. A clock that was turned back has said it before. */
static void set_next(const struct loop_message *message, int32_t day)
{
    int32_t today = clock_local_date(message->now_us);
    if (today > day)
        set_timer(message, today);
    else if (today == day)
        set_timer(message, day + 1);
}

static void say_next(const struct loop_message *message, const struct prompt_branch *last, int32_t day)
{
    Pb__PromptBranches next = PB__PROMPT_BRANCHES__INIT;
    next.day = day;
    next.has_after = true;
    next.after = uuid_to_pb(message->ctx, &last->id);
    loop_command(message, TOPIC_MEETING_COMMANDS, &EVERYBODY, &next.base);
}

static void tell(const struct loop_message *message, const struct prompt_groups *groups)
{
    for (size_t i = 0; i < groups->items.n; i++) {
        const struct prompt_group *group = &groups->items.items[i];
        struct uuid notification = uuid_derive(&message->id, "notification", (uint32_t)i);
        const struct reminder_words words = prompt_words(message->ctx, group);
        loop_event(message, TOPIC_MEETING_EVENTS, &EVERYBODY,
                   facts_of_prompt(message->ctx, &notification, &words, group, message->now_us));
    }
}

static void judge(const struct loop_message *message, const struct wanted *wanted, struct prompt_groups *groups)
{
    size_t n;
    const struct prompt_branch *branches = prompt_store_read(message->ctx, &wanted->rows, &n);
    for (size_t i = 0; i < n; i++)
        prompt_judge(groups, &branches[i], wanted->day, message->now_us);
    if (n == PROMPT_BRANCHES_AT_ONCE)
        say_next(message, &branches[n - 1], wanted->day);
}

static enum err apply_prompt(const struct loop_message *message)
{
    const Pb__PromptBranches *body = (const Pb__PromptBranches *)message->body;
    const struct prompts *prompts = loop_state(message->batch, &PROMPT_COMMANDS_PART);
    struct prompt_groups groups = {.ctx = message->ctx};
    if (message->has_actor)
        return ERR_NOT_FOUND;
    if (!body->has_after)
        set_next(message, body->day);
    if (prompt_is_timely(body->day, message->now_us))
        judge(message, uuid_map_get(prompts->wanted, &message->id), &groups);
    tell(message, &groups);
    loop_answer(message, &EVERYBODY, 0, NULL);
    return ERR_OK;
}

static const struct loop_handler ROWS[] = {{&pb__prompt_branches__descriptor, want_prompt, apply_prompt}};
static const struct loop_handlers HANDLERS[] = {LOOP_HANDLERS(TOPIC_MEETING_COMMANDS, ROWS)};

const struct loop_part PROMPT_COMMANDS_PART = {.name = "prompt_commands",
                                               .handlers = HANDLERS,
                                               .n_handlers = ARRAY_LENGTH(HANDLERS),
                                               .new = prompts_new,
                                               .load = prompts_load};

/* --- the first timer ---------------------------------------------------------------------------------------------- */

enum err prompt_start(struct service *service)
{
    TALLOC_CTX *ctx = mem_context(NULL, "prompt");
    Pb__PromptBranches prompt = PB__PROMPT_BRANCHES__INIT;
    struct pg_args *args = loop_store_timer_args(ctx);
    struct pg_result *set;
    prompt.day = clock_local_date(service_now_us(service));
    loop_store_add_timer(args, prompt.base.descriptor->short_name, &EVERYBODY, prompt_due_us(prompt.day),
                         mem_pack(ctx, &prompt.base));
    enum err err = pg_run(service_pg(service, ctx), args, &set);
    mem_free(ctx);
    return err;
}
