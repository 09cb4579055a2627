/* One export, made page by page: may he still? ─▶ a page in his name ─▶ into the file ─▶ cursor and rows in one commit.
 * Killed anywhere, whoever takes it next goes on behind the last commit (CSV), or begins its file anew (XLSX; CSV,
 * where only its end was missing). */
#ifndef SOTAY_ANALYTICS_EXPORT_RUN_H
#define SOTAY_ANALYTICS_EXPORT_RUN_H

#include "services/analytics/export/export_source.h"
#include "services/analytics/export/export_store.h"

struct export_options {
    struct pg *pg; /* the worker's own */
    struct uuid holder;
    const char *folder; /* of the files */
    /* Answers a question; the SQL tests have a list of their own. */
    enum err (*ask)(void *arg, TALLOC_CTX *ctx, const struct export_question *question,
                    const struct export_asked *asked, ProtobufCMessage **ret_answer);
    int64_t (*now_us)(void *arg); /* the service's, with the demo clock's offset */
    bool (*stops)(void *arg);     /* between two pages */
    void *arg;
};
/* Blocks until it is made, *ret_job says what became of it. ERR_OWNER_LOST: it is finished, was stopped, or others hold
 * it. ERR_NOT_ALLOWED, ERR_NOT_FOUND: he may not have the list any more; ERR_LIMIT_REACHED: more rows than a sheet has;
 * ERR_INTERNAL: it failed three times without getting on; whatever was in its way for a day. Then it is finished, and
 * there is no file. Others: it is to be run again, when it has rested. Texts of the job are owned by ctx. */
MUST_CHECK enum err export_run(TALLOC_CTX *ctx, const struct uuid *id, const struct export_options *options,
                               struct export_job *ret_job);

#endif
