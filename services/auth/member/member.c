#include "services/auth/member/member.h"

#include "services/directory/directory.h"
#include <ctype.h>
#include <string.h>

struct uuid member_id_of(const char *card_number)
{
    const void *parts[] = {"member", card_number};
    const size_t bytes[] = {6, strlen(card_number)};
    return uuid_hash(2, parts, bytes);
}

bool member_is_code(const char *text)
{
    while (isalnum((unsigned char)*text) || (*text && strchr("-_./", *text)))
        text++;
    return *text == 0;
}

enum member_sight member_sight(unsigned standing, bool is_self, bool has_left)
{
    enum {
        LISTS = STANDING_MEMBER | STANDING_HEAD | STANDING_COMMITTEE | STANDING_OFFICER | STANDING_ADMIN,
    };
    if (is_self || (standing & (STANDING_HEAD | STANDING_ADMIN)))
        return MEMBER_WHOLE;
    return (standing & LISTS) && !has_left ? MEMBER_NAMED : MEMBER_UNSEEN;
}
