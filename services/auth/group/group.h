/* Party groups of a branch: the pure rules of a list of them. Any thread. */
#ifndef SOTAY_AUTH_GROUP_H
#define SOTAY_AUTH_GROUP_H

#include "common/base/uuid_map.h"
#include "common/loop/problems.h"
#include "sotay/v1/rules.pb-c.h"

struct group {
    struct uuid id, head;
    const char *name;
};
struct groups {
    struct group *items; /* in the order of the list */
    size_t n;
    struct uuid_map *members; /* const struct uuid: the group's id */
};

/* NULL: he is in none; or there is no such group. */
const struct group *groups_of(const struct groups *groups, const struct uuid *member);
const struct group *groups_find(const struct groups *groups, const struct uuid *id);
bool groups_are_same(const struct groups *a, const struct groups *b);

/* Whether somebody belongs to the branch now. */
typedef bool groups_belongs_fn(const void *arg, const struct uuid *member);
/* The list that the body says; ids of new groups are made of the message's. ERR_INVALID fills `problems`. */
MUST_CHECK enum err groups_read(TALLOC_CTX *ctx, const Pb__PutGroups *body, const struct groups *are,
                                const struct uuid *message, groups_belongs_fn *belongs, const void *arg,
                                struct problems *problems, struct groups *ret_next);

#endif
