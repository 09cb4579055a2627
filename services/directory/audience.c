#include "services/directory/audience.h"

#include "common/base/mem.h"

/* --- the record --------------------------------------------------------------------------------------------------- */

static enum err ids_from_pb(TALLOC_CTX *ctx, size_t n, const ProtobufCBinaryData *said, const struct uuid **ret_ids)
{
    struct uuid *ids = mem_array(ctx, struct uuid, n);
    for (size_t i = 0; i < n; i++)
        if (uuid_from_pb(said[i], &ids[i]))
            return ERR_MALFORMED;
    *ret_ids = ids;
    return ERR_OK;
}

enum err audience_from_pb(TALLOC_CTX *ctx, const Pb__Audience *said, struct audience *ret_audience)
{
    struct audience audience = {.n_organizations = 0};
    if (!said) {
        *ret_audience = audience;
        return ERR_OK;
    }
    int32_t *roles = mem_array(ctx, int32_t, said->n_roles);
    for (size_t i = 0; i < said->n_roles; i++)
        roles[i] = (int32_t)said->roles[i];
    audience.n_organizations = said->n_organization_ids;
    audience.subtree = said->subtree;
    audience.roles = roles;
    audience.n_roles = said->n_roles;
    audience.n_members = said->n_member_ids;
    enum err err = ids_from_pb(ctx, said->n_organization_ids, said->organization_ids, &audience.organizations);
    if (!err)
        err = ids_from_pb(ctx, said->n_member_ids, said->member_ids, &audience.members);
    if (!err)
        *ret_audience = audience;
    return err;
}

Pb__Audience *audience_to_pb(TALLOC_CTX *ctx, const struct audience *audience)
{
    Pb__Audience *view = mem_new(ctx, Pb__Audience);
    pb__audience__init(view);
    view->n_organization_ids = audience->n_organizations;
    view->organization_ids = uuids_to_pb(ctx, audience->organizations, audience->n_organizations);
    view->has_subtree = true;
    view->subtree = audience->subtree;
    view->n_roles = audience->n_roles;
    view->roles = mem_array(ctx, Pb__Role, audience->n_roles);
    for (size_t i = 0; i < audience->n_roles; i++)
        view->roles[i] = (Pb__Role)audience->roles[i];
    view->n_member_ids = audience->n_members;
    view->member_ids = uuids_to_pb(ctx, audience->members, audience->n_members);
    return view;
}

/* --- whom it holds ------------------------------------------------------------------------------------------------ */

static bool lists(const struct uuid *ids, size_t n, const struct uuid *id)
{
    for (size_t i = 0; i < n; i++)
        if (uuid_equal(&ids[i], id))
            return true;
    return false;
}

bool audience_names(const struct audience *audience, const struct uuid *member)
{
    return lists(audience->members, audience->n_members, member);
}

static bool asks(const struct audience *audience, Pb__Role role)
{
    for (size_t i = 0; i < audience->n_roles; i++)
        if (audience->roles[i] == (int32_t)role || audience->roles[i] == PB__ROLE__ROLE_MEMBER) /* all are members */
            return true;
    return audience->n_roles == 0;
}

bool audience_asks_no_role(const struct audience *audience)
{
    return asks(audience, PB__ROLE__ROLE_MEMBER);
}

static bool covers(const struct directory_set *set, const struct audience *audience, const struct uuid *organization)
{
    if (lists(audience->organizations, audience->n_organizations, organization))
        return true;
    const struct directory_org *org = audience->subtree ? directory_set_org(set, organization) : NULL;
    for (size_t i = 0; org && i < org->n_path; i++)
        if (lists(audience->organizations, audience->n_organizations, &org->path[i]))
            return true;
    return false;
}

static bool holds_place(const struct directory_set *set, const struct audience *audience, Pb__Role role,
                        ProtobufCBinaryData organization)
{
    struct uuid id;
    return asks(audience, role) && uuid_from_pb(organization, &id) == ERR_OK && covers(set, audience, &id);
}

static const Pb__DirectoryMember__Interval *membership(const struct directory_person *person, int64_t at_us)
{
    const Pb__DirectoryMember__Interval *now = person ? directory_interval(person->record, at_us) : NULL;
    return now && now->status != PB__MEMBER_STATUS__MEMBER_STATUS_LEFT ? now : NULL;
}

bool audience_holds(const struct directory_set *set, const struct audience *audience,
                    const struct directory_person *person, int64_t at_us)
{
    const Pb__DirectoryMember__Interval *now = membership(person, at_us);
    if (!now)
        return false;
    const Pb__DirectoryMember *record = person->record;
    bool holds = holds_place(set, audience, PB__ROLE__ROLE_MEMBER, now->branch_id);
    for (size_t i = 0; !holds && i < record->n_positions; i++)
        holds = directory_position_holds(record->positions[i], at_us) &&
                holds_place(set, audience, record->positions[i]->role, record->positions[i]->organization_id);
    return holds;
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

struct audience_reader audience_reader_of(const struct directory_set *set, const struct directory_person *person,
                                          const struct directory_org *issuer, const struct uuid *author,
                                          const struct audience *audience, int64_t at_us)
{
    if (!membership(person, at_us))
        return (struct audience_reader){.is_member = false};
    return (struct audience_reader){
        .is_member = true,
        .standing = directory_standing(person, issuer, at_us),
        .is_addressed = audience_holds(set, audience, person, at_us),
        .is_named = audience_names(audience, &person->id),
        .is_author = uuid_equal(author, &person->id),
    };
}

bool audience_keeps(unsigned standing)
{
    return standing & (STANDING_HEAD | STANDING_OFFICER);
}

bool audience_may_read(Pb__Classification classification, bool is_draft, const struct audience_reader *reader)
{
    bool keeps = audience_keeps(reader->standing);
    if (classification == PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED)
        return (keeps && (reader->is_author || reader->is_named)) || (!is_draft && reader->is_named);
    if (is_draft)
        return keeps;
    if (classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC && reader->is_member)
        return true;
    return reader->is_addressed || reader->is_named || (reader->standing & (STANDING_HEAD | STANDING_OFFICER_HERE)) ||
           (keeps && reader->is_author);
}
