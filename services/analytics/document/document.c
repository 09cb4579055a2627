#include "services/analytics/document/document.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include <string.h>

static const struct uuid *ids_of(TALLOC_CTX *ctx, const ProtobufCBinaryData from[], size_t n, size_t *ret_n)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n + 1);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(from[i], &ids[*ret_n]) == ERR_OK)
            (*ret_n)++;
    return ids;
}

static void take_audience(TALLOC_CTX *ctx, struct document_audience *to, const Pb__Audience *from)
{
    int32_t *roles = mem_array(ctx, int32_t, from->n_roles + 1);
    to->organizations = ids_of(ctx, from->organization_ids, from->n_organization_ids, &to->n_organizations);
    to->members = ids_of(ctx, from->member_ids, from->n_member_ids, &to->n_members);
    to->subtree = from->subtree;
    to->whole = from->n_roles == 0;
    to->roles = roles;
    for (size_t i = 0; i < from->n_roles; i++) {
        roles[to->n_roles++] = (int32_t)from->roles[i];
        to->whole = to->whole || from->roles[i] == PB__ROLE__ROLE_MEMBER; /* everyone is a member too */
    }
}

void document_take(TALLOC_CTX *ctx, struct document *document, const Pb__DocumentFacts *facts,
                   const struct uuid *organization, int64_t now_us)
{
    *document = (struct document){
        .version = facts->version,
        .organization = *organization,
        .month = facts->has_month ? facts->month : clock_local_month(now_us),
        .is_published = facts->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED &&
                        facts->classification != PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED,
    };
    take_audience(ctx, &document->audience, facts->audience);
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
    const struct document_audience *x = &a->audience, *y = &b->audience;
    if (!a->is_published && !b->is_published)
        return true;
    return a->is_published == b->is_published && a->month == b->month && x->subtree == y->subtree &&
           x->whole == y->whole &&
           same(x->organizations, x->n_organizations, y->organizations, y->n_organizations, sizeof *x->organizations) &&
           same(x->roles, x->n_roles, y->roles, y->n_roles, sizeof *x->roles) &&
           same(x->members, x->n_members, y->members, y->n_members, sizeof *x->members);
}
