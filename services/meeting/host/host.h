/* The organisation that meets. Its contact, counts and rules are known where an answer shows them, or a command needs
 * them. */
#ifndef SOTAY_MEETING_HOST_H
#define SOTAY_MEETING_HOST_H

#include "services/directory/rules.h"

struct meeting_host {
    struct directory_org org;
    const char *contact_name, *contact_phone; /* or NULL */
    int64_t members, heads, committee;
    const Pb__DirectoryRules *rules; /* said by all on its path; NULL: nothing was */
};

#endif
