/* SQL of agenda templates (schema/012_prepared.sql). Everything queues on the pipeline; results are read after the
 * caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_TEMPLATE_STORE_H
#define SOTAY_MEETING_TEMPLATE_STORE_H

#include "common/base/keyset.h"
#include "services/meeting/prepared/prepared_set.h"
#include "services/meeting/template/template.h"

/* For a batch: struct agenda_template. */
extern const struct prepared_kind TEMPLATE_KIND;

struct agenda_template *template_store_read_all(TALLOC_CTX *ctx, const struct pg_result *rows);

struct template_filter {
    const struct uuid *organization; /* NULL: any */
    const struct uuid *id;           /* NULL: any */
    bool has_after;
    struct keyset after; /* the last template of the page before */
    int64_t limit;
};
/* Oldest first; of organisations that are the scope's to prepare for. */
struct pg_result *template_store_queue(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct template_filter *filter);

#endif
