/* Rows of roster files (API.md, "Roster files"): the pure part of the import. Any thread. Texts are NFC, trimmed, owned
 * by the caller. */
#ifndef SOTAY_AUTH_ROSTER_H
#define SOTAY_AUTH_ROSTER_H

#include "common/base/array.h"
#include "common/base/err.h"
#include "sotay/v1/shapes.pb-c.h"
#include <stdbool.h>
#include <stdint.h>

struct roster_organization {
    const char *code, *parent_code, *name;
    Pb__Level level;
    int32_t meeting_day; /* 0: none */
};
enum { ROLE_KEEP = -1, ROLE_NONE = 0 };
struct roster_member {
    const char *card_number, *full_name, *branch_code, *role_at_code, *phone; /* role_at_code, phone: "" if empty */
    int32_t born_on, joined_on;                                               /* days since 1970-01-01 */
    bool has_born_on, has_joined_on;
    int gender; /* 0 male, 1 female, 2 other, -1 not said */
    Pb__MemberStatus status;
    bool exempt;
    int role;       /* Pb__Role, ROLE_NONE, ROLE_KEEP */
    int occupation; /* Pb__Occupation, -1 not said */
};

/* The columns of a file, in their order; the last ones may be left out. */
struct roster_header {
    const char *const *fields;
    size_t n, n_needed;
};
extern const struct roster_header ROSTER_ORGANIZATIONS, ROSTER_MEMBERS;

/* Reads a row's fields, as many as ROSTER_… names; columns that the file does not have are empty. On error *ret_field
 * is the header's word of the first field at fault. */
MUST_CHECK enum err roster_read_organization(const char *const fields[], struct roster_organization *ret_row,
                                             const char **ret_field);
MUST_CHECK enum err roster_read_member(const char *const fields[], struct roster_member *ret_row,
                                       const char **ret_field);

/* NFC, without blanks around, inside one for each run; owned by ctx. NULL: not UTF-8, or control characters. */
char *roster_normalize(TALLOC_CTX *ctx, const char *text, size_t n);

#endif
