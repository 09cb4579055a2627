/* auth: organisations, members, positions, accounts, devices, sessions. Only wires; README.md is the map. */
#include "services/auth/migrations.h"
#include "services/auth/service.h"

static const struct query_table *const QUERIES[] = {&AUTH_QUERIES};

int main(int argc, char **argv)
{
    const struct config_key keys[] = {
        {.name = "token_private_key_file",
         .type = CONFIG_TEXT,
         .text = &auth_config.token_private_key_file,
         .text_default = "",
         .help = "PEM file with the EC key that signs access tokens"},
        {.name = "totp_key_file",
         .type = CONFIG_SECRET_FILE,
         .text = &auth_config.totp_key,
         .text_default = "",
         .help = "file with 32 bytes in hex: the master of all other keys"},
        {.name = "password_threads",
         .type = CONFIG_INT,
         .number = &auth_config.password_threads,
         .number_default = 2,
         .min = 1,
         .max = 16,
         .unit = "threads",
         .help = "passwords hashed at once, 19 MiB each"},
        {.name = "password_queue",
         .type = CONFIG_INT,
         .number = &auth_config.password_queue,
         .number_default = 64,
         .min = 1,
         .max = 1024,
         .unit = "logins",
         .help = "more are answered 503"},
    };
    const struct service_command commands[] = {
        {"bootstrap", "--code C --name N --admin-card CARD --admin-name NAME [--admin-password-file FILE]",
         auth_bootstrap},
        {"import", "[--dry-run] organizations.csv members.csv", auth_import},
#ifdef SOTAY_DEMO
        {"seed-demo", "--password P [--otp FILE]", auth_seed_demo},
        {"demo-token", "CARD…", auth_demo_token},
#endif
    };
    const struct service_spec spec = {
        .name = "auth",
        .schemas = {{auth_migrations, auth_n_migrations}},
        .loops = AUTH_LOOPS,
        .n_loops = AUTH_N_LOOPS,
        .queries = QUERIES,
        .n_queries = sizeof QUERIES / sizeof *QUERIES,
        .keys = keys,
        .n_keys = sizeof keys / sizeof *keys,
        .commands = commands,
        .n_commands = sizeof commands / sizeof *commands,
        .start = auth_start,
        .stop = auth_stop,
        .republish = auth_republish,
    };
    return service_main(&spec, argc, argv);
}
