/* Answers of calls that wait until Kafka has what the calls said (service.h, `said`): one thread asks for all of them,
 * so that no query's worker waits. An answer past its time becomes outcome_unknown. Any thread adds. */
#ifndef SOTAY_COMMON_SERVICE_LATE_H
#define SOTAY_COMMON_SERVICE_LATE_H

#include "common/http/http_server.h"
#include "common/service/service.h"

struct late_answers;
MUST_CHECK enum err service_late_start(struct service *service, struct late_answers **ret_late);
/* Takes ctx, which owns the packed QueryReply, and replies to the request once no row of the commit, or of one before
 * it, is unannounced. */
void service_late_add(struct late_answers *late, TALLOC_CTX *ctx, struct http_request *request, int64_t commit,
                      ProtobufCBinaryData packed);
void service_late_stop(struct late_answers *late); /* nothing is added any more */

#endif
