/* Queries about organisations, on a query worker's thread. */
#ifndef SOTAY_AUTH_ORGANIZATION_QUERY_H
#define SOTAY_AUTH_ORGANIZATION_QUERY_H

#include "common/service/service.h"
#include "services/auth/organization/organization_view_store.h"

extern const struct query_table ORGANIZATION_QUERIES;

/* What every query about an organisation begins with: reads the query's scope and the organisation. ERR_NOT_FOUND: it
 * does not exist for this scope. The results belong to the query's context. */
MUST_CHECK enum err organization_visible(struct query *query, ProtobufCBinaryData id, struct directory_scope *scope,
                                         struct directory_org *org, Pb__Organization **ret_organization);

#endif
