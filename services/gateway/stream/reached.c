#include "services/gateway/stream/reached.h"

#include "common/base/mem.h"
#include <stdlib.h>

/* Sorted, so that one of 17,000 is found in a few steps. */
struct ids {
    struct uuid *items;
    size_t n;
};

enum { PLACES_MOST = 8 };
struct places {
    struct ids organizations;
    unsigned roles; /* 1 << PB__ROLE__…; 0: any place */
};
struct all_places {
    struct places items[PLACES_MOST];
    size_t n;
};

struct reached {
    uint64_t version;
    bool everyone, keepers_only;
    struct all_places places, keepers;
    struct ids members, keeping;
    size_t bytes;
};

/* --- making ------------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return uuid_compare(a, b);
}

static bool take_ids(struct reached *reach, const ProtobufCBinaryData *said, size_t n, struct ids *ret)
{
    ret->items = mem_array(reach, struct uuid, n);
    for (ret->n = 0; ret->n < n; ret->n++)
        if (uuid_from_pb(said[ret->n], &ret->items[ret->n]))
            return false;
    if (n > 1)
        qsort(ret->items, n, sizeof *ret->items, compare);
    reach->bytes += n * sizeof *ret->items;
    return true;
}

static bool take_places(struct reached *reach, Pb__Reach__Places *const *said, size_t n, struct all_places *ret)
{
    if (n > PLACES_MOST)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct places *places = &ret->items[ret->n++];
        for (size_t j = 0; j < said[i]->n_roles; j++)
            places->roles |= 1U << said[i]->roles[j];
        if (!take_ids(reach, said[i]->organization_ids, said[i]->n_organization_ids, &places->organizations))
            return false;
    }
    return true;
}

struct reached *reached_new(const Pb__Reach *said)
{
    struct reached *reach = mem_new(NULL, struct reached);
    reach->version = said->version;
    reach->everyone = said->everyone;
    reach->keepers_only = said->keepers_only;
    reach->bytes = sizeof *reach;
    if (take_places(reach, said->places, said->n_places, &reach->places) &&
        take_places(reach, said->keepers, said->n_keepers, &reach->keepers) &&
        take_ids(reach, said->member_ids, said->n_member_ids, &reach->members) &&
        take_ids(reach, said->keeper_ids, said->n_keeper_ids, &reach->keeping))
        return reach;
    mem_free(reach);
    return NULL;
}

/* --- asking ------------------------------------------------------------------------------------------------------- */

static bool lists(const struct ids *ids, const struct uuid *id)
{
    return ids->n > 0 && bsearch(id, ids->items, ids->n, sizeof *ids->items, compare);
}

static bool is_place(const struct places *places, Pb__Role role, const struct uuid *organization)
{
    return (places->roles == 0 || (places->roles >> role & 1)) && lists(&places->organizations, organization);
}

static bool is_in(const struct all_places *all, const struct viewer *viewer)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct places *places = &all->items[i];
        if (viewer->has_branch && is_place(places, PB__ROLE__ROLE_MEMBER, &viewer->branch))
            return true;
        for (size_t j = 0; j < viewer->n_grants; j++)
            if (is_place(places, viewer->grants[j].role, &viewer->grants[j].organization))
                return true;
    }
    return false;
}

bool reached_holds(const struct reached *reach, const struct viewer *viewer)
{
    if (reach->keepers_only && !is_in(&reach->keepers, viewer))
        return false;
    return (reach->everyone && viewer->has_branch) || is_in(&reach->places, viewer) ||
           lists(&reach->members, &viewer->member) ||
           (lists(&reach->keeping, &viewer->member) && is_in(&reach->keepers, viewer));
}

uint64_t reached_version(const struct reached *reach)
{
    return reach->version;
}

size_t reached_bytes(const struct reached *reach)
{
    return reach->bytes;
}
