#include "services/gateway/link/viewer.h"

#include "common/base/mem.h"
#include <string.h>

static Pb__Grant **grants_of(TALLOC_CTX *ctx, const struct viewer *viewer)
{
    Pb__Grant **grants = mem_array(ctx, Pb__Grant *, viewer->n_grants);
    for (size_t i = 0; i < viewer->n_grants; i++) {
        grants[i] = mem_new(ctx, Pb__Grant);
        pb__grant__init(grants[i]);
        grants[i]->role = viewer->grants[i].role;
        grants[i]->organization_id = uuid_to_pb(ctx, &viewer->grants[i].organization);
    }
    return grants;
}

Pb__Scope *viewer_scope(TALLOC_CTX *ctx, const struct viewer *viewer, enum viewer_scope scope)
{
    if (scope == SCOPE_PUBLIC)
        return NULL;
    Pb__Scope *result = mem_new(ctx, Pb__Scope);
    pb__scope__init(result);
    result->has_branch_id = viewer->has_branch;
    if (viewer->has_branch)
        result->branch_id = uuid_to_pb(ctx, &viewer->branch);
    result->n_grants = viewer->n_grants;
    result->grants = grants_of(ctx, viewer);
    if (scope != SCOPE_MEMBER)
        return result;
    result->has_member_id = result->has_session_id = true;
    result->member_id = uuid_to_pb(ctx, &viewer->member);
    result->session_id = uuid_to_pb(ctx, &viewer->session);
    return result;
}

static uint8_t *put_id(uint8_t *at, const struct uuid *id)
{
    memcpy(at, id->bytes, sizeof id->bytes);
    return at + sizeof id->bytes;
}

size_t viewer_key(const struct viewer *viewer, enum viewer_scope scope, uint8_t key[VIEWER_KEY_BYTES])
{
    uint8_t *at = key;
    *at++ = (uint8_t)scope;
    if (scope == SCOPE_PUBLIC)
        return 1;
    *at++ = viewer->has_branch;
    at = put_id(at, &viewer->branch);
    for (size_t i = 0; i < viewer->n_grants; i++) {
        *at++ = (uint8_t)viewer->grants[i].role;
        at = put_id(at, &viewer->grants[i].organization);
    }
    if (scope == SCOPE_MEMBER) {
        at = put_id(at, &viewer->member);
        at = put_id(at, &viewer->session); /* an answer may say which session is this one */
    }
    return (size_t)(at - key);
}

bool viewer_has_role(const struct viewer *viewer, unsigned roles)
{
    if (roles == 0)
        return true;
    for (size_t i = 0; i < viewer->n_grants; i++)
        if (roles >> viewer->grants[i].role & 1)
            return true;
    return false;
}
