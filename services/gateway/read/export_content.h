/* GET /v1/exports/{id}/content: the file of a list that analytics has made; whoever has no such export may have one of
 * his own data, which is put together while he waits (own_data.h). `run` of its route. */
#ifndef SOTAY_GATEWAY_EXPORT_CONTENT_H
#define SOTAY_GATEWAY_EXPORT_CONTENT_H

struct call;
void export_content_get(struct call *call);

#endif
