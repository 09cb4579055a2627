#include "services/auth/organization/organization.h"

#include <string.h>

struct uuid organization_id_of(const char *code)
{
    const void *parts[] = {"org", code};
    const size_t bytes[] = {3, strlen(code)};
    return uuid_hash(2, parts, bytes);
}
