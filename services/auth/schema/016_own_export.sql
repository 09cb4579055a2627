-- Who wanted to take his data with him, and until when he may fetch it.
CREATE TABLE own_export (
    id            uuid PRIMARY KEY,
    member_id     uuid NOT NULL,
    expires_at_us bigint NOT NULL
);

-- Looks go after their time: they are written in its order.
CREATE INDEX look_at ON look USING brin (at_us);
