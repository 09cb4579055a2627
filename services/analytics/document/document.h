/* What a document counts as, and whom it is addressed to (ACCESS.md). Pure: no I/O, no clock. */
#ifndef SOTAY_ANALYTICS_DOCUMENT_H
#define SOTAY_ANALYTICS_DOCUMENT_H

#include "common/base/uuid.h"
#include "services/analytics/counts/counted.h"
#include "sotay/v1/document.pb-c.h"
#include <stdbool.h>
#include <talloc.h>

/* Organisations, with their subtrees if so, with roles; and named members. Borrowed. */
struct document_audience {
    const struct uuid *organizations;
    size_t n_organizations;
    bool subtree;
    bool whole; /* every member of the organisations, not only those with a role */
    const int32_t *roles;
    size_t n_roles;
    const struct uuid *members;
    size_t n_members;
};

struct document {
    uint64_t version; /* 0: not known */
    struct uuid organization;
    int32_t month;     /* of publication */
    bool is_published; /* a restricted one never is: whoever may not see it does not find it in counts either */
    struct document_audience audience;
};

/* ids that are none are left out. `now_us`: where the facts name no month. Lists are owned by ctx. */
void document_take(TALLOC_CTX *ctx, struct document *document, const Pb__DocumentFacts *facts,
                   const struct uuid *organization, int64_t now_us);
struct month_counts document_count(const struct document *document);
/* Whether both count for the same people in the same month. */
bool document_same_readers(const struct document *a, const struct document *b);

#endif
