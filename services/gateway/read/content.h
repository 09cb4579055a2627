/* GET D/content: the file of a document that the service lets this viewer see. */
#ifndef SOTAY_GATEWAY_CONTENT_H
#define SOTAY_GATEWAY_CONTENT_H

struct call;
void content_get(struct call *call);

#endif
