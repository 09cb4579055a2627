/* The answer to GetNamedFiles: which files of the blob store a service's rows name, or its dead letters, which may be
 * replayed. A gateway removes what no service names, so the answer fails closed: ERR_UNAVAILABLE while the service is
 * not ready, or has not read the commands that it found when it was first asked since it started, or since its
 * database came back from a backup. (A file that a command has named is kept for longer than commands stay in the
 * queue, whatever is said here: blob_store.h of the gateway.) */
#ifndef SOTAY_COMMON_SERVICE_FILES_H
#define SOTAY_COMMON_SERVICE_FILES_H

#include "common/service/service.h"

/* The spec names an `each` statement, `named_files`: those of $1::bytea[] that rows name, one column. The service's
 * loop of commands is named "commands". Asked by a gateway alone, without a scope. */
extern const struct query_table SERVICE_FILE_QUERIES;

#endif
