/* The rules of a membership over the years: state, a command, the time → the next state or a refusal. Pure: no I/O,
 * clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_MEMBERSHIP_H
#define SOTAY_AUTH_MEMBERSHIP_H

#include "common/base/clock.h"
#include "common/loop/problems.h"
#include "services/directory/directory.h"
#include "sotay/v1/auth.pb-c.h"

#define MEMBERSHIP_UNDO_US (30 * CLOCK_DAY_US) /* who left comes back, who was transferred goes back, within this */
enum { MEMBERSHIP_EFFECTIVE_DAYS = 366 };      /* so far back may lie the day that a change is effective on */

struct membership_interval {
    struct uuid branch;
    Pb__MemberStatus status;
    bool exempt;
    int64_t from_us, to_us; /* to 0: it is so */
};
struct membership_position {
    struct uuid organization;
    Pb__Role role;
    int64_t from_us, to_us; /* to 0: it is held */
};
struct membership_number {
    bool is_known;
    int32_t value;
};

struct membership {
    struct uuid id, merged_into;                 /* merged_into zero: he is nobody's double */
    uint64_t version;                            /* 0: he is to be made */
    const char *card_number, *full_name, *phone; /* phone NULL: none is known */
    struct membership_number born_on, gender, joined_on, occupation, left_reason;
    struct membership_interval now;         /* of who left: since when */
    const struct membership_interval *past; /* the oldest first */
    size_t n_past;
    const struct membership_position *positions; /* held and past, in no order */
    size_t n_positions;
};

bool membership_has_left(const struct membership *member);
bool membership_lives_in(const struct membership *member, const struct uuid *branch); /* and has not left */
bool membership_is_suspended(const struct membership *member);
/* What he is to an organisation at `at_us`: directory_standing of what the state says. `ctx` is for its work. */
unsigned membership_standing(TALLOC_CTX *ctx, const struct membership *member, const struct directory_org *org,
                             int64_t at_us);
/* The highest role that he holds; ROLE_MEMBER: none. */
Pb__Role membership_rank(const struct membership *member);
/* The position that he holds there; NULL: none. */
const struct membership_position *membership_held(const struct membership *member, const struct uuid *organization);

/* --- changes: `ret_next` is made in ctx, and shares with `is` what stays ------------------------------------------ */

struct membership_edit {
    bool sets_phone, sets_occupation, sets_status, sets_exempt, has_effective_on;
    const char *full_name, *phone, *reason; /* NULL: it stays; the number is forgotten; none is given */
    struct membership_number occupation, left_reason;
    Pb__MemberStatus status;
    bool exempt;
    int32_t effective_on;
};
/* Who leaves holds no position any more; coming back he gets none of them by himself. ERR_INVALID fills `problems`;
 * ERR_UNDO_EXPIRED; ERR_WRONG_STATE: a double stays one; ERR_MEMBER_LEFT: of who left only that can change. */
MUST_CHECK enum err membership_edit(TALLOC_CTX *ctx, const struct membership *is, const struct membership_edit *edit,
                                    int64_t now_us, struct problems *problems, struct membership *ret_next);
/* Into another branch. He holds no position in the one that he leaves any more. */
void membership_move(TALLOC_CTX *ctx, const struct membership *is, const struct uuid *branch, int64_t now_us,
                     struct membership *ret_next);
/* Gives him the role there, in place of the one that he holds there; none: ROLE_MEMBER. The same again changes
 * nothing. */
void membership_grant(TALLOC_CTX *ctx, const struct membership *is, const struct uuid *organization, Pb__Role role,
                      int64_t now_us, struct membership *ret_next);
/* Whether a day on which a change of today is said to be effective is one: today or within the year before. */
void membership_check_day(int32_t day, int64_t now_us, struct problems *problems);

/* The double leaves as such; the member gets what is known of the double alone. ERR_WRONG_STATE: it is a double of
 * somebody already; ERR_MEMBER_LEFT: the member has left; ERR_MERGE_OF_SECRETARIES: they are two. */
MUST_CHECK enum err membership_merge(TALLOC_CTX *ctx, const struct membership *member,
                                     const struct membership *duplicate, int64_t now_us, struct membership *ret_member,
                                     struct membership *ret_duplicate);

#endif
