/* The organisation that meets. Its contact and counts are known where an answer shows them. */
#ifndef SOTAY_MEETING_HOST_H
#define SOTAY_MEETING_HOST_H

#include "services/directory/directory.h"

struct meeting_host {
    struct directory_org org;
    const char *contact_name, *contact_phone; /* or NULL */
    int64_t members, heads, committee;
};

#endif
