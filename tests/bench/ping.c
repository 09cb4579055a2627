/* The peer of write_latency: one message at a time to Kafka and back by librdkafka alone, then one INSERT committed by
 * libpq alone. Configured as TRAPS says it is fastest; the topic flushes every message, as ours do.
 *
 *   ping BROKERS CONNINFO SECONDS      prints the median of the rounds in microseconds, and how many there were;
 *                                      KAFKA_USER and KAFKA_PASSWORD of the environment say who it is to the brokers */
#include <libpq-fe.h>
#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOPIC "bench.ping"
#define INSERT "INSERT INTO ping VALUES ($1)"
enum { ROUNDS_MAX = 1000000, WARM_UP = 100, MESSAGE_BYTES = 300, WAIT_MS = 10000 };

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void die(const char *what, const char *detail)
{
    fprintf(stderr, "ping: %s: %s\n", what, detail);
    exit(EXIT_FAILURE);
}

static rd_kafka_t *client_new(rd_kafka_type_t type, const char *brokers)
{
    const char *const settings[][2] = {{"bootstrap.servers", brokers}, {"socket.nagle.disable", "true"}};
    const char *const of_type[][2] = {{"linger.ms", "0"}, {"fetch.wait.max.ms", "10"}};
    char error[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *const *own = of_type[type == RD_KAFKA_CONSUMER];
    bool fine = rd_kafka_conf_set(conf, own[0], own[1], error, sizeof error) == RD_KAFKA_CONF_OK;
    for (size_t i = 0; fine && i < 2; i++)
        fine = rd_kafka_conf_set(conf, settings[i][0], settings[i][1], error, sizeof error) == RD_KAFKA_CONF_OK;
    const char *const who[][2] = {{"security.protocol", "sasl_plaintext"},
                                  {"sasl.mechanism", "PLAIN"},
                                  {"sasl.username", getenv("KAFKA_USER")},
                                  {"sasl.password", getenv("KAFKA_PASSWORD")}};
    for (size_t i = 0; fine && who[2][1] && i < 4; i++)
        fine = rd_kafka_conf_set(conf, who[i][0], who[i][1], error, sizeof error) == RD_KAFKA_CONF_OK;
    rd_kafka_t *client = fine ? rd_kafka_new(type, conf, error, sizeof error) : NULL;
    if (!client)
        die("kafka", error);
    return client;
}

static void make_topic(rd_kafka_t *client)
{
    char error[256];
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(TOPIC, 1, 1, error, sizeof error);
    if (!topic || rd_kafka_NewTopic_set_config(topic, "flush.messages", "1"))
        die("topic", error);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &topic, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, WAIT_MS); /* that it exists already is as good */
    if (!event)
        die("topic", "no answer");
    rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_NewTopic_destroy(topic);
}

static PGconn *database(const char *conninfo)
{
    PGconn *db = PQconnectdb(conninfo);
    if (PQstatus(db) != CONNECTION_OK)
        die("postgres", PQerrorMessage(db));
    PQclear(PQexec(db, "SET client_min_messages = warning"));
    PQclear(PQexec(db, "CREATE TABLE IF NOT EXISTS ping (text text)"));
    PGresult *prepared = PQprepare(db, "insert", INSERT, 1, NULL);
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
        die("postgres", PQerrorMessage(db));
    PQclear(prepared);
    return db;
}

struct ping {
    rd_kafka_topic_t *out, *in;
    PGconn *db;
    char text[MESSAGE_BYTES + 1];
};

static void send_and_take(struct ping *ping)
{
    if (rd_kafka_produce(ping->out, 0, RD_KAFKA_MSG_F_COPY, ping->text, MESSAGE_BYTES, NULL, 0, NULL) != 0)
        die("produce", rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_message_t *message = NULL;
    do {
        if (message)
            rd_kafka_message_destroy(message);
        message = rd_kafka_consume(ping->in, 0, WAIT_MS);
        if (!message)
            die("consume", "nothing came");
    } while (message->err);
    rd_kafka_message_destroy(message);
}

static void commit(struct ping *ping)
{
    const char *values[] = {ping->text};
    PGresult *result = PQexecPrepared(ping->db, "insert", 1, values, NULL, NULL, 0);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        die("insert", PQerrorMessage(ping->db));
    PQclear(result);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void measure(struct ping *ping, rd_kafka_t *producer, long seconds)
{
    static int64_t rounds_us[ROUNDS_MAX];
    int64_t end_us = now_us() + seconds * INT64_C(1000000);
    size_t n = 0;
    for (int i = -WARM_UP; n < ROUNDS_MAX && (i < 0 || now_us() < end_us); i++) {
        int64_t start_us = now_us();
        send_and_take(ping);
        commit(ping);
        if (i >= 0)
            rounds_us[n++] = now_us() - start_us;
        rd_kafka_poll(producer, 0);
    }
    if (n == 0)
        die("measure", "no round within the time");
    qsort(rounds_us, n, sizeof rounds_us[0], by_value);
    printf("%lld %zu\n", (long long)rounds_us[n / 2], n);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        die("usage", "ping BROKERS CONNINFO SECONDS");
    rd_kafka_t *producer = client_new(RD_KAFKA_PRODUCER, argv[1]), *consumer = client_new(RD_KAFKA_CONSUMER, argv[1]);
    make_topic(producer);
    struct ping ping = {.out = rd_kafka_topic_new(producer, TOPIC, NULL),
                        .in = rd_kafka_topic_new(consumer, TOPIC, NULL),
                        .db = database(argv[2])};
    memset(ping.text, 'x', MESSAGE_BYTES);
    if (rd_kafka_consume_start(ping.in, 0, RD_KAFKA_OFFSET_END) != 0)
        die("consume", rd_kafka_err2str(rd_kafka_last_error()));
    rd_kafka_message_t *none = rd_kafka_consume(ping.in, 0,
                                                500); /* the end of the topic is found before the first message goes */
    if (none)
        rd_kafka_message_destroy(none);
    measure(&ping, producer, strtol(argv[3], NULL, 10));
    rd_kafka_consume_stop(ping.in, 0);
    rd_kafka_topic_destroy(ping.in);
    rd_kafka_topic_destroy(ping.out);
    PQfinish(ping.db);
    rd_kafka_destroy(consumer);
    rd_kafka_destroy(producer);
    return EXIT_SUCCESS;
}
