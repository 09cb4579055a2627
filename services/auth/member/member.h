/* The pure rules of members: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_MEMBER_H
#define SOTAY_AUTH_MEMBER_H

#include "common/base/uuid.h"
#include <stdbool.h>

/* Derived from the card number, which the roster matches by: an import repeated gives the same ids. */
struct uuid member_id_of(const char *card_number);
/* What a card number and an organisation's code consist of: letters and digits of ASCII, and - _ . / between them. */
bool member_is_code(const char *text);

/* What somebody with this standing in a member's branch (STANDING_*) sees of the member: nothing, name and roles
 * (member.list), or status and contact too (member.status, member.contact). Who left is seen by those alone who may
 * bring him back. */
enum member_sight { MEMBER_UNSEEN, MEMBER_NAMED, MEMBER_WHOLE };
enum member_sight member_sight(unsigned standing, bool is_self, bool has_left);

#endif
