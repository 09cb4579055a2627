/* What a document counts as, and whom it is addressed to (ACCESS.md). Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_DOCUMENT_H
#define SOTAY_ANALYTICS_DOCUMENT_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "services/directory/audience.h"
#include "sotay/v1/document.pb-c.h"

struct document {
    uint64_t version; /* 0: not known */
    struct uuid organization;
    int32_t month;            /* of publication */
    bool is_published;        /* a restricted one never is: whoever may not see it does not find it in counts either */
    struct audience audience; /* borrowed */
};

/* ERR_MALFORMED: an id is none. `now_us`: where the facts name no month. Lists are owned by ctx. */
MUST_CHECK enum err document_take(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, const struct uuid *organization,
                                  int64_t now_us, struct document *ret_document);
struct month_counts document_count(const struct document *document);
/* Whether both count for the same people in the same month. */
bool document_same_readers(const struct document *a, const struct document *b);

#endif
