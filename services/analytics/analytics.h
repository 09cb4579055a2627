/* The rules of counting. A fact counts in one place: an organisation, or an organisation's month. A change adds what
 * the fact counts as now and takes away what it counted as before; so repeated and reordered events end in the same
 * numbers. Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_ANALYTICS_H
#define SOTAY_ANALYTICS_ANALYTICS_H

#include "services/directory/directory.h"
#include "sotay/v1/analytics.pb-c.h"
#include "sotay/v1/document.pb-c.h"
#include "sotay/v1/meeting.pb-c.h"
#include <stdbool.h>

#define ANALYTICS_ACTIVE_DAYS 30
#define ANALYTICS_OLDEST_US (45 * CLOCK_DAY_US)

/* --- what is counted ---------------------------------------------------------------------------------------------- */

/* Of an organisation by itself in a month; in the order of own_month's columns. */
enum analytics_month_field {
    MONTH_REGISTERED,
    MONTH_ON_TIME,
    MONTH_HELD,
    MONTH_CANCELLED,
    MONTH_REGULAR,      /* registered regular meetings: one or more make a branch registered */
    MONTH_REGULAR_HELD, /* likewise */
    MONTH_PUBLISHED,
    MONTH_READ,
    MONTH_COMMENTS,
    MONTH_FIELDS
};
struct analytics_month {
    int32_t n[MONTH_FIELDS];
};

/* Of an organisation by itself; in the order of own_total's columns. */
enum analytics_total_field {
    TOTAL_MEMBERS,
    TOTAL_EXEMPT,
    TOTAL_ATTENDANCE_BASE,
    TOTAL_ACTIVATED,
    TOTAL_INSTALLED,
    TOTAL_ACTIVE_30D,
    TOTAL_FIELDS
};
struct analytics_total {
    int32_t n[TOTAL_FIELDS];
};

/* --- facts -------------------------------------------------------------------------------------------------------- */

struct analytics_meeting {
    uint64_t version; /* 0: not known */
    struct uuid organization;
    int32_t month;
    Pb__MeetingKind kind;
    Pb__MeetingState state;
    bool is_registered, is_on_time;
};
void analytics_take_meeting(struct analytics_meeting *meeting, const Pb__MeetingFacts *facts,
                            const struct uuid *organization);
struct analytics_month analytics_count_meeting(const struct analytics_meeting *meeting);

/* Whom a document is addressed to (ACCESS.md): organisations, with their subtrees if so, with roles; and named members.
 * Borrowed. */
struct analytics_audience {
    const struct uuid *organizations;
    size_t n_organizations;
    bool subtree;
    bool whole; /* every member of the organisations, not only those with a role */
    const int32_t *roles;
    size_t n_roles;
    const struct uuid *members;
    size_t n_members;
};
struct analytics_document {
    uint64_t version; /* 0: not known */
    struct uuid organization;
    int32_t month;     /* of publication */
    bool is_published; /* a restricted one never is: whoever may not see it does not find it in counts either */
    struct analytics_audience audience;
};
/* ids that are none are left out. `now_us`: where the facts name no month. */
void analytics_take_document(TALLOC_CTX *ctx, struct analytics_document *document, const Pb__DocumentFacts *facts,
                             const struct uuid *organization, int64_t now_us);
struct analytics_month analytics_count_document(const struct analytics_document *document);
/* Whether both count for the same people in the same month. */
bool analytics_same_readers(const struct analytics_document *a, const struct analytics_document *b);

struct analytics_member {
    uint64_t version;                  /* of the directory; 0: it has not told of him yet */
    const Pb__DirectoryMember *record; /* NULL: likewise */
    bool has_branch;
    struct uuid branch;
    Pb__MemberStatus status;
    bool is_exempt;
    bool is_activated;
    int32_t devices;
    int32_t
        /* date of the newest start of the app; 0: never. A date, so that it is written once a day, not with every
         * start */
        active_on;
    bool is_active; /* counted as such until `active_on` is ANALYTICS_ACTIVE_DAYS ago */
};
/* What the record says now. */
void analytics_take_member(struct analytics_member *member, const Pb__DirectoryMember *record);
/* A start of the app; an older one changes nothing. */
void analytics_take_start(struct analytics_member *member, int32_t date, int32_t today);
bool analytics_is_counted(const struct analytics_member *member); /* he has a branch to count in */
struct analytics_total analytics_count_member(const struct analytics_member *member);
/* Whether a document reaches both alike: by branch and positions. */
bool analytics_same_places(const struct analytics_member *a, const struct analytics_member *b);

struct analytics_reading {
    bool is_known;
    Pb__SubjectType type;
    int64_t at_us;   /* the earliest that was told */
    bool has_branch; /* false: its reader's branch at that time is not known yet */
    struct uuid branch;
};
/* A reading that lies in the future counts as now, one of long ago as that: phones' clocks are wrong. */
int64_t analytics_at(int64_t claimed_at_us, int64_t now_us);
/* The branch that the member was in; before his first, that one: phones' clocks are wrong. False: none, or not known
 * (NULL). */
bool analytics_branch_at(const Pb__DirectoryMember *record, int64_t at_us, struct uuid *ret_branch);
struct analytics_month analytics_count_reading(const struct analytics_reading *reading);

/* --- dashboards --------------------------------------------------------------------------------------------------- */

/* As the store's dashboard row gives them. */
struct analytics_counters {
    int64_t members, exempt, attendance_base, organizations, branches, activated, installed, active_30d;
    int64_t registered, on_time, held, cancelled, branches_registered, branches_held;
    int64_t documents_published, documents_audience, documents_read, comments;
};

/* ACCESS.md, dashboard: D, S, K of the organisation itself; O and A over the subtree. */
bool analytics_may_see(unsigned standing);

void analytics_fill_dashboard(TALLOC_CTX *ctx, const struct analytics_counters *counters, Pb__Dashboard *dashboard);

#endif
