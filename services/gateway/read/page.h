/* GET D/pages/{n}: a page of a document as a picture, drawn by the service for the first who asks and kept in the store
 * of files. `run` of its route; replies, later. Any thread. */
#ifndef SOTAY_GATEWAY_PAGE_H
#define SOTAY_GATEWAY_PAGE_H

struct call;
void page_get(struct call *call);

#endif
