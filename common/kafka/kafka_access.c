/* Who may do what with which topic: as topics.def says, in the brokers' own lists (ACLs of Kafka). Names are prefixes,
 * so that they hold for topics of every birth. */
#include "common/kafka/kafka_admin.h"

#include "common/base/array.h"
#include "common/base/log.h"
#include "common/base/mem.h"

#include <string.h>

/* librdkafka asks for the coordinator of a group that nobody joins (kafka_reader.c). */
#define READERS_GROUP "sotay.reader"

struct grants {
    TALLOC_CTX *ctx;
    ARRAY(const char *) users;
    ARRAY(rd_kafka_AclBinding_t *) items;
};

static void grant(struct grants *grants, rd_kafka_ResourceType_t type, const char *name,
                  rd_kafka_ResourcePatternType_t pattern, const char *user, rd_kafka_AclOperation_t operation)
{
    char why[256];
    const char *principal = mem_printf(grants->ctx, "User:%s", user);
    rd_kafka_AclBinding_t *binding = rd_kafka_AclBinding_new(type, name, pattern, principal, "*", operation,
                                                             RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why, sizeof why);
    if (binding)
        array_add(grants->ctx, &grants->items, binding);
    else
        log_error("kafka_grant", "user=%s name=%s detail=\"%s\"", user, name, why);
}

static void know(struct grants *grants, const char *user)
{
    for (size_t i = 0; i < grants->users.n; i++)
        if (strcmp(grants->users.items[i], user) == 0)
            return;
    array_add(grants->ctx, &grants->users, user);
}

/* `users`: words of topics.def. */
static void grant_topic(struct grants *grants, enum topic topic, const char *users, rd_kafka_AclOperation_t operation)
{
    char *rest = mem_text(grants->ctx, users);
    for (char *user; (user = strsep(&rest, " "));) {
        know(grants, user);
        grant(grants, RD_KAFKA_RESOURCE_TOPIC, topic_name(topic), RD_KAFKA_RESOURCE_PATTERN_PREFIXED, user, operation);
    }
}

/* Everybody checks all topics when he starts; a service's groups are called after it (loop_consumer.c). */
static void grant_user(struct grants *grants, const char *user)
{
    const char *groups = mem_printf(grants->ctx, "%s.", user);
    grant(grants, RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_RESOURCE_PATTERN_LITERAL, user,
          RD_KAFKA_ACL_OPERATION_DESCRIBE);
    grant(grants, RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_RESOURCE_PATTERN_LITERAL, user,
          RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS);
    grant(grants, RD_KAFKA_RESOURCE_GROUP, groups, RD_KAFKA_RESOURCE_PATTERN_PREFIXED, user,
          RD_KAFKA_ACL_OPERATION_READ);
    grant(grants, RD_KAFKA_RESOURCE_GROUP, READERS_GROUP, RD_KAFKA_RESOURCE_PATTERN_LITERAL, user,
          RD_KAFKA_ACL_OPERATION_READ);
}

static struct grants grants_of_table(TALLOC_CTX *ctx)
{
    struct grants grants = {.ctx = ctx};
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        grant_topic(&grants, KAFKA_TOPICS[i], topic_users(KAFKA_TOPICS[i], true), RD_KAFKA_ACL_OPERATION_WRITE);
        grant_topic(&grants, KAFKA_TOPICS[i], topic_users(KAFKA_TOPICS[i], false), RD_KAFKA_ACL_OPERATION_READ);
    }
    for (size_t i = 0; i < grants.users.n; i++)
        grant_user(&grants, grants.users.items[i]);
    return grants;
}

/* --- asking the brokers ------------------------------------------------------------------------------------------- */

static enum err created(struct kafka_admin *admin)
{
    rd_kafka_event_t *event = kafka_admin_answer(admin);
    size_t n = 0;
    enum err err = event ? ERR_OK : ERR_UNAVAILABLE;
    const rd_kafka_acl_result_t **results =
        event ? rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        const rd_kafka_error_t *failed = rd_kafka_acl_result_error(results[i]);
        if (!failed)
            continue;
        log_error("kafka_grant", "detail=\"%s\"", rd_kafka_error_string(failed));
        err = ERR_UNAVAILABLE;
    }
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

static enum err create(struct kafka_admin *admin, const struct grants *grants)
{
    rd_kafka_AdminOptions_t *options = kafka_admin_options(admin, RD_KAFKA_ADMIN_OP_CREATEACLS);
    rd_kafka_CreateAcls(admin->rk, grants->items.items, grants->items.n, options, admin->queue);
    rd_kafka_AdminOptions_destroy(options);
    return created(admin);
}

enum err kafka_access_grant(const char *brokers, int deadline_ms)
{
    struct kafka_admin admin;
    if (!kafka_is_identified())
        return ERR_OK;
    enum err err = kafka_admin_open(brokers, deadline_ms, &admin);
    if (err)
        return err;
    struct grants grants = grants_of_table(admin.ctx);
    err = create(&admin, &grants);
    rd_kafka_AclBinding_destroy_array(grants.items.items, grants.items.n);
    kafka_admin_close(&admin);
    return err;
}
