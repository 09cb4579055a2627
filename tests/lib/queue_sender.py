"""Puts messages on the queue as somebody would who is no gateway of ours, with the librdkafka that the services use.

    with Queue(settings) as queue:
        queue.send("meeting.commands", meeting_id, envelope("CommentOnMeeting", meeting_id, {1: …}, member_id))
"""
import ctypes
import uuid

RD_KAFKA_PRODUCER, COPY, ANY_PARTITION = 0, 2, -1


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


class Queue:
    def __init__(self, settings):
        self.lib = ctypes.CDLL("librdkafka.so.1")
        for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_topic_new"):
            getattr(self.lib, name).restype = ctypes.c_void_p
        conf, why = ctypes.c_void_p(self.lib.rd_kafka_conf_new()), ctypes.create_string_buffer(512)
        for key, value in {"bootstrap.servers": f"127.0.0.1:{settings['port.kafka']}",
                           "partitioner": "murmur2_random", "message.max.bytes": "2000000"}.items():
            assert self.lib.rd_kafka_conf_set(conf, key.encode(), value.encode(), why, 512) == 0, why.value
        self.producer = ctypes.c_void_p(self.lib.rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, 512))
        assert self.producer, why.value

    def send(self, topic, key, value):
        """Returns when it is on the queue."""
        handle = ctypes.c_void_p(self.lib.rd_kafka_topic_new(self.producer, topic.encode(), None))
        name = uuid.UUID(key).bytes
        failed = self.lib.rd_kafka_produce(handle, ANY_PARTITION, COPY, value, ctypes.c_size_t(len(value)), name,
                                           ctypes.c_size_t(len(name)), None)
        assert failed == 0, f"{topic}: not taken"
        assert self.lib.rd_kafka_flush(self.producer, 10000) == 0, f"{topic}: not acknowledged"
        self.lib.rd_kafka_topic_destroy(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.lib.rd_kafka_destroy(self.producer)
