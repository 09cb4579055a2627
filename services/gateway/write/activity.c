#include "services/gateway/write/activity.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/kafka/envelope.h"
#include "common/kafka/kafka.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/limits.h"
#include "services/gateway/edge/problem.h"

static void on_report(void *arg, const struct kafka_report *report)
{
    struct call *call = arg;
    struct kafka_producer *producer = call->gateway->producer;
    if (report->err) {
        problem_reply(call, report->err);
        return;
    }
    http_reply(call->http, 202, NULL, 0, NULL, 0);
    kafka_answered(producer, TOPIC_ACTIVITY, report->group); /* nobody answers what is not waited for */
}

static ProtobufCBinaryData pack(struct call *call)
{
    struct uuid message_id = uuid_random_at(clock_now_us());
    Pb__Envelope envelope;
    Pb__Actor actor = PB__ACTOR__INIT;
    envelope_begin(call, &envelope, &message_id, &call->viewer.member, call->message->descriptor->short_name,
                   mem_pack(call, call->message));
    actor.member_id = envelope.aggregate_id;
    envelope.actor = &actor;
    envelope.correlation_id = (char *)http_correlation(call->http);
    envelope.clock_offset_us = call->clock_offset_us;
    envelope.has_clock_offset_us = envelope.clock_offset_us != 0;
    return mem_pack(call, &envelope.base);
}

void activity_run(struct call *call)
{
    struct gateway *gateway = call->gateway;
    ProtobufCBinaryData value = pack(call);
    struct uuid member = call->viewer.member;
    enum err err = kafka_takes_writes(gateway->producer, CLOCK_SECOND_US);
    if (!err)
        err = limits_disk(gateway->limits);
    if (!err)
        err = kafka_produce(gateway->producer, TOPIC_ACTIVITY, member.bytes, sizeof member.bytes, value.data, value.len,
                            on_report, call);
    if (err)
        problem_reply(call, err);
}
