/* What a member counts as, and where: by his newest record of the directory and by how far he has come with the app.
 * Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_PERSON_H
#define SOTAY_ANALYTICS_PERSON_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "sotay/v1/directory.pb-c.h"
#include <stdbool.h>

#define PERSON_ACTIVE_DAYS 30

struct person {
    uint64_t version;                  /* of the directory; 0: it has not told of him yet */
    const Pb__DirectoryMember *record; /* NULL: likewise */
    bool has_branch;
    struct uuid branch;
    Pb__MemberStatus status;
    bool is_exempt;
    bool is_activated;
    int32_t devices;
    /* Date of the newest start of the app; 0: never. A date, so that it is written once a day, not with every start. */
    int32_t active_on;
    bool is_active; /* counted as such until `active_on` is PERSON_ACTIVE_DAYS ago */
};

/* What the record says now. */
void person_take(struct person *person, const Pb__DirectoryMember *record);
/* A start of the app; an older one changes nothing. */
void person_take_start(struct person *person, int32_t date, int32_t today);
bool person_is_counted(const struct person *person); /* he has a branch to count in */
struct total_counts person_count(const struct person *person);
/* Whether a document reaches both alike: by branch and positions. */
bool person_reached_alike(const struct person *a, const struct person *b);
bool person_same_adoption(const struct person *a, const struct person *b);

#endif
