/* What one auth process has beside its tables: keys, the password pool, the tables that main.c wires together. */
#ifndef SOTAY_AUTH_SERVICE_H
#define SOTAY_AUTH_SERVICE_H

#include "common/loop/loop.h"
#include "common/service/service.h"
#include "services/auth/keys.h"

struct auth_config {
    const char *token_private_key_file, *totp_key;
    int64_t password_threads, password_queue;
};
extern struct auth_config auth_config; /* set once by config_read */

/* Reads the keys and starts the password pool; once, before any query. */
MUST_CHECK enum err auth_start(struct service *service);
void auth_stop(struct service *service);
const struct auth_keys *auth_keys(void); /* constant after auth_start or auth_open_keys */
struct workers *auth_passwords(void);
MUST_CHECK enum err auth_open_keys(void); /* for commands: keys without the pool */

extern const struct query_table AUTH_QUERIES;
extern const struct loop_options AUTH_LOOPS[];
extern const size_t AUTH_N_LOOPS;
MUST_CHECK enum err auth_republish(struct service *service, struct pg *pg);

/* login.c: calls with secrets; rows of the query table. */
enum err auth_login(struct query *query);
enum err auth_refresh_call(struct query *query);

/* Commands of the command line. Exit codes. */
int auth_bootstrap(struct service *service, int argc, char **argv);
int auth_import(struct service *service, int argc, char **argv);
#ifdef SOTAY_DEMO
int auth_seed_demo(struct service *service, int argc, char **argv);
int auth_demo_token(struct service *service, int argc, char **argv);
#endif

#endif
