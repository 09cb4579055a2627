/* The rule of who is shown who has read a document (S29; ACCESS.md, readers). Pure; any thread. */
#ifndef SOTAY_DOCUMENT_READING_H
#define SOTAY_DOCUMENT_READING_H

#include <stdbool.h>

/* What of the readers among an organisation's members somebody is shown who reads the document. */
enum reading_sight { READING_NOTHING, READING_COUNTS, READING_NAMES };
/* `here`, `above`: what he is to that organisation, and to the one directly above it (STANDING_*). */
enum reading_sight reading_sight(bool is_branch, unsigned here, unsigned above);

#endif
