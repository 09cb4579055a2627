/* Writes: every one is a message. This file makes it, checks what limits there are, and produces it; outcomes.c waits
 * for what becomes of it, and reply.c makes the answer. */
#ifndef SOTAY_GATEWAY_SEND_H
#define SOTAY_GATEWAY_SEND_H

struct call;

/* `run` of a command: produces the call's message; replies now or later. Does not block. */
void send_command(struct call *call);

#endif
