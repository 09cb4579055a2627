/* The rules that organisations set for themselves and all below them, in versions, and what holds where: field by field
 * what the nearest one on the path says, else the default. A command is judged by what holds at its time, however late
 * it is read. Pure. Any thread. */
#ifndef SOTAY_DIRECTORY_RULES_H
#define SOTAY_DIRECTORY_RULES_H

#include "services/directory/directory.h"

/* The fields of Pb__RuleValues that are one number: those that always hold, and the one that may be none. Reminders are
 * beside them. */
#define RULE_NUMBERS(X)     \
    X(registration_day)     \
    X(agenda_limit_minutes) \
    X(resolution_due_days)  \
    X(quiet_from)           \
    X(quiet_to)             \
    X(review)               \
    X(retention_days)
#define RULE_FIELDS(X) RULE_NUMBERS(X) X(term_started_on)

/* What the organisation itself says at `at_us`; NULL: nothing. `said` NULL: nobody ever said anything. */
const Pb__DirectoryRules__Version *directory_rules_said(const Pb__DirectoryRules *said, const struct uuid *organization,
                                                        int64_t at_us);
/* All fields but perhaps term_started_on are set; reminders are borrowed from `said`, or the default's. `path`: root
 * first. */
void directory_rules_at(const Pb__DirectoryRules *said, const struct uuid path[], size_t n_path, int64_t at_us,
                        Pb__RuleValues *ret_values);

/* When the regular meeting of a month is to be registered: the last second of that day of the month before. */
int64_t directory_registration_due_us(int32_t month, int32_t registration_day);
/* Likewise of a branch that has not registered, with this path: by the rules that held when it was due, as far as that
 * is known at `now_us`; those of today say when a later month's is due. */
int64_t directory_registration_due_at_us(const Pb__DirectoryRules *said, const struct uuid path[], size_t n_path,
                                         int32_t month, int64_t now_us);

#endif
