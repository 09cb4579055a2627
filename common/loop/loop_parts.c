#include "common/loop/loop_parts.h"

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
