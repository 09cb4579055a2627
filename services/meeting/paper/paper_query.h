/* GetMinutesPaper, GetInvitationPaper, GetAttendancePaper and GetBook: PDFs. Query workers' threads. */
#ifndef SOTAY_MEETING_PAPER_QUERY_H
#define SOTAY_MEETING_PAPER_QUERY_H

#include "common/service/service.h"

extern const struct query_table PAPER_QUERIES;

#endif
