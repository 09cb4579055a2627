/* What differs between two states of a membership, as its history shows it. Pure; any thread. */
#ifndef SOTAY_AUTH_MEMBERSHIP_CHANGES_H
#define SOTAY_AUTH_MEMBERSHIP_CHANGES_H

#include "services/auth/membership/membership.h"

/* The name of an organisation; NULL: it is not known. */
typedef const char *membership_name_fn(void *arg, const struct uuid *organization);

/* A Pb__History with its changes alone, owned by ctx; none: the two states say the same. `is` NULL: there was none.
 * Values are words of the API, names, and for a position its role and its organisation's name. */
Pb__History *membership_changes(TALLOC_CTX *ctx, const struct membership *is, const struct membership *next,
                                membership_name_fn *name_of, void *arg);
/* Says of each position that `next` holds and `is` did not, and the other way round: positions are only added, and
 * ended. */
typedef void membership_position_fn(void *arg, const struct membership_position *position, bool is_given);
void membership_changes_positions(const struct membership *is, const struct membership *next,
                                  membership_position_fn *say, void *arg);
/* One that the states do not show. */
void membership_changes_add_text(TALLOC_CTX *ctx, Pb__History *history, const char *field, const char *old,
                                 const char *new);
/* And: since when a decision is effective. */
void membership_changes_add_date(TALLOC_CTX *ctx, Pb__History *history, const char *field, int32_t date);

#endif
