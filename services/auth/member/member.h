/* The pure rules of members: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_MEMBER_H
#define SOTAY_AUTH_MEMBER_H

#include "common/base/uuid.h"

/* Derived from the card number, which the roster matches by: an import repeated gives the same ids. */
struct uuid member_id_of(const char *card_number);

#endif
