#include "services/auth/process.h"

#include "services/auth/account/password.h"
#include "services/auth/account/totp.h"
#include "services/auth/session/keys.h"

enum err process_start(struct service *service)
{
    (void)service;
    enum err err = keys_open();
    if (!err)
        err = totp_init();
    return err ? err : password_pool_start();
}

void process_stop(struct service *service)
{
    (void)service;
    password_pool_stop();
}
