/* ListReactions, GetReaction, ListOwnReactions. On the service's query threads. */
#ifndef SOTAY_DOCUMENT_REACTION_QUERY_H
#define SOTAY_DOCUMENT_REACTION_QUERY_H

#include "common/service/service.h"

extern const struct query_table REACTION_QUERIES;

#endif
