/* Queries about members, on a query worker's thread. */
#ifndef SOTAY_AUTH_MEMBER_QUERY_H
#define SOTAY_AUTH_MEMBER_QUERY_H

#include "common/service/service.h"
#include "services/auth/member/member.h"
#include "sotay/v1/auth.pb-c.h"

extern const struct query_table MEMBER_QUERIES;

/* What the query's scope sees of a member: ERR_NOT_FOUND where it sees nothing. *ret_member is whole, and belongs to
 * the query's context. That somebody else sees all of him is noted (look/). */
MUST_CHECK enum err member_visible(struct query *query, ProtobufCBinaryData id, Pb__Member **ret_member,
                                   enum member_sight *ret_sight);

#endif
