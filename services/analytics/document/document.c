#include "services/analytics/document/document.h"

#include "common/base/clock.h"
#include <string.h>

enum err document_take(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, const struct uuid *organization, int64_t now_us,
                       struct document *ret_document)
{
    struct document document = {
        .version = facts->version,
        .organization = *organization,
        .month = facts->has_month ? facts->month : clock_local_month(now_us),
        .is_published = (facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED ||
                         facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED) &&
                        facts->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED,
    };
    enum err err = audience_from_pb(ctx, facts->audience, &document.audience);
    if (!err)
        *ret_document = document;
    return err;
}

struct month_counts document_count(const struct document *document)
{
    struct month_counts counts = {0};
    counts.n[MONTH_DOCUMENTS_PUBLISHED] = document->is_published;
    return counts;
}

static bool same(const void *a, size_t n_a, const void *b, size_t n_b, size_t bytes)
{
    return n_a == n_b && (n_a == 0 || memcmp(a, b, n_a * bytes) == 0);
}

bool document_same_readers(const struct document *a, const struct document *b)
{
    const struct audience *x = &a->audience, *y = &b->audience;
    if (!a->is_published && !b->is_published)
        return true;
    return a->is_published == b->is_published && a->month == b->month && x->subtree == y->subtree &&
           same(x->organizations, x->n_organizations, y->organizations, y->n_organizations, sizeof *x->organizations) &&
           same(x->roles, x->n_roles, y->roles, y->n_roles, sizeof *x->roles) &&
           same(x->members, x->n_members, y->members, y->n_members, sizeof *x->members);
}
