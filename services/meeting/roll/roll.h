/* The rules of who was there (S11, S32): a meeting's roll is everybody who belonged to it at its hour, and what was
 * said of each. Pure, as those of meetings; any thread.
 *
 *   absence        a member says before the hour that he will not come, and why
 *   check-in       a member who is there says so, with the code that the room shows
 *   roll call      heads say of some by name, and of the rest at once
 *
 * The rest are those of whom nobody said anything by name. Whoever is exempt is on the roll and not in its base: if he
 * comes he is counted for himself, so that the base is never exceeded. When the meeting is held, the roll is frozen:
 * who is moved or made exempt later changes nothing. */
#ifndef SOTAY_MEETING_ROLL_H
#define SOTAY_MEETING_ROLL_H

#include "services/directory/directory.h"
#include "services/meeting/meeting/meeting_access.h"
#include "sotay/v1/presence.pb-c.h"

/* What a member is to the roll. The values are kept in the database. */
enum roll_standing { ROLL_NOT_ON_IT = 0, ROLL_BASE = 1, ROLL_EXEMPT = 2 };
/* Who said it. The values are kept in the database. */
enum roll_how { ROLL_BY_NAME = 0, ROLL_OF_THE_REST = 1, ROLL_ABSENCE = 2, ROLL_CHECK_IN = 3 };

struct roll_mark {
    bool has_state; /* false: nothing was said, or it was taken back */
    Pb__AttendanceState state;
    enum roll_how how;
    const char *reason; /* or NULL; kept while he is present */
    int64_t at_us;      /* when state or reason were last changed */
};

struct roll_person {
    struct uuid id;
    const char *full_name;
    const Pb__DirectoryMember *record; /* NULL: unknown to the directory */
    bool is_frozen;                    /* `frozen` says what he is; else his record does */
    enum roll_standing frozen;
    struct roll_mark mark;
};

struct roll {
    const struct roll_person *people;
    size_t n;
};

extern const struct meeting_action ROLL_CALL, ROLL_REPORT_ABSENCE, ROLL_CHECK_IN_NOW, ROLL_SHOW_CODE;

enum roll_standing roll_standing(const struct meeting *meeting, const struct roll_person *person);
const struct roll_person *roll_find(const struct roll *roll, const struct uuid *member); /* NULL: none */
/* All but the revision. */
struct meeting_attendance roll_count(const struct meeting *meeting, const struct roll *roll);

/* --- commands: each fills the next roll, whose people live in ctx ------------------------------------------------- */

struct roll_entry {
    struct uuid member;
    Pb__AttendanceState state;
    const char *reason; /* NULL: the one that is recorded stays */
};
struct roll_call {
    const struct roll_entry *entries;
    size_t n;
    bool has_rest;
    Pb__AttendanceState rest;
};
/* ERR_INVALID fills `problems`: somebody who is not on the roll, named twice, or a state that is not for him. */
MUST_CHECK enum err roll_call(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                              const struct roll_call *call, int64_t now_us, struct problems *problems,
                              struct roll *ret_next);
/* ERR_NOT_ON_ROLL; ERR_ATTENDANCE_RECORDED: somebody else has said already whether he was there. */
MUST_CHECK enum err roll_report_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                                        const struct uuid *member, const char *reason, int64_t now_us,
                                        struct roll *ret_next);
/* What others have said of him stays. ERR_NOT_ON_ROLL. */
MUST_CHECK enum err roll_withdraw_absence(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                                          const struct uuid *member, int64_t now_us, struct roll *ret_next);
/* Whoever is present already stays so. ERR_NOT_ON_ROLL. */
MUST_CHECK enum err roll_check_in(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll,
                                  const struct uuid *member, int64_t now_us, struct roll *ret_next);
/* The meeting is held: everybody stays what he was at its hour. It is reopened: his record decides again. */
struct roll roll_freeze(TALLOC_CTX *ctx, const struct meeting *meeting, const struct roll *roll);
struct roll roll_thaw(TALLOC_CTX *ctx, const struct roll *roll);

#endif
