#include "services/document/reach/reach.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/reach.h"

static const Pb__Role HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};
static const Pb__Role OFFICERS[] = {PB__ROLE__ROLE_OFFICER};

static void add_audience(TALLOC_CTX *ctx, const struct audience *audience, const struct uuid covered[], size_t n,
                         Pb__Reach *reach)
{
    size_t n_roles = audience_asks_no_role(audience) ? 0 : audience->n_roles;
    Pb__Role *roles = mem_array(ctx, Pb__Role, n_roles);
    for (size_t i = 0; i < n_roles; i++)
        roles[i] = (Pb__Role)audience->roles[i];
    reach_add_places(ctx, reach, covered, n, roles, n_roles);
}

static void add_issuer(TALLOC_CTX *ctx, const struct uuid *organization, Pb__Reach *reach)
{
    reach_add_places(ctx, reach, organization, 1, HEADS, ARRAY_LENGTH(HEADS));
    reach_add_places(ctx, reach, organization, 1, OFFICERS, ARRAY_LENGTH(OFFICERS));
}

/* Once it is no draft, and not restricted: audience_may_read. */
static void add_readers(TALLOC_CTX *ctx, const struct document *document, const struct uuid covered[], size_t n,
                        Pb__Reach *reach)
{
    reach->everyone = document->classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC;
    add_audience(ctx, &document->audience, covered, n, reach);
    add_issuer(ctx, &document->organization, reach);
}

static void add_keepers(TALLOC_CTX *ctx, const struct document *document, const struct uuid path[], size_t n,
                        Pb__Reach *reach)
{
    reach_add_keepers(ctx, reach, &document->organization, 1, HEADS, ARRAY_LENGTH(HEADS));
    reach_add_keepers(ctx, reach, path, n, OFFICERS, ARRAY_LENGTH(OFFICERS));
    reach->n_keeper_ids = 1;
    reach->keeper_ids = uuids_to_pb(ctx, &document->author, 1);
}

static void add_named(TALLOC_CTX *ctx, const struct audience *audience, Pb__Reach *reach)
{
    reach->n_member_ids = audience->n_members;
    reach->member_ids = uuids_to_pb(ctx, audience->members, audience->n_members);
}

Pb__Reach *document_reach(TALLOC_CTX *ctx, const struct document *document, const struct uuid path[], size_t n_path,
                          const struct uuid covered[], size_t n_covered)
{
    Pb__Reach *reach = reach_new(ctx, &document->id, document->version);
    bool is_draft = document->state == PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT;
    add_keepers(ctx, document, path, n_path, reach);
    reach->keepers_only = is_draft || document->is_hidden;
    if (document_is_restricted(document) || !is_draft)
        add_named(ctx, &document->audience, reach);
    if (is_draft && !document_is_restricted(document))
        reach->everyone = true; /* of its keepers */
    else if (!document_is_restricted(document))
        add_readers(ctx, document, covered, n_covered, reach);
    return reach;
}
