/* GET /v1/stream: what happens, as it happens (text/event-stream, hub.h). */
#ifndef SOTAY_GATEWAY_STREAM_H
#define SOTAY_GATEWAY_STREAM_H

struct call;
void stream_get(struct call *call); /* `run` of the route */

#endif
