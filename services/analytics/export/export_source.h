/* Asking services on this machine for what a person may see, as the gateway does: POST /query on their Unix sockets, of
 * several instances the first that takes it. Each worker blocks for its own answer. */
#ifndef SOTAY_ANALYTICS_EXPORT_SOURCE_H
#define SOTAY_ANALYTICS_EXPORT_SOURCE_H

#include "common/http/http_client.h"
#include "services/analytics/export/export.h"

struct export_source {
    struct http_client *client;
    const char *sockets; /* folder of <name>.sock, <name>-2.sock … */
    int64_t instances;   /* of each service */
};

struct export_asked {
    const Pb__Scope *scope;
    const char *correlation_id;
    int64_t clock_offset_us; /* of a demo build; 0: none */
};
/* *ret_answer is a message of the question's type `answer`, owned by ctx. Errors are the service's, or ERR_UNAVAILABLE,
 * ERR_TIMEOUT, ERR_MALFORMED. */
MUST_CHECK enum err export_source_ask(const struct export_source *source, TALLOC_CTX *ctx,
                                      const struct export_question *question, const struct export_asked *asked,
                                      ProtobufCMessage **ret_answer);

#endif
