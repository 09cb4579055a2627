/* The configuration that all clients share. */
#include "common/kafka/kafka_internal.h"

#include "common/base/array.h"
#include "common/base/log.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <string.h>

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

/* [host], host, or an address; without the port and a protocol before it. */
static bool is_local(const char *broker, size_t n)
{
    char host[INET6_ADDRSTRLEN + 1] = "";
    struct in_addr four;
    struct in6_addr six;
    const char *scheme = memmem(broker, n, "://", 3);
    const char *at = scheme ? scheme + 3 : broker, *end = broker + n;
    const char *closed = at < end && *at == '[' ? memchr(at, ']', (size_t)(end - at)) : NULL;
    const char *colon = memrchr(at, ':', (size_t)(end - at));
    const char *until = closed ? closed : colon ? colon : end;
    at += closed != NULL;
    if (until <= at || (size_t)(until - at) >= sizeof host)
        return false;
    memcpy(host, at, (size_t)(until - at));
    if (closed)
        return inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
    return strcmp(host, "localhost") == 0 || (inet_pton(AF_INET, host, &four) == 1 && ntohl(four.s_addr) >> 24 == 127);
}

bool kafka_is_local(const char *brokers)
{
    for (const char *at = brokers;; at++) {
        size_t n = strcspn(at, ",");
        if (!is_local(at, n))
            return false;
        at += n;
        if (*at == '\0')
            return true;
    }
}

/* Before 2.6.1 it says the client's nonce twice, which brokers of version 4 refuse (librdkafka's pull request 4895). */
static bool speaks_scram(void)
{
    return rd_kafka_version() >= 0x02060100;
}

static bool has_tls(const struct kafka_identity *identity)
{
    return identity->ca_file && *identity->ca_file;
}

enum err kafka_identify(const struct kafka_identity *identity, const char *brokers)
{
    self = *identity;
    if (!kafka_is_identified() || speaks_scram() || has_tls(identity) || kafka_is_local(brokers))
        return ERR_OK;
    log_error("config",
              "key=kafka_ca_file detail=\"it must be set: this librdkafka knows PLAIN alone, which would say"
              " kafka_user's password in clear to brokers beyond this machine\" kafka=\"%s\"",
              brokers);
    return ERR_CONFIG;
}

bool kafka_is_identified(void)
{
    return self.user && *self.user;
}

static void set_identity(rd_kafka_conf_t *conf)
{
    if (!kafka_is_identified())
        return;
    kafka_conf_set(conf, "security.protocol", has_tls(&self) ? "sasl_ssl" : "sasl_plaintext");
    if (has_tls(&self))
        kafka_conf_set(conf, "ssl.ca.location", self.ca_file);
    kafka_conf_set(conf, "sasl.mechanism", speaks_scram() ? "SCRAM-SHA-256" : "PLAIN");
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
