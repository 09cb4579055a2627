#include "services/auth/member/member.h"

#include <string.h>

struct uuid member_id_of(const char *card_number)
{
    const void *parts[] = {"member", card_number};
    const size_t bytes[] = {6, strlen(card_number)};
    return uuid_hash(2, parts, bytes);
}
