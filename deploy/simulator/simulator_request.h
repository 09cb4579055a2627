/* A request to the push simulator, whichever protocol brought it, and its answer. */
#ifndef SOTAY_SIMULATOR_REQUEST_H
#define SOTAY_SIMULATOR_REQUEST_H

#include <stddef.h>

struct simulator_request { /* borrowed; a field that was not sent is NULL or "" */
    const char *method, *path, *authority, *authorization, *content_type, *content_encoding;
    const char *ttl, *topic, *urgency; /* of Web Push */
    const void *body;
    size_t body_bytes;
};
struct simulator_answer {
    int status;
    int retry_after_s;
    const char *json;
};

#endif
