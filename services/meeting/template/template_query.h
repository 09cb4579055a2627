/* ListAgendaTemplates, GetAgendaTemplate and FindAgendaTemplate: for those who prepare the organisation's meetings. */
#ifndef SOTAY_MEETING_TEMPLATE_QUERY_H
#define SOTAY_MEETING_TEMPLATE_QUERY_H

#include "common/service/service.h"

extern const struct query_table TEMPLATE_QUERIES;

#endif
