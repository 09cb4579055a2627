#include "services/meeting/minutes/minutes.h"

#include "common/base/mem.h"
#include <string.h>

const struct meeting_action MINUTES_WRITE = {"write_minutes", meeting_convenes, MEETING_IS_HELD};

enum err minutes_check_version(const struct minutes *minutes, bool has_seen, uint64_t seen)
{
    if (!has_seen)
        return minutes->version > 0 ? ERR_IF_MATCH_MISSING : ERR_OK;
    return seen == minutes->version ? ERR_OK : ERR_VERSION_CONFLICT;
}

/* --- what a body may say ------------------------------------------------------------------------------------------ */

static bool is_same_id(ProtobufCBinaryData one, ProtobufCBinaryData other)
{
    return one.len == other.len && (one.len == 0 || memcmp(one.data, other.data, one.len) == 0);
}

static void check_conclusion(const struct meeting *meeting, const Pb__PutMinutes *said, size_t i,
                             struct problems *problems)
{
    ProtobufCBinaryData topic = said->conclusions[i]->agenda_item_id;
    struct uuid id = uuid_or_zero(topic);
    if (!meeting_item(meeting, &id))
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/conclusions/%zu/agenda_item_id", i);
    for (size_t earlier = 0; earlier < i; earlier++)
        if (is_same_id(said->conclusions[earlier]->agenda_item_id, topic)) {
            problems_add(problems, ERR_FIELD_DUPLICATE, "/conclusions/%zu/agenda_item_id", i);
            break;
        }
}

static bool names_document_already(const struct minutes *minutes, const Pb__PutMinutes *said)
{
    return minutes->content && minutes->content->has_document_id &&
           is_same_id(minutes->content->document_id, said->document_id);
}

static void check_body(const struct meeting *meeting, const struct minutes *minutes, const struct minutes_input *input,
                       bool publishes, struct problems *problems)
{
    const Pb__PutMinutes *said = input->said;
    for (size_t i = 0; i < said->n_conclusions; i++)
        check_conclusion(meeting, said, i, problems);
    if (said->has_document_id && !input->may_name_document && !names_document_already(minutes, said))
        problems_add(problems, ERR_FIELD_UNKNOWN_ID, "/document_id");
    if (publishes && !said->has_document_id && !*said->text)
        problems_add(problems, ERR_FIELD_REQUIRED, "/text");
}

/* --- what it makes ------------------------------------------------------------------------------------------------ */

static Pb__Minutes__Conclusion *conclusion_of(TALLOC_CTX *ctx, const Pb__PutMinutes__Conclusion *said)
{
    Pb__Minutes__Conclusion *conclusion = mem_new(ctx, Pb__Minutes__Conclusion);
    pb__minutes__conclusion__init(conclusion);
    conclusion->agenda_item_id = said->agenda_item_id;
    conclusion->text = said->text;
    conclusion->has_outcome = said->has_outcome;
    conclusion->outcome = said->outcome;
    return conclusion;
}

static Pb__MinutesContent *content_of(TALLOC_CTX *ctx, const Pb__PutMinutes *said)
{
    Pb__MinutesContent *content = mem_new(ctx, Pb__MinutesContent);
    pb__minutes_content__init(content);
    content->text = said->text;
    content->n_conclusions = said->n_conclusions;
    content->conclusions = mem_array(ctx, Pb__Minutes__Conclusion *, said->n_conclusions);
    for (size_t i = 0; i < said->n_conclusions; i++)
        content->conclusions[i] = conclusion_of(ctx, said->conclusions[i]);
    content->n_guests = said->n_guests;
    content->guests = said->guests;
    content->has_document_id = said->has_document_id;
    content->document_id = said->document_id;
    return content;
}

static bool is_same(TALLOC_CTX *ctx, const Pb__MinutesContent *one, const Pb__MinutesContent *other)
{
    return one && is_same_id(mem_pack(ctx, &one->base), mem_pack(ctx, &other->base));
}

enum err minutes_put(TALLOC_CTX *ctx, const struct meeting *meeting, const struct minutes *minutes,
                     const struct minutes_input *input, const struct meeting_cause *cause, struct problems *problems,
                     struct minutes *ret_next)
{
    const Pb__PutMinutes *said = input->said;
    bool was_published = minutes->published_at_us > 0;
    bool publishes = was_published || (said->has_publish && said->publish);
    check_body(meeting, minutes, input, publishes, problems);
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    *ret_next = *minutes;
    const Pb__MinutesContent *content = content_of(ctx, said);
    if (publishes == was_published && is_same(ctx, minutes->content, content))
        return ERR_OK;
    ret_next->meeting = meeting->id;
    ret_next->version++;
    ret_next->content = content;
    if (publishes && !was_published)
        ret_next->published_at_us = cause->now_us;
    return ERR_OK;
}

/* --- what the meeting shows --------------------------------------------------------------------------------------- */

const Pb__Minutes__Conclusion *minutes_conclusion_on(const Pb__MinutesContent *content, const struct uuid *topic)
{
    for (size_t i = 0; i < content->n_conclusions; i++) {
        struct uuid id = uuid_or_zero(content->conclusions[i]->agenda_item_id);
        if (uuid_equal(&id, topic))
            return content->conclusions[i];
    }
    return NULL;
}

static const struct agenda_item *agenda_with_outcomes(TALLOC_CTX *ctx, const struct meeting *meeting,
                                                      const Pb__MinutesContent *content)
{
    struct agenda_item *agenda = mem_array(ctx, struct agenda_item, meeting->n_agenda);
    for (size_t i = 0; i < meeting->n_agenda; i++) {
        const Pb__Minutes__Conclusion *conclusion = minutes_conclusion_on(content, &meeting->agenda[i].id);
        agenda[i] = meeting->agenda[i];
        agenda[i].has_outcome = conclusion && conclusion->has_outcome;
        agenda[i].outcome = agenda[i].has_outcome ? conclusion->outcome : PB__ITEM_OUTCOME__ITEM_OUTCOME_DONE;
    }
    return agenda;
}

void minutes_show(TALLOC_CTX *ctx, const struct meeting *meeting, const struct minutes *published, bool tells,
                  const struct meeting_cause *cause, struct meeting *ret_next)
{
    *ret_next = *meeting;
    ret_next->version++;
    ret_next->minutes = published->content;
    ret_next->minutes_published_at_us = published->published_at_us;
    ret_next->agenda = agenda_with_outcomes(ctx, meeting, published->content);
    if (tells)
        meeting_notify(ret_next, cause);
}
