/* The memberships of a batch: a part without handlers. The others' `want` says whom a command needs, their `apply`
 * finds and keeps them; then it writes what changed. Members are locked in the order of their ids, those who act as
 * well as those who are acted on, so that two batches decide on them one after the other. The loop's thread. */
#ifndef SOTAY_AUTH_MEMBERSHIP_SET_H
#define SOTAY_AUTH_MEMBERSHIP_SET_H

#include "common/loop/loop.h"
#include "services/auth/membership/membership.h"

extern const struct loop_part MEMBERSHIP_PART;

/* With a member come the organisations of his branches and positions. */
void membership_set_want(const struct loop_batch *batch, const struct uuid *member);
void membership_set_want_of_transfer(const struct loop_batch *batch,
                                     const struct uuid *transfer); /* its two branches too */
void membership_set_want_organization(const struct loop_batch *batch, const struct uuid *organization);
/* The organisation, and whoever leads it. */
void membership_set_want_secretary(const struct loop_batch *batch, const struct uuid *organization);

/* Everybody who lives there or holds a position there. */
void membership_set_want_all_of(const struct loop_batch *batch, const struct uuid *organization);
/* One that the batch makes. */
void membership_set_add_organization(const struct loop_batch *batch, const struct directory_org *organization);

/* NULL: there is none. */
const struct membership *membership_set_find(const struct loop_batch *batch, const struct uuid *member);
const struct directory_org *membership_set_organization(const struct loop_batch *batch,
                                                        const struct uuid *organization);
/* Who leads it, beside `except`; NULL: nobody. */
const struct membership *membership_set_secretary(const struct loop_batch *batch, const struct uuid *organization,
                                                  const struct uuid *except);
/* Who lives there or holds a position there now, of those that the batch knows. The list belongs to the batch. */
const struct membership **membership_set_all_of(const struct loop_batch *batch, const struct uuid *organization,
                                                size_t *ret_n);
/* Of such an organisation; NULL: it is unknown. */
const char *membership_set_name_of(void *batch, const struct uuid *organization);

/* Makes the next state the state, by this message: one version more, its history, and what is stale. Where both say the
 * same nothing happens. */
struct membership_note {
    Pb__HistoryAction action;
    const char *reason;    /* or NULL */
    bool has_effective_on; /* another day than this one */
    int32_t effective_on;
};
void membership_set_keep(const struct loop_message *message, const struct membership *next,
                         const struct membership_note *note);
/* Something else of him changed, of which his row says nothing. */
void membership_set_add_history(const struct loop_message *message, const struct uuid *member,
                                const Pb__History *changes, const struct membership_note *note);

#endif
