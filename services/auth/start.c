/* Keys and the password pool: made at start, constant afterwards. */
#include "services/auth/password.h"
#include "services/auth/service.h"
#include "services/auth/totp.h"

#include <stddef.h>

struct auth_config auth_config;

static struct auth_keys keys;
static struct workers *passwords;

enum err auth_open_keys(void)
{
    enum err err = auth_keys_read(auth_config.token_private_key_file, auth_config.totp_key, &keys);
    return err ? err : totp_init();
}

enum err auth_start(struct service *service)
{
    (void)service;
    enum err err = auth_open_keys();
    return err ? err
               : password_pool_start(NULL, (unsigned)auth_config.password_threads, (unsigned)auth_config.password_queue,
                                     &passwords);
}

void auth_stop(struct service *service)
{
    (void)service;
    workers_stop(passwords);
}

const struct auth_keys *auth_keys(void)
{
    return &keys;
}

struct workers *auth_passwords(void)
{
    return passwords;
}
