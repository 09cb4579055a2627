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
    enum err err; /* ERR_INTERNAL: one could not be made */
};

#define PRINCIPAL "User:"

static void grant(struct grants *grants, rd_kafka_ResourceType_t type, const char *name,
                  rd_kafka_ResourcePatternType_t pattern, const char *user, rd_kafka_AclOperation_t operation)
{
    char why[256];
    const char *principal = mem_printf(grants->ctx, PRINCIPAL "%s", user);
    rd_kafka_AclBinding_t *binding = rd_kafka_AclBinding_new(type, name, pattern, principal, "*", operation,
                                                             RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why, sizeof why);
    if (binding) {
        array_add(grants->ctx, &grants->items, binding);
        return;
    }
    log_error("kafka_grant", "user=%s name=%s detail=\"%s\"", user, name, why);
    grants->err = ERR_INTERNAL;
}

static bool is_known(const struct grants *grants, const char *user)
{
    for (size_t i = 0; i < grants->users.n; i++)
        if (strcmp(grants->users.items[i], user) == 0)
            return true;
    return false;
}

static void know(struct grants *grants, const char *user)
{
    if (!is_known(grants, user))
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

static void destroy(const struct grants *grants)
{
    rd_kafka_AclBinding_destroy_array(grants->items.items, grants->items.n);
}

/* --- what the table says no more ---------------------------------------------------------------------------------- */

static bool is_same(const rd_kafka_AclBinding_t *one, const rd_kafka_AclBinding_t *other)
{
    return rd_kafka_AclBinding_restype(one) == rd_kafka_AclBinding_restype(other) &&
           rd_kafka_AclBinding_resource_pattern_type(one) == rd_kafka_AclBinding_resource_pattern_type(other) &&
           rd_kafka_AclBinding_operation(one) == rd_kafka_AclBinding_operation(other) &&
           strcmp(rd_kafka_AclBinding_name(one), rd_kafka_AclBinding_name(other)) == 0 &&
           strcmp(rd_kafka_AclBinding_principal(one), rd_kafka_AclBinding_principal(other)) == 0 &&
           strcmp(rd_kafka_AclBinding_host(one), rd_kafka_AclBinding_host(other)) == 0;
}

/* What is denied was said by somebody else, and so was what users may whom the table does not name. */
static bool is_surplus(const struct grants *grants, const rd_kafka_AclBinding_t *rule)
{
    const char *principal = rd_kafka_AclBinding_principal(rule);
    size_t n = strlen(PRINCIPAL);
    if (rd_kafka_AclBinding_permission_type(rule) != RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW ||
        strncmp(principal, PRINCIPAL, n) != 0 || !is_known(grants, principal + n))
        return false;
    for (size_t i = 0; i < grants->items.n; i++)
        if (is_same(grants->items.items[i], rule))
            return false;
    return true;
}

static rd_kafka_AclBindingFilter_t *filter_of(const rd_kafka_AclBinding_t *rule)
{
    char why[256];
    rd_kafka_AclBindingFilter_t *filter = rd_kafka_AclBindingFilter_new(
        rd_kafka_AclBinding_restype(rule), rd_kafka_AclBinding_name(rule),
        rd_kafka_AclBinding_resource_pattern_type(rule), rd_kafka_AclBinding_principal(rule),
        rd_kafka_AclBinding_host(rule), rd_kafka_AclBinding_operation(rule), rd_kafka_AclBinding_permission_type(rule),
        why, sizeof why);
    if (!filter)
        log_error("kafka_surplus", "name=%s detail=\"%s\"", rd_kafka_AclBinding_name(rule), why);
    return filter;
}

size_t kafka_access_surplus(const rd_kafka_AclBinding_t *const found[], size_t n,
                            rd_kafka_AclBindingFilter_t *ret_filters[])
{
    TALLOC_CTX *ctx = mem_context(NULL, "surplus");
    const struct grants grants = grants_of_table(ctx);
    size_t n_filters = 0;
    for (size_t i = 0; i < n; i++) {
        rd_kafka_AclBindingFilter_t *filter = is_surplus(&grants, found[i]) ? filter_of(found[i]) : NULL;
        if (!filter)
            continue;
        log_info("kafka_surplus", "principal=%s name=%s operation=%s", rd_kafka_AclBinding_principal(found[i]),
                 rd_kafka_AclBinding_name(found[i]),
                 rd_kafka_AclOperation_name(rd_kafka_AclBinding_operation(found[i])));
        ret_filters[n_filters++] = filter;
    }
    destroy(&grants);
    mem_free(ctx);
    return n_filters;
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

/* All rules; NULL: no answer. Its event is to be destroyed. */
static rd_kafka_event_t *describe(struct kafka_admin *admin)
{
    char why[256];
    rd_kafka_AclBindingFilter_t *all = rd_kafka_AclBindingFilter_new(
        RD_KAFKA_RESOURCE_ANY, NULL, RD_KAFKA_RESOURCE_PATTERN_ANY, NULL, NULL, RD_KAFKA_ACL_OPERATION_ANY,
        RD_KAFKA_ACL_PERMISSION_TYPE_ANY, why, sizeof why);
    if (!all) {
        log_error("kafka_surplus", "detail=\"%s\"", why);
        return NULL;
    }
    rd_kafka_AdminOptions_t *options = kafka_admin_options(admin, RD_KAFKA_ADMIN_OP_DESCRIBEACLS);
    rd_kafka_DescribeAcls(admin->rk, all, options, admin->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_AclBinding_destroy(all);
    return kafka_admin_answer(admin);
}

static enum err deleted(struct kafka_admin *admin)
{
    rd_kafka_event_t *event = kafka_admin_answer(admin);
    size_t n = 0;
    enum err err = event ? ERR_OK : ERR_UNAVAILABLE;
    const rd_kafka_DeleteAcls_result_response_t **results =
        event ? rd_kafka_DeleteAcls_result_responses(rd_kafka_event_DeleteAcls_result(event), &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        const rd_kafka_error_t *failed = rd_kafka_DeleteAcls_result_response_error(results[i]);
        if (!failed)
            continue;
        log_error("kafka_surplus", "detail=\"%s\"", rd_kafka_error_string(failed));
        err = ERR_UNAVAILABLE;
    }
    if (event)
        rd_kafka_event_destroy(event);
    return err;
}

/* Behind what is granted: nobody is for a moment without what he is to have. */
static enum err take_away(struct kafka_admin *admin)
{
    rd_kafka_event_t *event = describe(admin);
    size_t n = 0;
    if (!event)
        return ERR_UNAVAILABLE;
    const rd_kafka_AclBinding_t **found = rd_kafka_DescribeAcls_result_acls(rd_kafka_event_DescribeAcls_result(event),
                                                                            &n);
    rd_kafka_AclBindingFilter_t **surplus = mem_array(admin->ctx, rd_kafka_AclBindingFilter_t *, n);
    size_t n_surplus = kafka_access_surplus(found, n, surplus);
    rd_kafka_event_destroy(event);
    if (n_surplus == 0)
        return ERR_OK;
    rd_kafka_AdminOptions_t *options = kafka_admin_options(admin, RD_KAFKA_ADMIN_OP_DELETEACLS);
    rd_kafka_DeleteAcls(admin->rk, surplus, n_surplus, options, admin->queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_AclBinding_destroy_array(surplus, n_surplus);
    return deleted(admin);
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
    if (!err)
        err = grants.err; /* a rule that could not be made would be taken away as one that is not in the table */
    if (!err)
        err = take_away(&admin);
    destroy(&grants);
    kafka_admin_close(&admin);
    return err;
}
