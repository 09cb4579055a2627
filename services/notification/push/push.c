#include "services/notification/push/push.h"

#include "common/base/mem.h"
#include "contract_rules.h"
#include "services/notification/push/texts.h"

#define PUSH_RESTORE_WINDOW_US (15 * CLOCK_MINUTE_US)
enum { PUSH_MASS_RECIPIENTS = 1000, PUSH_SHARD_RECIPIENTS = 5000, RETRY_FIRST_S = 10, RETRY_LONGEST_S = 600 };

int64_t push_not_before_us(int64_t created_at_us, int64_t recipients)
{
    return recipients > PUSH_MASS_RECIPIENTS ? created_at_us + PUSH_HOLD_US : created_at_us;
}

bool push_rings_after_restore(int64_t due_us, int64_t restored_at_us)
{
    return due_us >= restored_at_us - PUSH_RESTORE_WINDOW_US;
}

size_t push_shards(int64_t recipients)
{
    int64_t n = (recipients + PUSH_SHARD_RECIPIENTS - 1) / PUSH_SHARD_RECIPIENTS;
    return n < 1 ? 1 : n > PUSH_SHARDS_LIMIT ? PUSH_SHARDS_LIMIT : (size_t)n;
}

/* Ids are hashes: their first two bytes are evenly spread. */
struct uuid push_shard_start(size_t i, size_t n)
{
    size_t prefix = i * 65536 / n;
    return (struct uuid){{(uint8_t)(prefix >> 8), (uint8_t)prefix}};
}

const char *push_lock_screen_title(Pb__Classification classification, const char *title)
{
    return classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC ? title : TEXT_LOCK_SCREEN_TITLE;
}

const char *push_lock_screen_body(Pb__Classification classification, const char *body)
{
    return classification == PB__CLASSIFICATION__CLASSIFICATION_PUBLIC ? body : TEXT_LOCK_SCREEN_BODY;
}

const char *push_kind_word(Pb__InboxKind kind)
{
    const ProtobufCMessageDescriptor *item = &pb__inbox_item__descriptor;
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(item, "kind");
    const struct enum_rule *words = contract_rule(item)->fields[field - item->fields].choices;
    int i = enum_rule_of_number(words, (int)kind);
    return i < 0 ? "" : words->words[i];
}

const char *push_url(TALLOC_CTX *ctx, Pb__InboxKind kind, Pb__SubjectType type, const struct uuid *subject)
{
    char id[UUID_TEXT_BYTES];
    uuid_format(subject, id);
    if (type == PB__SUBJECT_TYPE__SUBJECT_TYPE_MEETING)
        return mem_printf(ctx, "/app/hop/%s", id);
    if (kind == PB__INBOX_KIND__INBOX_KIND_REMINDER || kind == PB__INBOX_KIND__INBOX_KIND_RESOLUTION_OVERDUE)
        return "/app/chi-bo";
    if (type == PB__SUBJECT_TYPE__SUBJECT_TYPE_DOCUMENT)
        return mem_printf(ctx, "/app/van-ban/%s", id);
    return type == PB__SUBJECT_TYPE__SUBJECT_TYPE_MEMBER ? "/app/cua-toi" : "/app/hop-thu";
}

int64_t push_retry_delay_us(int attempts, int retry_after_s, unsigned jitter)
{
    int64_t s = RETRY_FIRST_S;
    for (int i = 1; i < attempts && s < RETRY_LONGEST_S; i++)
        s *= 2;
    if (s > RETRY_LONGEST_S)
        s = RETRY_LONGEST_S;
    if (s < retry_after_s)
        s = retry_after_s;
    return s * CLOCK_SECOND_US + s * CLOCK_SECOND_US * (int64_t)(jitter % 1000) / 4000; /* up to a quarter more */
}
