/* The rules of transfers between branches: who may, and state, a command, the time → the next state or a refusal. Pure:
 * no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_TRANSFER_H
#define SOTAY_AUTH_TRANSFER_H

#include "services/auth/membership/membership.h"

enum { TRANSFER_LONGEST_DAYS = 3 * 366 }; /* of a temporary one */

struct transfer {
    struct uuid id, member, from, to;
    uint64_t version;
    Pb__TransferKind kind;
    int32_t until;                        /* of a temporary one: its last day */
    const char *reason, *decision_reason; /* decision NULL: none was given */
    Pb__TransferState state;
    int64_t created_at_us, settled_at_us, ended_at_us; /* 0: not yet */
};

/* --- who may ------------------------------------------------------------------------------------------------------ */

/* What somebody is to the two branches (STANDING_*). */
struct transfer_actor {
    unsigned from, to;
    bool is_member; /* he himself is transferred */
};
bool transfer_may_read(const struct transfer_actor *actor);
/* An officer over both does it at once; the secretary of the branch that he leaves asks for it. */
bool transfer_does_at_once(const struct transfer_actor *actor);
bool transfer_may_request(const struct transfer_actor *actor);
/* The secretary of the branch that receives him, or who could do it at once. */
bool transfer_may_settle(const struct transfer_actor *actor);
/* A request is withdrawn by who may make it; what was done is taken back by who may settle it. */
bool transfer_may_revert(const struct transfer *transfer, const struct transfer_actor *actor);

/* --- states ------------------------------------------------------------------------------------------------------- */

/* Requested, or temporary and under way: a member has one such at a time. */
bool transfer_is_open(const struct transfer *transfer);
bool transfer_is_under_way(const struct transfer *transfer); /* temporary, and he is not back yet */
/* When a temporary one ends by itself: with its last day. */
int64_t transfer_ends_at_us(const struct transfer *transfer);

struct transfer_input {
    struct uuid id;
    const struct directory_org *to; /* NULL: there is none for the actor */
    Pb__TransferKind kind;
    bool has_until, is_at_once;
    int32_t until;
    const char *reason;
};
/* ERR_INVALID fills `problems`; ERR_MEMBER_LEFT. */
MUST_CHECK enum err transfer_request(const struct membership *member, const struct transfer_input *input,
                                     int64_t now_us, struct problems *problems, struct transfer *ret_transfer);
/* ERR_WRONG_STATE: it is settled already, the member is elsewhere meanwhile, or its last day has passed;
 * ERR_MEMBER_LEFT. */
MUST_CHECK enum err transfer_approve(const struct transfer *is, const struct membership *member, const char *reason,
                                     int64_t now_us, struct transfer *ret_next);
MUST_CHECK enum err transfer_decline(const struct transfer *is, const char *reason, int64_t now_us,
                                     struct transfer *ret_next);
/* *ret_goes_back: the member returns to the branch that he came from. ERR_UNDO_EXPIRED: it was done too long ago;
 * ERR_WRONG_STATE, ERR_MEMBER_LEFT. */
MUST_CHECK enum err transfer_revert(const struct transfer *is, const struct membership *member, const char *reason,
                                    int64_t now_us, struct transfer *ret_next, bool *ret_goes_back);
/* The last day of a temporary one has passed. Whoever has left or is elsewhere meanwhile stays as he is. */
void transfer_end(const struct transfer *is, const struct membership *member, int64_t now_us, struct transfer *ret_next,
                  bool *ret_goes_back);

#endif
