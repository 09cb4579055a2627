/* GET /docs: the contract as a page to read, without anything from elsewhere. */
#ifndef SOTAY_GATEWAY_DOCS_H
#define SOTAY_GATEWAY_DOCS_H

struct call;
void docs_get(struct call *call);

#endif
