/* The configuration of every service, as one table. */
#include "common/base/array.h"
#include "common/service/service_internal.h"
#include <string.h>

#define TEXT(field, value, words)                                                                        \
    {                                                                                                    \
        .name = #field, .type = CONFIG_TEXT, .text = &c->field, .text_default = (value), .help = (words) \
    }
#define SECRET(field, file, words)                                                                         \
    {                                                                                                      \
        .name = (file), .type = CONFIG_SECRET_FILE, .text = &c->field, .text_default = "", .help = (words) \
    }
#define NUMBER(field, value, least, most, in, words)                                                        \
    {                                                                                                       \
        .name = #field, .type = CONFIG_INT, .number = &c->field, .number_default = (value), .min = (least), \
        .max = (most), .unit = (in), .help = (words)                                                        \
    }

struct config_key *service_config_table(struct service *service, size_t *ret_n)
{
    struct service_config *c = &service->config;
    const struct config_key common[] = {
        TEXT(listen, "127.0.0.1:8100", "address of /healthz, /readyz and /metrics"),
        TEXT(query_socket, "", "Unix socket of /query; empty: none"),
        TEXT(kafka, "127.0.0.1:19092", "brokers, host:port with commas between"),
        TEXT(kafka_user, "", "who the service is to the brokers; empty: nobody asks"),
        SECRET(kafka_password, "kafka_password_file", "file with the password"),
        TEXT(kafka_ca_file, "",
             "authorities that sign the brokers' certificates; empty: no TLS, on loopback or with SCRAM"),
        TEXT(postgres, "host=127.0.0.1 port=15432", "libpq connection string, without the password"),
        SECRET(postgres_password, "postgres_password_file", "file with the password"),
        TEXT(redis, "127.0.0.1:16379", "host:port"),
        SECRET(redis_password, "redis_password_file", "file with the password"),
        TEXT(instance, "1", "name of this instance, unique among those of the service"),
        TEXT(run_dir, ".", "folder for crash markers"),
        TEXT(clock_file, "", "demo builds: file with the clock's offset in seconds"),
        TEXT(log_level, "info", "debug, info, warn or error"),
        NUMBER(query_threads, 2, 1, 64, "threads", "each with a database connection of its own"),
        NUMBER(query_queue, 512, 1, 65536, "queries", "more are answered 503"),
        NUMBER(statement_ms, 10000, 100, 600000, "ms", "deadline of a round trip to PostgreSQL"),
        NUMBER(request_ms, 10000, 100, 600000, "ms", "deadline of a query"),
    };
    const struct service_spec *spec = service->spec;
    size_t n = ARRAY_LENGTH(common);
    struct config_key *keys = mem_array(NULL, struct config_key, n + spec->n_keys);
    memcpy(keys, common, sizeof common);
    if (spec->n_keys > 0)
        memcpy(keys + n, spec->keys, spec->n_keys * sizeof *keys);
    *ret_n = n + spec->n_keys;
    return keys;
}
