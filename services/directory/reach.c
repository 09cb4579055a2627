#include "services/directory/reach.h"

#include "common/base/mem.h"
#include <assert.h>

enum { PLACES_MOST = 8 }; /* a rule has few parts */

Pb__Reach *reach_new(TALLOC_CTX *ctx, const struct uuid *id, uint64_t version)
{
    Pb__Reach *reach = mem_new(ctx, Pb__Reach);
    pb__reach__init(reach);
    reach->id = uuid_to_pb(ctx, id);
    reach->version = version;
    reach->places = mem_array(ctx, Pb__Reach__Places *, PLACES_MOST);
    reach->keepers = mem_array(ctx, Pb__Reach__Places *, PLACES_MOST);
    return reach;
}

static Pb__Reach__Places *places_new(TALLOC_CTX *ctx, const struct uuid organizations[], size_t n,
                                     const Pb__Role roles[], size_t n_roles)
{
    Pb__Reach__Places *places = mem_new(ctx, Pb__Reach__Places);
    pb__reach__places__init(places);
    places->n_organization_ids = n;
    places->organization_ids = uuids_to_pb(ctx, organizations, n);
    places->n_roles = n_roles;
    places->roles = mem_array(ctx, Pb__Role, n_roles);
    for (size_t i = 0; i < n_roles; i++)
        places->roles[i] = roles[i];
    return places;
}

void reach_add_places(TALLOC_CTX *ctx, Pb__Reach *reach, const struct uuid organizations[], size_t n,
                      const Pb__Role roles[], size_t n_roles)
{
    assert(reach->n_places < PLACES_MOST);
    reach->places[reach->n_places++] = places_new(ctx, organizations, n, roles, n_roles);
}

void reach_add_keepers(TALLOC_CTX *ctx, Pb__Reach *reach, const struct uuid organizations[], size_t n,
                       const Pb__Role roles[], size_t n_roles)
{
    assert(reach->n_keepers < PLACES_MOST);
    reach->keepers[reach->n_keepers++] = places_new(ctx, organizations, n, roles, n_roles);
}
