/* The rules of organisations over the years: they are changed, move below another one, are born, closed and split.
 * Pure: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_TREE_H
#define SOTAY_AUTH_TREE_H

#include "common/loop/problems.h"
#include "services/directory/directory.h"

struct tree_organization {
    struct directory_org org;
    uint64_t version; /* 0: it is to be made */
};

bool tree_is_active(const struct tree_organization *organization);
/* Zero: it is the root. */
struct uuid tree_parent_of(const struct tree_organization *organization);
/* Whether a PATCH from one to the other changes something. */
bool tree_is_same(const struct tree_organization *a, const struct tree_organization *b);

/* --- changes ------------------------------------------------------------------------------------------------------ */

/* Who is named as the contact. */
enum tree_contact { TREE_CONTACT_NONE, TREE_CONTACT_UNKNOWN, TREE_CONTACT_STRANGER, TREE_CONTACT_FITS };

struct tree_edit {
    const char *name; /* NULL: it stays */
    bool sets_parent, sets_day, sets_minute, sets_place, sets_contact;
    const struct tree_organization *parent; /* NULL: it does not exist for whoever asks */
    int32_t day, minute;                    /* 0 and -1: none */
    const char *place;                      /* NULL: none */
    enum tree_contact contact_is;
    struct uuid contact;
};

/* ACCESS.md, organization rhythm: an administrator everything, a head the rhythm and the contact. */
bool tree_may_edit(unsigned standing, const struct tree_edit *edit);
/* ERR_INVALID fills `problems`. What it makes lives in ctx, and shares with `is` what stays. */
MUST_CHECK enum err tree_edit(TALLOC_CTX *ctx, const struct tree_organization *is, const struct tree_edit *edit,
                              struct problems *problems, struct tree_organization *ret_next);
/* A new one, of which level and code are given: all else comes by `edit`. */
MUST_CHECK enum err tree_create(TALLOC_CTX *ctx, const struct tree_organization *given, const struct tree_edit *edit,
                                struct problems *problems, struct tree_organization *ret_next);
/* Without spaces at both ends. */
const char *tree_trim(TALLOC_CTX *ctx, const char *text);

/* Into which one it is merged (NULL: none): one that takes its place has its level. */
MUST_CHECK enum err tree_check_close(const struct tree_organization *is, const struct tree_organization *into,
                                     struct problems *problems);

#endif
