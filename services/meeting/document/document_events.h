/* The projection of document.events: what an agenda may name, and its title. The projections loop's thread. */
#ifndef SOTAY_MEETING_DOCUMENT_EVENTS_H
#define SOTAY_MEETING_DOCUMENT_EVENTS_H

#include "common/loop/loop.h"

extern const struct loop_part DOCUMENT_EVENTS_PART;

#endif
