/* Errors: one enum, one table (proto/errors.def). A function that can fail returns `enum err`; the table says what each
 * means to a client (HTTP status, word, texts), to the queue (disposition) and to the log (level). Nobody else decides
 * that. Pure data, any thread. */
#ifndef SOTAY_COMMON_ERR_H
#define SOTAY_COMMON_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))

#define ERROR(name, ...) ERR_##name,
enum err {
#include "errors.def"
    ERR_COUNT
};
#undef ERROR

enum disposition { DISPOSITION_DONE, DISPOSITION_REJECT, DISPOSITION_RETRY, DISPOSITION_FAULT };
enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

struct err_info {
    const char *word; /* stable, public */
    int http_status;
    enum disposition disposition;
    enum log_level level;
    const char *text_vi;
    const char *text_en;
};

/* Never NULL; an unknown number reads as ERR_INTERNAL. */
const struct err_info *err_info(enum err err);

/* The word, as `err_info(err)->word`. */
const char *err_word(enum err err);

/* The first error with this word; ERR_INTERNAL if there is none. */
enum err err_from_word(const char *word);

#endif
