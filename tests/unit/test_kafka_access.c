/* common/kafka/kafka_access.c: which of the brokers' rules are taken away. */
#include "test.h"

#include "common/base/array.h"
#include "common/kafka/kafka_admin.h"

#include <string.h>

enum {
    TOPIC_RULE = RD_KAFKA_RESOURCE_TOPIC,
    GROUP_RULE = RD_KAFKA_RESOURCE_GROUP,
    WHOLE = RD_KAFKA_RESOURCE_PATTERN_LITERAL,
    PREFIX = RD_KAFKA_RESOURCE_PATTERN_PREFIXED,
    READ = RD_KAFKA_ACL_OPERATION_READ,
    WRITE = RD_KAFKA_ACL_OPERATION_WRITE,
    ALLOW = RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW,
    DENY = RD_KAFKA_ACL_PERMISSION_TYPE_DENY,
};

static void test_what_the_table_does_not_say_of_its_users_is_taken_away(void **state)
{
    (void)state;
    static const struct {
        int type;
        const char *name;
        int pattern;
        const char *principal, *host;
        int operation, permission;
        bool goes;
    } CASES[] = {
        {TOPIC_RULE, "directory.members", PREFIX, "User:auth", "*", WRITE, ALLOW, false},
        {TOPIC_RULE, "directory.members", PREFIX, "User:meeting", "*", READ, ALLOW, false},
        {TOPIC_RULE, "*", WHOLE, "User:meeting", "*", RD_KAFKA_ACL_OPERATION_DESCRIBE, ALLOW, false},
        {GROUP_RULE, "meeting.", PREFIX, "User:meeting", "*", READ, ALLOW, false},
        {TOPIC_RULE, "directory.members", PREFIX, "User:meeting", "*", WRITE, ALLOW, true},
        {TOPIC_RULE, "directory.members", WHOLE, "User:auth", "*", WRITE, ALLOW, true},
        {TOPIC_RULE, "directory.", PREFIX, "User:auth", "*", WRITE, ALLOW, true},
        {TOPIC_RULE, "directory.members", PREFIX, "User:auth", "10.0.0.1", WRITE, ALLOW, true},
        {TOPIC_RULE, "*", WHOLE, "User:analytics", "*", READ, ALLOW, true},
        {GROUP_RULE, "auth.", PREFIX, "User:meeting", "*", READ, ALLOW, true},
        {RD_KAFKA_RESOURCE_BROKER, "kafka-cluster", WHOLE, "User:gateway", "*", RD_KAFKA_ACL_OPERATION_ALTER, ALLOW,
         true},
        {TOPIC_RULE, "directory.members", PREFIX, "User:meeting", "*", WRITE, DENY, false},
        {TOPIC_RULE, "directory.members", PREFIX, "User:monitor", "*", READ, ALLOW, false},
        {TOPIC_RULE, "directory.members", PREFIX, "Group:meeting", "*", WRITE, ALLOW, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        char why[256];
        rd_kafka_AclBindingFilter_t *gone[1];
        rd_kafka_AclBinding_t *rule = rd_kafka_AclBinding_new(
            (rd_kafka_ResourceType_t)CASES[i].type, CASES[i].name, (rd_kafka_ResourcePatternType_t)CASES[i].pattern,
            CASES[i].principal, CASES[i].host, (rd_kafka_AclOperation_t)CASES[i].operation,
            (rd_kafka_AclPermissionType_t)CASES[i].permission, why, sizeof why);
        assert_non_null(rule);
        const rd_kafka_AclBinding_t *found[] = {rule};
        size_t n = kafka_access_surplus(found, 1, gone);
        if (n != CASES[i].goes)
            fail_msg("%s %s %s", CASES[i].principal, CASES[i].name, CASES[i].host);
        if (n > 0) {
            assert_string_equal(rd_kafka_AclBinding_name(gone[0]), CASES[i].name);
            assert_string_equal(rd_kafka_AclBinding_host(gone[0]), CASES[i].host);
        }
        rd_kafka_AclBinding_destroy_array(gone, n);
        rd_kafka_AclBinding_destroy(rule);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_table_does_not_say_of_its_users_is_taken_away),
    };
    return cmocka_run_group_tests_name("kafka access", tests, NULL, NULL);
}
