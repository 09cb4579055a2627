/* Whom an audience holds, as of a time: over people and organisations already in memory. */
#include "services/directory/directory.h"

static bool lists(size_t n, const ProtobufCBinaryData *ids, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++) {
        struct uuid listed;
        if (uuid_from_pb(ids[i], &listed) == ERR_OK && uuid_equal(&listed, id))
            return true;
    }
    return false;
}

bool directory_audience_names(const Pb__Audience *audience, const struct uuid *member)
{
    return lists(audience->n_member_ids, audience->member_ids, member);
}

static bool has_role(const Pb__Audience *audience, Pb__Role role)
{
    for (size_t i = 0; i < audience->n_roles; i++)
        if (audience->roles[i] == role || audience->roles[i] == PB__ROLE__ROLE_MEMBER) /* everyone is a member too */
            return true;
    return audience->n_roles == 0;
}

static bool holds_place(const struct directory_set *set, const Pb__Audience *audience, Pb__Role role,
                        ProtobufCBinaryData organization)
{
    struct uuid id;
    if (!has_role(audience, role) || uuid_from_pb(organization, &id))
        return false;
    if (lists(audience->n_organization_ids, audience->organization_ids, &id))
        return true;
    const struct directory_org *org = audience->subtree ? directory_set_org(set, &id) : NULL;
    for (size_t i = 0; org && i < org->n_path; i++)
        if (lists(audience->n_organization_ids, audience->organization_ids, &org->path[i]))
            return true;
    return false;
}

bool directory_audience_holds(const struct directory_set *set, const Pb__Audience *audience,
                              const struct directory_person *person, int64_t at_us)
{
    const Pb__DirectoryMember *record = person->record;
    const Pb__DirectoryMember__Interval *now = directory_interval(record, at_us);
    if (!now || now->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        return false;
    bool holds = holds_place(set, audience, PB__ROLE__ROLE_MEMBER, now->branch_id);
    for (size_t i = 0; !holds && i < record->n_positions; i++)
        holds = directory_position_holds(record->positions[i], at_us) &&
                holds_place(set, audience, record->positions[i]->role, record->positions[i]->organization_id);
    return holds;
}
