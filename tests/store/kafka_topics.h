/* Topics made and removed behind the back of common/kafka/kafka.h, for its tests. */
#ifndef SOTAY_TESTS_STORE_KAFKA_TOPICS_H
#define SOTAY_TESTS_STORE_KAFKA_TOPICS_H

enum { TEST_PARTITIONS = 8 }; /* of the topics of a case */

/* From here on this process is who may do everything. NULL: no broker is named. */
const char *brokers_as_operator(void);
void create_topic(const char *brokers, const char *name, int partitions); /* with the broker's own settings */
void delete_topics(const char *brokers, const char *prefix);              /* all whose names begin so */

#endif
