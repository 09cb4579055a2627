#include "services/meeting/template/template.h"

#include <string.h>

/* In the order of their numbers, so that the same kinds in another order change nothing. */
static void take_kinds(const struct template_input *input, struct problems *problems, struct agenda_template *next)
{
    bool is_named[TEMPLATE_KINDS] = {false};
    for (size_t i = 0; i < input->n_kinds; i++) {
        if (is_named[input->kinds[i]])
            problems_add(problems, ERR_FIELD_DUPLICATE, "/kinds/%zu", i);
        is_named[input->kinds[i]] = true;
    }
    if (input->n_kinds == 0)
        problems_add(problems, ERR_FIELD_REQUIRED, "/kinds");
    next->n_kinds = 0;
    for (int32_t kind = 0; kind < TEMPLATE_KINDS; kind++)
        if (is_named[kind])
            next->kinds[next->n_kinds++] = kind;
}

/* Puts what the body says into `next`, which holds the template so far. */
static void take_input(const struct template_input *input, struct problems *problems, struct agenda_template *next)
{
    if (input->title)
        next->title = input->title;
    if (input->sets_minutes)
        next->minutes = input->minutes;
    if (input->sets_kinds)
        take_kinds(input, problems, next);
}

static bool is_same(const struct agenda_template *one, const struct agenda_template *other)
{
    return strcmp(one->title, other->title) == 0 && one->minutes == other->minutes && one->n_kinds == other->n_kinds &&
           memcmp(one->kinds, other->kinds, one->n_kinds * sizeof one->kinds[0]) == 0;
}

enum err template_add(const struct uuid *organization, const struct template_input *input, int32_t n,
                      const struct meeting_cause *cause, struct problems *problems,
                      struct agenda_template *ret_template)
{
    struct agenda_template next = {.is = {.id = uuid_derive(&cause->message, "template", 0),
                                          .organization = *organization,
                                          .version = 1,
                                          .created_at_us = cause->now_us,
                                          .is_counted = true}};
    if (n >= TEMPLATES_LIMIT)
        return ERR_LIMIT_REACHED;
    take_input(input, problems, &next);
    enum err err = problems_verdict(problems);
    if (!err)
        *ret_template = next;
    return err;
}

enum err template_edit(const struct agenda_template *old, const struct template_input *input, struct problems *problems,
                       struct agenda_template *ret_next)
{
    struct agenda_template next = *old;
    take_input(input, problems, &next);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    if (!is_same(old, &next))
        next.is.version++;
    *ret_next = next;
    return ERR_OK;
}

bool template_is_for(const struct agenda_template *of, Pb__MeetingKind kind)
{
    for (size_t i = 0; i < of->n_kinds; i++)
        if (of->kinds[i] == (int32_t)kind)
            return true;
    return false;
}
