/* The organisations of a batch: a part without handlers. The commands' `want` says which one needs, their `apply` finds
 * and keeps them; then it writes what changed. They are locked in the order of their ids, behind the members of the
 * batch. The loop's thread. */
#ifndef SOTAY_AUTH_TREE_SET_H
#define SOTAY_AUTH_TREE_SET_H

#include "common/loop/loop.h"
#include "services/auth/tree/tree.h"

/* Behind the memberships in the list of parts: organisations end when their members have gone. What is new is written
 * by the other one, before them: they come to live there. */
extern const struct loop_part TREE_PART, TREE_BIRTHS_PART;

/* The organisation, and its parent. */
void tree_set_want(const struct loop_batch *batch, const struct uuid *organization);
/* Who has the name under the parent already. `organization` zero: of a new one; `parent` zero, `name` NULL: its own. */
void tree_set_want_name(const struct loop_batch *batch, const struct uuid *organization, const struct uuid *parent,
                        const char *name);

/* NULL: there is none. */
const struct tree_organization *tree_set_find(const struct loop_batch *batch, const struct uuid *organization);
bool tree_set_has_children(const struct loop_batch *batch, const struct uuid *organization); /* that are active */
/* Whether another active child of the same parent has its name. */
bool tree_set_name_is_taken(const struct loop_batch *batch, const struct tree_organization *organization);

/* Makes the next state the state, by this message: one version more, and what is stale. What lies below an organisation
 * that moved moves with it. Where both say the same nothing happens. */
void tree_set_keep(const struct loop_message *message, const struct tree_organization *next);
/* Its record says something new, which another part keeps: one version more. */
void tree_set_raise(const struct loop_message *message, const struct uuid *organization);
/* It ends, and with it its place in lists. `into` NULL: its work is over; else another one goes on with it. */
void tree_set_end(const struct loop_message *message, const struct tree_organization *is, const struct uuid *into,
                  const char *reason);

#endif
