#include "services/directory/set.h"

#include "common/base/mem.h"
#include "common/base/uuid_map.h"
#include "services/directory/store.h"

struct directory_set {
    struct uuid_map *orgs, *people;           /* wanted: NULL; found: the organisation or person */
    struct uuid_map *placed;                  /* of the people: whose organisations are wanted too */
    struct pg_result *org_rows, *people_rows; /* NULL: nothing was wanted */
};

struct directory_set *directory_set_new(TALLOC_CTX *ctx)
{
    struct directory_set *set = mem_new(ctx, struct directory_set);
    set->orgs = uuid_map_new(set);
    set->people = uuid_map_new(set);
    set->placed = uuid_map_new(set);
    return set;
}

void directory_set_want_org(struct directory_set *set, const struct uuid *id)
{
    uuid_map_name(set->orgs, id);
}

void directory_set_want_record(struct directory_set *set, const struct uuid *id)
{
    uuid_map_name(set->people, id);
}

void directory_set_want_person(struct directory_set *set, const struct uuid *id)
{
    uuid_map_name(set->people, id);
    uuid_map_name(set->placed, id);
}

void directory_set_load(struct directory_set *set, struct pg *pg)
{
    size_t n_orgs = uuid_map_size(set->orgs), n_people = uuid_map_size(set->people),
           n_placed = uuid_map_size(set->placed);
    if (n_orgs + n_placed > 0)
        set->org_rows = directory_store_queue_orgs(pg, set, uuid_map_ids(set->orgs), n_orgs, uuid_map_ids(set->placed),
                                                   n_placed);
    if (n_people > 0)
        set->people_rows = directory_store_queue_people(pg, set, uuid_map_ids(set->people), n_people);
}

static enum err read_person(struct directory_set *set, size_t row)
{
    struct directory_person *person = mem_new(set, struct directory_person);
    person->id = pg_get_uuid(set->people_rows, row, 0);
    person->full_name = pg_get_text(set, set->people_rows, row, 1);
    person->record = (const Pb__DirectoryMember *)directory_store_read_record(set, set->people_rows, row);
    uuid_map_put(set->people, &person->id, person);
    return person->record ? ERR_OK : ERR_INTERNAL; /* our own bytes */
}

enum err directory_set_loaded(struct directory_set *set)
{
    for (size_t i = 0; set->org_rows && i < pg_rows(set->org_rows); i++) {
        struct directory_org *org = mem_new(set, struct directory_org);
        directory_store_read_org(set, set->org_rows, i, org);
        uuid_map_put(set->orgs, &org->id, org);
    }
    enum err err = ERR_OK;
    for (size_t i = 0; !err && set->people_rows && i < pg_rows(set->people_rows); i++)
        err = read_person(set, i);
    return err;
}

const struct directory_org *directory_set_org(const struct directory_set *set, const struct uuid *id)
{
    return uuid_map_get(set->orgs, id);
}

const struct directory_person *directory_set_person(const struct directory_set *set, const struct uuid *id)
{
    return uuid_map_get(set->people, id);
}

/* --- what the set answers ----------------------------------------------------------------------------------------- */

bool directory_knows(const struct directory_set *set, const struct directory_person *person,
                     const struct directory_org *org, int64_t at_us)
{
    if (!person)
        return false;
    if (directory_standing(person, org, at_us) & ~(unsigned)STANDING_ABOVE)
        return true;
    const Pb__DirectoryMember__Interval *now = directory_interval(person->record, at_us);
    if (!now || now->status == PB__MEMBER_STATUS__MEMBER_STATUS_LEFT)
        return false;
    struct uuid branch = uuid_or_zero(now->branch_id);
    const struct directory_org *own = directory_set_org(set, &branch);
    return own && directory_org_is_within(own, &org->id);
}
