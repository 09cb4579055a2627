/* MakeActivationLetters: letters for members who were never signed in, to be printed and handed over. A call, because
 * codes are secrets: on a query worker's thread, in a transaction of its own; nobody keeps a copy. */
#ifndef SOTAY_AUTH_ACTIVATION_LETTERS_H
#define SOTAY_AUTH_ACTIVATION_LETTERS_H

#include "common/service/service.h"

enum { LETTERS_MOST = 200 }; /* of one call */

extern const struct query_table LETTER_QUERIES;

#endif
