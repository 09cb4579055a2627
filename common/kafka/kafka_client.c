/* The configuration that all clients share. */
#include "common/kafka/kafka_internal.h"

#include "common/base/array.h"
#include "common/base/log.h"

#include <assert.h>

/* librdkafka tells the same in errors and reports, which are handled where they arrive. */
static void log_line(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)level;
    log_debug("rdkafka", "client=%s facility=%s text=\"%s\"", rd_kafka_name(client), facility, text);
}

void kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char reason[256] = "";
    rd_kafka_conf_res_t res = rd_kafka_conf_set(conf, key, value, reason, sizeof reason);
    if (res != RD_KAFKA_CONF_OK)
        log_error("kafka_setting", "key=%s detail=\"%s\"", key, reason);
    assert(res == RD_KAFKA_CONF_OK);
}

static struct kafka_identity self;

void kafka_identify(const struct kafka_identity *identity)
{
    self = *identity;
}

bool kafka_is_identified(void)
{
    return self.user && *self.user;
}

static void set_identity(rd_kafka_conf_t *conf)
{
    bool has_tls = self.ca_file && *self.ca_file;
    if (!kafka_is_identified())
        return;
    kafka_conf_set(conf, "security.protocol", has_tls ? "sasl_ssl" : "sasl_plaintext");
    if (has_tls)
        kafka_conf_set(conf, "ssl.ca.location", self.ca_file);
    /* Before 2.6.1 it says the client's nonce twice, which brokers of version 4 refuse (librdkafka's pull request
     * 4895). */
    kafka_conf_set(conf, "sasl.mechanism", rd_kafka_version() < 0x02060100 ? "PLAIN" : "SCRAM-SHA-256");
    kafka_conf_set(conf, "sasl.username", self.user);
    kafka_conf_set(conf, "sasl.password", self.password);
}

rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting settings[], size_t n)
{
    static const struct kafka_setting SHARED[] = {
        {"client.id", "sotay"},
        {"socket.nagle.disable", "true"},
        {"socket.keepalive.enable", "true"},
        {"reconnect.backoff.ms", "50"},
        {"reconnect.backoff.max.ms", "500"}, /* a broker that is back is found at once */
        {"topic.metadata.refresh.interval.ms", "10000"},
        {"log.connection.close", "false"},
    };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_conf_set(conf, "bootstrap.servers", brokers);
    set_identity(conf);
    for (size_t i = 0; i < ARRAY_LENGTH(SHARED); i++)
        kafka_conf_set(conf, SHARED[i].key, SHARED[i].value);
    for (size_t i = 0; i < n; i++)
        kafka_conf_set(conf, settings[i].key, settings[i].value);
    rd_kafka_conf_set_log_cb(conf, log_line);
    return conf;
}

enum err kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret_client)
{
    char reason[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, reason, sizeof reason);
    if (!client) {
        rd_kafka_conf_destroy(conf);
        log_error("kafka_client", "detail=\"%s\"", reason);
        return ERR_CONFIG;
    }
    *ret_client = client;
    return ERR_OK;
}
