/* What a member is to acknowledge (ListTodo), and what he has (ListOwnAcknowledgements). On the service's query
 * threads. */
#ifndef SOTAY_DOCUMENT_ACKNOWLEDGEMENT_QUERY_H
#define SOTAY_DOCUMENT_ACKNOWLEDGEMENT_QUERY_H

#include "common/service/service.h"

extern const struct query_table ACKNOWLEDGEMENT_QUERIES;

#endif
