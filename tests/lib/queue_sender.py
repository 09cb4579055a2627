"""Puts messages on the queue as somebody would who is no gateway of ours, with the librdkafka that the services use.

    with Queue(settings, "operator", password) as queue:
        queue.send("meeting.commands", meeting_id, envelope("CommentOnMeeting", meeting_id, {1: …}, member_id))
"""
import ctypes
import uuid

RD_KAFKA_PRODUCER, RD_KAFKA_CONSUMER, COPY, ANY_PARTITION = 0, 1, 2, -1
BEGINNING, PARTITION_EOF, TIMED_OUT = -2, -191, -185
NOT_AUTHORIZED = 29
ACL_TOPIC, ACL_LITERAL, ACL_READ, ACL_ALLOW = 2, 3, 3, 3


def varint(number):
    """A negative number is of 64 bits, as protobuf writes an int64."""
    number &= 2**64 - 1
    head = bytearray()
    while number > 127:
        head.append(number & 127 | 128)
        number >>= 7
    return bytes(head + bytes([number]))


def pack(fields):
    """{number: int | bytes | str | list of these} as protobuf writes it."""
    packed = b""
    for number, values in fields.items():
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, int):
                packed += varint(number << 3) + varint(value)
            else:
                raw = value.encode() if isinstance(value, str) else value
                packed += varint(number << 3 | 2) + varint(len(raw)) + raw
    return packed


def envelope(kind, aggregate_id, body, member_id, **more):
    """proto/sotay/v1/envelope.proto; `more`: clock_offset_us."""
    fields = {1: uuid.uuid4().bytes, 2: kind, 3: 1, 4: uuid.UUID(aggregate_id).bytes,
              5: pack({1: uuid.UUID(member_id).bytes})}
    if "clock_offset_us" in more:
        fields[8] = more["clock_offset_us"]
    return pack({**fields, 12: pack(body)})


REPORT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int), ctypes.c_void_p)


class Queue:
    """As a user of Kafka, or without one as nobody."""

    def __init__(self, settings, user=None, password=None):
        self.lib = ctypes.CDLL("librdkafka.so.1")
        for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_topic_new", "rd_kafka_consume"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        self.settings = {"bootstrap.servers": f"127.0.0.1:{settings['port.kafka']}", "log_level": "0"}
        if user:
            self.settings |= {"security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN", "sasl.username": user,
                              "sasl.password": password}
        self.failed, self.consumer = 0, None
        self.report = REPORT(self.on_report)  # librdkafka keeps it
        own = {"partitioner": "murmur2_random", "message.max.bytes": "2000000", "message.timeout.ms": "8000"}
        self.producer = self.client(RD_KAFKA_PRODUCER, own)

    def client(self, kind, own):
        conf, why = ctypes.c_void_p(self.lib.rd_kafka_conf_new()), ctypes.create_string_buffer(512)
        for key, value in {**self.settings, **own}.items():
            assert self.lib.rd_kafka_conf_set(conf, key.encode(), value.encode(), why, 512) == 0, why.value
        if kind == RD_KAFKA_PRODUCER:
            self.lib.rd_kafka_conf_set_dr_msg_cb(conf, self.report)
        client = ctypes.c_void_p(self.lib.rd_kafka_new(kind, conf, why, 512))
        assert client, why.value
        return client

    def on_report(self, _client, message, _opaque):
        self.failed = message[0]  # err is the first of rd_kafka_message_t

    def send(self, topic, key, value):
        """Returns when it is on the queue."""
        failed = self.try_to_send(topic, key, value)
        assert failed == 0, f"{topic}: {failed}"

    def try_to_send(self, topic, key, value):
        """0: it is on the queue; else librdkafka's number of the error."""
        handle = ctypes.c_void_p(self.lib.rd_kafka_topic_new(self.producer, topic.encode(), None))
        name = uuid.UUID(key).bytes
        failed = self.lib.rd_kafka_produce(handle, ANY_PARTITION, COPY, value, ctypes.c_size_t(len(value)), name,
                                           ctypes.c_size_t(len(name)), None)
        assert failed == 0, f"{topic}: not taken"
        assert self.lib.rd_kafka_flush(self.producer, 10000) == 0, f"{topic}: not acknowledged"
        self.lib.rd_kafka_topic_destroy(handle)
        return self.failed

    def try_to_read(self, topic, within_ms=8000):
        """0: there is a first record, or none; else the error in its place."""
        if not self.consumer:
            own = {"enable.partition.eof": "true", "group.id": "sotay.reader", "fetch.wait.max.ms": "10"}
            self.consumer = self.client(RD_KAFKA_CONSUMER, own)
        handle = ctypes.c_void_p(self.lib.rd_kafka_topic_new(self.consumer, topic.encode(), None))
        assert self.lib.rd_kafka_consume_start(handle, 0, ctypes.c_int64(BEGINNING)) == 0
        found = ctypes.cast(self.lib.rd_kafka_consume(handle, 0, within_ms), ctypes.POINTER(ctypes.c_int))
        failed = found[0] if found else TIMED_OUT
        if found:
            self.lib.rd_kafka_message_destroy(found)
        self.lib.rd_kafka_consume_stop(handle, 0)
        self.lib.rd_kafka_topic_destroy(handle)
        return 0 if failed == PARTITION_EOF else failed

    def let_read(self, user, topic):
        """One rule more in the brokers' lists, as an operator may put there by hand."""
        why = ctypes.create_string_buffer(512)
        for name in ("rd_kafka_AclBinding_new", "rd_kafka_queue_new", "rd_kafka_queue_poll"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        rule = ctypes.c_void_p(self.lib.rd_kafka_AclBinding_new(
            ACL_TOPIC, topic.encode(), ACL_LITERAL, f"User:{user}".encode(), b"*", ACL_READ, ACL_ALLOW, why,
            ctypes.c_size_t(512)))
        assert rule, why.value
        queue = ctypes.c_void_p(self.lib.rd_kafka_queue_new(self.producer))
        self.lib.rd_kafka_CreateAcls(self.producer, (ctypes.c_void_p * 1)(rule), ctypes.c_size_t(1), None, queue)
        answer = ctypes.c_void_p(self.lib.rd_kafka_queue_poll(queue, 10000))
        assert answer and self.lib.rd_kafka_event_error(answer) == 0
        self.lib.rd_kafka_event_destroy(answer)
        self.lib.rd_kafka_queue_destroy(queue)
        self.lib.rd_kafka_AclBinding_destroy(rule)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in filter(None, (self.consumer, self.producer)):
            self.lib.rd_kafka_destroy(client)
