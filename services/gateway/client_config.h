/* GET /v1/config: what a client must know before anybody has signed in. */
#ifndef SOTAY_GATEWAY_CLIENT_CONFIG_H
#define SOTAY_GATEWAY_CLIENT_CONFIG_H

struct call;
void client_config_get(struct call *call);

#endif
