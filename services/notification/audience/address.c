#include "services/notification/audience/address.h"

#include "common/base/array.h"
#include "common/base/mem.h"

static const int32_t MEMBERS[] = {PB__ROLE__ROLE_MEMBER};
static const int32_t HEADS[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY};
static const int32_t COMMITTEE[] = {PB__ROLE__ROLE_DEPUTY_SECRETARY, PB__ROLE__ROLE_SECRETARY,
                                    PB__ROLE__ROLE_COMMITTEE_MEMBER};

enum err address_read(TALLOC_CTX *ctx, const Pb__Audience *said, struct address *ret_address)
{
    struct address address = {.has_within = false};
    enum err err = audience_from_pb(ctx, said, &address.audience);
    if (!err)
        *ret_address = address;
    return err;
}

/* Those of one organisation who have one of these roles there. */
static struct address of_roles(TALLOC_CTX *ctx, const struct uuid *organization, const int32_t roles[], size_t n_roles)
{
    return (struct address){.audience = {.organizations = mem_copy(ctx, organization, sizeof *organization),
                                         .n_organizations = 1,
                                         .roles = roles,
                                         .n_roles = n_roles},
                            .has_within = true,
                            .within = *organization};
}

struct address address_of_heads(TALLOC_CTX *ctx, const struct uuid *organization)
{
    return of_roles(ctx, organization, HEADS, ARRAY_LENGTH(HEADS));
}

/* OK, or an id is none. */
static enum err read_ids(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData ids[], const struct uuid **ret_ids)
{
    struct uuid *read = mem_array(ctx, struct uuid, n);
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(ids[i], &read[i]))
            return ERR_MALFORMED;
    *ret_ids = read;
    return ERR_OK;
}

enum err address_of_heads_of(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData organizations[],
                             struct address *ret_address)
{
    const struct uuid *ids;
    if (read_ids(ctx, n, organizations, &ids))
        return ERR_MALFORMED;
    *ret_address = (struct address){
        .audience = {.organizations = ids, .n_organizations = n, .roles = HEADS, .n_roles = ARRAY_LENGTH(HEADS)}};
    return ERR_OK;
}

enum err address_of_members(TALLOC_CTX *ctx, const struct uuid *organization, size_t n, const ProtobufCBinaryData ids[],
                            struct address *ret_address)
{
    const struct uuid *members;
    if (read_ids(ctx, n, ids, &members))
        return ERR_MALFORMED;
    *ret_address = (struct address){
        .audience = {.members = members, .n_members = n}, .has_within = true, .within = *organization};
    return ERR_OK;
}

enum err address_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct address *ret_address)
{
    struct uuid organization;
    if (uuid_from_pb(facts->organization_id, &organization))
        return ERR_MALFORMED;
    switch (facts->participants) {
    case PB__PARTICIPANTS__PARTICIPANTS_NAMED:
        return address_of_members(ctx, &organization, facts->n_participant_ids, facts->participant_ids, ret_address);
    case PB__PARTICIPANTS__PARTICIPANTS_COMMITTEE:
        *ret_address = of_roles(ctx, &organization, COMMITTEE, ARRAY_LENGTH(COMMITTEE));
        return ERR_OK;
    default: *ret_address = of_roles(ctx, &organization, MEMBERS, ARRAY_LENGTH(MEMBERS)); return ERR_OK;
    }
}
