/* The commands on agenda templates: AddAgendaTemplate, EditAgendaTemplate, DeleteAgendaTemplate. */
#ifndef SOTAY_MEETING_TEMPLATE_COMMANDS_H
#define SOTAY_MEETING_TEMPLATE_COMMANDS_H

#include "common/loop/loop.h"

extern const struct loop_part TEMPLATE_COMMANDS_PART;

#endif
