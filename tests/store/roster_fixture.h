/* Rosters imported into a real PostgreSQL. Each case begins with a root R and its administrator, whose card is 00. */
#ifndef SOTAY_TESTS_STORE_ROSTER_FIXTURE_H
#define SOTAY_TESTS_STORE_ROSTER_FIXTURE_H

#include "parts_fixture.h"

#include "services/auth/import/import.h"
#include "services/auth/import/import_view_store.h"
#include "sotay/v1/auth.pb-c.h"
#include "sotay/v1/directory.pb-c.h"

#define MEMBER_COLUMNS \
    "card_number,full_name,date_of_birth,gender,joined_on,branch_code,status,exempt,position,position_org_code,phone"
/* A ward W of the root with two branches, B1 of three members and B2 of one. */
extern const char ORGANIZATIONS[], MEMBERS[];

extern int64_t now_us; /* of the last import */

/* A job of these files, run once: what it says. `as`: whose, and whether it is a preview; the operator's import is
 * all zeros. */
struct import_job import_as(struct fixture *f, const struct import_job *as, const char *organizations,
                            const char *members);
/* The operator's import, which succeeds. */
struct import_job import(struct fixture *f, const char *organizations, const char *members);
/* A job that is there, of ORGANIZATIONS and these members: stopped before its first chunk; run to its end. */
enum err run_stopped(struct fixture *f, const struct uuid *id, const char *members, struct import_job *ret_job);
enum err run_on(struct fixture *f, const struct uuid *id, const char *members, struct import_job *ret_job);
/* One row of members.csv, imported. */
struct import_job import_row(struct fixture *f, const char *row);
void assert_result(const struct import_job *job, int created, int updated, int unchanged, int rejected);

struct import_view_errors errors_of(struct fixture *f, const struct import_job *job, bool warnings);
void assert_error(const struct import_view_errors *errors, size_t i, const char *file, int64_t line, const char *field,
                  enum err code);
Pb__DirectoryMember *record_of(struct fixture *f, const char *card);
Pb__Organization *organization(struct fixture *f, const char *code);

#endif
