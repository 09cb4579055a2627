#include "common/loop/loop_parts.h"

#include "common/base/log.h"
#include "common/base/mem.h"
#include <assert.h>
#include <string.h>

struct loop_states {
    const struct loop_part *const *parts;
    size_t n;
    void *of_part[]; /* NULL: it keeps none */
};

struct loop_states *loop_states_new(TALLOC_CTX *ctx, struct loop_batch *batch, const struct loop_part *const parts[],
                                    size_t n)
{
    struct loop_states *states = mem_zalloc(ctx, sizeof *states + n * sizeof *states->of_part, "states");
    states->parts = parts;
    states->n = n;
    for (size_t i = 0; i < n; i++)
        states->of_part[i] = parts[i]->new ? parts[i]->new (batch) : NULL;
    return states;
}

void *loop_states_get(const struct loop_states *states, const struct loop_part *part)
{
    size_t i = 0;
    while (i < states->n && states->parts[i] != part)
        i++;
    assert(i < states->n); /* the service's list lacks a part that one of its handlers needs */
    return states->of_part[i];
}

void loop_states_load(struct loop_states *states, struct pg *pg)
{
    for (size_t i = 0; i < states->n; i++)
        if (states->parts[i]->load)
            states->parts[i]->load(states->of_part[i], pg);
}

enum err loop_states_loaded(struct loop_states *states)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < states->n && !err; i++)
        if (states->parts[i]->loaded)
            err = states->parts[i]->loaded(states->of_part[i]);
    return err;
}

void loop_states_write(struct loop_states *states, struct pg *pg)
{
    for (size_t i = 0; i < states->n; i++)
        if (states->parts[i]->write)
            states->parts[i]->write(states->of_part[i], pg);
}

/* --- tables of parts ---------------------------------------------------------------------------------------------- */

static const struct loop_handler *find_handler(const struct loop_part *part, enum topic topic, const char *kind)
{
    for (size_t i = 0; i < part->n_handlers; i++)
        for (size_t j = 0; part->handlers[i].topic == topic && j < part->handlers[i].n; j++)
            if (!kind || strcmp(part->handlers[i].rows[j].type->short_name, kind) == 0)
                return &part->handlers[i].rows[j];
    return NULL;
}

size_t loop_find_handlers(const struct loop_part *const parts[], size_t n, enum topic topic, const char *kind,
                          const struct loop_handler *ret_handlers[LOOP_HANDLERS_LIMIT])
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        const struct loop_handler *handler = find_handler(parts[i], topic, kind);
        if (!handler)
            continue;
        assert(found < LOOP_HANDLERS_LIMIT);
        ret_handlers[found++] = handler;
    }
    return found;
}

const struct loop_constraint *loop_find_constraint(const struct loop_options *options, const char *name)
{
    for (size_t i = 0; i < options->n_parts; i++)
        for (size_t j = 0; j < options->parts[i]->n_constraints; j++)
            if (strcmp(options->parts[i]->constraints[j].name, name) == 0)
                return &options->parts[i]->constraints[j];
    return NULL;
}

/* --- running them ------------------------------------------------------------------------------------------------- */

enum topic loop_command_topic(const struct loop_options *options)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].commands)
            return options->inputs[i].topic;
    return TOPIC_NONE;
}

enum err loop_want(const struct loop_handler *const handlers[], size_t n, const struct loop_message *message)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < n && !err; i++)
        if (handlers[i]->want)
            err = handlers[i]->want(message);
    return err;
}

enum err loop_apply(const struct loop_handler *const handlers[], size_t n, const struct loop_message *message)
{
    for (size_t i = 0; i < n; i++) {
        enum err err = handlers[i]->apply(message);
        if (err && i > 0 && err_info(err)->disposition == DISPOSITION_REJECT)
            return ERR_INTERNAL;
        if (err)
            return err;
    }
    return ERR_OK;
}

/* --- checking the tables ------------------------------------------------------------------------------------------ */

static bool refuse(const struct loop_options *options, enum topic topic, const char *kind, const char *why)
{
    log_error("parts_wrong", "loop=%s topic=%s kind=%s: %s", options->name, topic_name(topic), kind, why);
    return false;
}

const struct loop_input *loop_find_input(const struct loop_options *options, enum topic topic)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (options->inputs[i].topic == topic)
            return &options->inputs[i];
    return NULL;
}

/* All who take what this row takes. */
static bool check_row(const struct loop_options *options, const struct loop_input *input,
                      const struct loop_handler *row)
{
    size_t n = 0;
    const char *kind = row->type->short_name;
    for (size_t i = 0; i < options->n_parts; i++) {
        const struct loop_handler *other = find_handler(options->parts[i], input->topic, input->raw ? NULL : kind);
        n += other != NULL;
        if (other && other->type != row->type)
            return refuse(options, input->topic, kind, "two parts take it as different types");
    }
    if (input->commands && n > 1)
        return refuse(options, input->topic, kind, "two parts take the same command");
    return n <= LOOP_HANDLERS_LIMIT || refuse(options, input->topic, kind, "too many parts take it");
}

static bool check_part(const struct loop_options *options, const struct loop_part *part)
{
    for (size_t i = 0; i < part->n_handlers; i++) {
        const struct loop_handlers *handlers = &part->handlers[i];
        const struct loop_input *input = loop_find_input(options, handlers->topic);
        if (!input)
            return refuse(options, handlers->topic, part->name, "the loop does not read this topic");
        for (size_t j = 0; j < handlers->n; j++)
            if (!check_row(options, input, &handlers->rows[j]))
                return false;
    }
    return true;
}

static bool is_taken(const struct loop_options *options, enum topic topic)
{
    for (size_t i = 0; i < options->n_parts; i++)
        if (find_handler(options->parts[i], topic, NULL))
            return true;
    return false;
}

enum err loop_check_parts(const struct loop_options *options)
{
    for (size_t i = 0; i < options->n_inputs; i++)
        if (!is_taken(options, options->inputs[i].topic)) {
            (void)refuse(options, options->inputs[i].topic, "-", "no part takes it");
            return ERR_CONFIG;
        }
    for (size_t i = 0; i < options->n_parts; i++)
        if (!check_part(options, options->parts[i]))
            return ERR_CONFIG;
    return ERR_OK;
}
