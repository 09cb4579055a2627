#include "services/document/reaction/reaction.h"

#include <string.h>

bool reaction_has_target(const struct document *document, const struct uuid *target)
{
    for (size_t i = 0; i < document->n_targets; i++)
        if (uuid_equal(&document->targets[i].id, target))
            return true;
    return false;
}

bool reaction_think(const struct reaction *last, const struct reaction_counts *counts, Pb__ReactionValue value,
                    const char *comment, int64_t now_us, struct reaction_change *ret_change)
{
    bool is_same = last->is_there && last->value == value;
    bool is_said = comment && !(last->comment && strcmp(last->comment, comment) == 0);
    *ret_change = (struct reaction_change){.next = *last, .counts = *counts, .is_said = is_said};
    if (is_same && !is_said)
        return false;
    if (!is_same) {
        ret_change->counts.n[value]++;
        ret_change->counts.n[last->value] -= last->is_there;
    }
    ret_change->next.is_there = true;
    ret_change->next.value = value;
    ret_change->next.at_us = now_us;
    if (is_said)
        ret_change->next.comment = comment;
    return true;
}
