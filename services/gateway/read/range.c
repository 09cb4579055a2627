#include "services/gateway/read/range.h"

#include <stdlib.h>
#include <string.h>

static bool read_number(const char **at, uint64_t *ret_number)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    *ret_number = strtoull(*at, &end, 10);
    *at = end;
    return true;
}

enum err range_read(const char *range, uint64_t total, struct range *ret_range)
{
    uint64_t first = 0, last = 0;
    *ret_range = (struct range){0, total, true};
    if (!range || strncmp(range, "bytes=", 6) != 0 || strchr(range, ','))
        return ERR_OK;
    const char *at = range + 6;
    bool has_first = read_number(&at, &first);
    if (*at++ != '-')
        return ERR_OK;
    bool has_last = read_number(&at, &last);
    if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return ERR_OK;
    if (has_first ? first >= total : last == 0 || total == 0)
        return ERR_RANGE_INVALID;
    if (!has_first)
        first = last < total ? total - last : 0;
    uint64_t end = has_first && has_last && last < total ? last + 1 : total;
    *ret_range = (struct range){first, end - first, false};
    return ERR_OK;
}
