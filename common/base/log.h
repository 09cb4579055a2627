/* Logging: one logfmt line per event on stderr: time level service event correlation_id, then the caller's pairs. Any
 * thread. Log once, where the error is handled. Secrets and members' names never go in.
 *
 *     log_info("listening", "address=%s", address);
 *     log_error("commit_failed", "err=%s detail=\"%s\"", err_word(err), detail);   values with spaces in quotes
 */
#ifndef SOTAY_COMMON_LOG_H
#define SOTAY_COMMON_LOG_H

#include "common/base/err.h"

void log_init(const char *service, enum log_level least);
void log_event(enum log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The correlation id of what this thread handles now; NULL clears. Copied (64 bytes at most). */
void log_set_correlation(const char *correlation_id);

#define log_debug(event, ...) log_event(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_event(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_event(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_event(LOG_LEVEL_ERROR, event, __VA_ARGS__)

#endif
