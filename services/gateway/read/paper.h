/* Routes whose answer is a file that a service draws for who asks: a PDF, never kept. Any thread; nothing blocks. */
#ifndef SOTAY_GATEWAY_PAPER_H
#define SOTAY_GATEWAY_PAPER_H

struct call;

/* `run` of such a route. Replies, later. */
void paper_get(struct call *call);

#endif
