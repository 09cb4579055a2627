#include "services/auth/settings.h"

#include "common/base/array.h"
#include "services/auth/account/password.h"
#include "services/auth/import/import_worker.h"
#include "services/auth/letter/letter.h"
#include "services/auth/session/keys.h"

const struct config_key auth_keys[] = {
    {.name = "token_private_key_file",
     .type = CONFIG_TEXT,
     .text = &keys_config.token_private_key_file,
     .text_default = "",
     .help = "PEM file with the EC key that signs access tokens"},
    {.name = "totp_key_file",
     .type = CONFIG_SECRET_FILE,
     .text = &keys_config.totp_key,
     .text_default = "",
     .help = "file with 32 bytes in hex: the master of all other keys"},
    {.name = "public_origin",
     .type = CONFIG_TEXT,
     .text = &letter_config.public_origin,
     .text_default = "http://127.0.0.1:8080",
     .help = "where people open the application: what letters lead to"},
    {.name = "support_phone",
     .type = CONFIG_TEXT,
     .text = &letter_config.support_phone,
     .text_default = "",
     .help = "whom letters tell to call; none: the branch's secretary"},
    {.name = "password_threads",
     .type = CONFIG_INT,
     .number = &password_config.threads,
     .number_default = 2,
     .min = 1,
     .max = 16,
     .unit = "threads",
     .help = "passwords hashed at once, 19 MiB each"},
    {.name = "password_queue",
     .type = CONFIG_INT,
     .number = &password_config.queue_limit,
     .number_default = 64,
     .min = 1,
     .max = 1024,
     .unit = "logins",
     .help = "more are answered 503"},
    {.name = "blob_dir",
     .type = CONFIG_TEXT,
     .text = &import_config.blob_dir,
     .text_default = ".run/blobs",
     .help = "folder of uploaded files, the gateway's: rosters are read there"},
};
const size_t auth_n_keys = ARRAY_LENGTH(auth_keys);
