/* ListSubjectReaders, ListAudienceReaders: who of an audience has read of a subject. They are for the gateway
 * alone, which has asked the subject's service before whom the audience is and what its asker may see. */
#ifndef SOTAY_ANALYTICS_READER_QUERY_H
#define SOTAY_ANALYTICS_READER_QUERY_H

#include "common/service/service.h"

extern const struct query_table READER_QUERIES;

#endif
