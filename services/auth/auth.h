/* The pure rules of auth: no I/O, clock or random numbers. Any thread. ACCESS.md says why each is so. */
#ifndef SOTAY_AUTH_AUTH_H
#define SOTAY_AUTH_AUTH_H

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/base/uuid.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#define ACCESS_TOKEN_LIFETIME_S 3600
#define SESSION_IDLE_US (120 * CLOCK_DAY_US) /* longer than the 90 days promised */
#define REFRESH_KEPT_US (14 * CLOCK_DAY_US)  /* a used token is remembered so long, to notice that it was stolen */
#define DEVICES_LIMIT 20                     /* of a member; the one unused for longest makes room */

/* --- ids ---------------------------------------------------------------------------------------------------------- */

/* Derived from what the roster matches by, so that an import repeated gives the same ids. */
struct uuid auth_organization_id(const char *code);
struct uuid auth_member_id(const char *card_number);

/* --- sessions and refresh tokens ---------------------------------------------------------------------------------- */

bool auth_session_lives(bool ended, int64_t last_used_at_us, int64_t now_us);

/* What is known of a refresh token that someone presents with a key. */
struct refresh_state {
    bool session_lives;
    bool used;     /* a successor was made for it */
    bool same_key; /* of the pair that made it */
    bool successor_used;
};
enum refresh_answer {
    REFRESH_NEW,        /* a successor, made now */
    REFRESH_SAME,       /* the successor made before: that reply was lost */
    REFRESH_REFUSED,    /* not a token any more */
    REFRESH_END_FAMILY, /* two parties hold this token: sign both out */
};
enum refresh_answer auth_refresh(const struct refresh_state *state);

/* --- throttling of logins ----------------------------------------------------------------------------------------- */

/* Attempts are counted for the account on this device from this address, for the account from devices it was never used
 * on, and for the address. Delays grow and are capped: nobody can lock an account out for good. */
enum throttle { THROTTLE_EXACT, THROTTLE_ACCOUNT, THROTTLE_PEER, THROTTLE_COUNT };

/* 0: may try now; else so long to wait. `attempts` since the last success, the last at `last_at_us`. */
int64_t auth_throttle_wait_us(enum throttle kind, int attempts, int64_t last_at_us, int64_t now_us);
/* The new count when one more attempt begins: old attempts are forgotten after an hour of quiet. */
int auth_throttle_count(int attempts, int64_t last_at_us, int64_t now_us);

/* --- roles -------------------------------------------------------------------------------------------------------- */

/* Whether someone whose highest role is `granter` may give or take `role`: never one's own rank or above. The machine's
 * operator (bootstrap and import on the command line) stands above all. */
#define ROLE_OPERATOR 100
bool auth_may_grant(int granter, Pb__Role role);
/* Whether a role belongs to an organisation of this level. */
bool auth_role_fits(Pb__Role role, Pb__Level level);

/* --- roster rows -------------------------------------------------------------------------------------------------- */

/* A row of organizations.csv or members.csv: API.md, "Roster files". Texts are NFC, trimmed, owned by the caller. */
struct roster_organization {
    const char *code, *parent_code, *name;
    Pb__Level level;
    int32_t meeting_day; /* 0: none */
};
enum { ROLE_KEEP = -1, ROLE_NONE = 0 };
struct roster_member {
    const char *card_number, *full_name, *branch_code, *role_at_code, *phone; /* role_at_code, phone: "" if empty */
    int32_t born_on, joined_on;
    bool has_born_on, has_joined_on;
    int gender; /* 0 male, 1 female, 2 other, -1 not said */
    Pb__MemberStatus status;
    bool exempt;
    int role; /* Pb__Role, ROLE_NONE, ROLE_KEEP */
};
#define ROSTER_ORGANIZATION_FIELDS 5
#define ROSTER_MEMBER_FIELDS 11
extern const char *const ROSTER_ORGANIZATION_HEADER[ROSTER_ORGANIZATION_FIELDS];
extern const char *const ROSTER_MEMBER_HEADER[ROSTER_MEMBER_FIELDS];

/* Reads a row's fields. On error *ret_field is the header's word of the field at fault. */
MUST_CHECK enum err auth_read_organization(const char *const fields[], struct roster_organization *ret_row,
                                           const char **ret_field);
MUST_CHECK enum err auth_read_member(const char *const fields[], struct roster_member *ret_row, const char **ret_field);

/* NFC, without blanks around; owned by ctx. NULL: not UTF-8, or control characters. */
char *auth_normalize(TALLOC_CTX *ctx, const char *text, size_t n);

/* ISO date to days since 1970-01-01. ERR_FIELD_FORMAT. */
MUST_CHECK enum err auth_read_date(const char *text, int32_t *ret_date);

#endif
