/* The pure rules of organisations: no I/O, clock or random numbers. Any thread. */
#ifndef SOTAY_AUTH_ORGANIZATION_H
#define SOTAY_AUTH_ORGANIZATION_H

#include "common/base/uuid.h"

/* Derived from the code, which the roster matches by: an import repeated gives the same ids. */
struct uuid organization_id_of(const char *code);

#endif
