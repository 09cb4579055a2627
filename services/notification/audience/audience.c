#include "services/notification/audience/audience.h"

#include "common/base/array.h"
#include "common/base/mem.h"

static const int32_t MEMBERS[] = {PB__ROLE__ROLE_MEMBER};
static const int32_t HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};
static const int32_t COMMITTEE[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY,
                                    PB__ROLE__ROLE_COMMITTEE_MEMBER};

static enum err read_ids(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData data[], const struct uuid **ret_ids)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n);
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(data[i], &ids[i]))
            return ERR_MALFORMED;
    *ret_ids = ids;
    return ERR_OK;
}

enum err audience_read(TALLOC_CTX *ctx, const Pb__Audience *said, struct audience *ret_audience)
{
    int32_t *roles = mem_array(ctx, int32_t, said->n_roles);
    for (size_t i = 0; i < said->n_roles; i++)
        roles[i] = (int32_t)said->roles[i];
    struct audience audience = {.n_organizations = said->n_organization_ids,
                                .subtree = said->subtree,
                                .roles = roles,
                                .n_roles = said->n_roles,
                                .n_members = said->n_member_ids};
    if (read_ids(ctx, said->n_organization_ids, said->organization_ids, &audience.organizations) ||
        read_ids(ctx, said->n_member_ids, said->member_ids, &audience.members))
        return ERR_MALFORMED;
    *ret_audience = audience;
    return ERR_OK;
}

/* Those of one organisation who have one of these roles there. */
static struct audience of_roles(TALLOC_CTX *ctx, const struct uuid *organization, const int32_t roles[], size_t n_roles)
{
    return (struct audience){.organizations = mem_copy(ctx, organization, sizeof *organization),
                             .n_organizations = 1,
                             .roles = roles,
                             .n_roles = n_roles,
                             .has_within = true,
                             .within = *organization};
}

struct audience audience_of_heads(TALLOC_CTX *ctx, const struct uuid *organization)
{
    return of_roles(ctx, organization, HEADS, ARRAY_LENGTH(HEADS));
}

enum err audience_of_members(TALLOC_CTX *ctx, const struct uuid *organization, size_t n,
                             const ProtobufCBinaryData ids[], struct audience *ret_audience)
{
    struct audience audience = {.n_members = n, .has_within = true, .within = *organization};
    if (read_ids(ctx, n, ids, &audience.members))
        return ERR_MALFORMED;
    *ret_audience = audience;
    return ERR_OK;
}

enum err audience_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct audience *ret_audience)
{
    struct uuid organization;
    if (uuid_from_pb(facts->organization_id, &organization))
        return ERR_MALFORMED;
    switch (facts->participants) {
    case PB__PARTICIPANTS__PARTICIPANTS_NAMED:
        return audience_of_members(ctx, &organization, facts->n_participant_ids, facts->participant_ids, ret_audience);
    case PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE:
        *ret_audience = of_roles(ctx, &organization, COMMITTEE, ARRAY_LENGTH(COMMITTEE));
        return ERR_OK;
    default: *ret_audience = of_roles(ctx, &organization, MEMBERS, ARRAY_LENGTH(MEMBERS)); return ERR_OK;
    }
}
