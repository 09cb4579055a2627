-- Meetings, their agendas and comments, and what this service must know of documents. Ids of people, organisations and
-- documents are other services': no foreign keys to them.

CREATE TABLE meeting (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,            -- rises with patch, publish and cancel, never with comments
    organization_id uuid NOT NULL,
    kind            int NOT NULL,               -- Pb__MeetingKind
    state           int NOT NULL,               -- Pb__MeetingState
    month           int NOT NULL,               -- of starts_at_us, local
    starts_at_us    bigint NOT NULL,
    place           text NOT NULL,
    participants    int NOT NULL,               -- Pb__Participants
    registered_at_us bigint,                    -- when published
    changed_at_us   bigint,                     -- when hour or place last changed after that
    change_note     text,
    cancel_reason   text,
    held_at_us      bigint,
    notification_id uuid,                       -- the last one that told its participants
    comments        int NOT NULL,               -- those that the whole branch sees
    created_at_us   bigint NOT NULL,
    place_search    text NOT NULL,              -- lower case without accents; the agenda's apart, because officers
                                                -- above do not see it
    agenda_search   text NOT NULL
);

-- One regular meeting of a branch in a month that is not cancelled (409 month_taken).
CREATE UNIQUE INDEX meeting_month_taken ON meeting (organization_id, month) WHERE kind = 0 AND state <> 3;
CREATE INDEX meeting_of_organization ON meeting (organization_id, starts_at_us DESC, id DESC);
CREATE INDEX meeting_by_time ON meeting (starts_at_us DESC, id DESC);

CREATE TABLE meeting_participant (              -- of meetings with named participants
    meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
    member_id  uuid NOT NULL,
    PRIMARY KEY (meeting_id, member_id)
);

CREATE TABLE agenda_item (
    id         uuid PRIMARY KEY,
    meeting_id uuid NOT NULL REFERENCES meeting ON DELETE CASCADE,
    position   int NOT NULL,                    -- from 0
    title      text NOT NULL,
    minutes    int NOT NULL,
    outcome    int                              -- Pb__ItemOutcome
);
CREATE INDEX agenda_item_of_meeting ON agenda_item (meeting_id, position);

CREATE TABLE agenda_document (
    item_id     uuid NOT NULL REFERENCES agenda_item ON DELETE CASCADE,
    position    int NOT NULL,
    document_id uuid NOT NULL,
    PRIMARY KEY (item_id, position)
);
CREATE INDEX agenda_document_named ON agenda_document (document_id);

CREATE TABLE meeting_comment (
    id              uuid PRIMARY KEY,
    meeting_id      uuid NOT NULL,              -- no foreign key: written under the meeting's lock, and only drafts,
                                                -- which have none, are deleted
    agenda_item_id  uuid,                       -- kept when the item goes: the words were about it
    author_id       uuid NOT NULL,
    entered_by      uuid,                       -- the secretary who wrote down a member's words
    text            text NOT NULL,
    visibility      int NOT NULL,               -- Pb__CommentVisibility
    channel         int NOT NULL,               -- Pb__Channel
    created_at_us   bigint NOT NULL,
    answer_author_id uuid,
    answer_text     text,
    answered_at_us  bigint
);
CREATE INDEX meeting_comment_of_meeting ON meeting_comment (meeting_id, created_at_us, id);

-- The projection of document.events: which documents an agenda may name, and their titles. Only newer versions are
-- applied.
CREATE TABLE document (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    state           int NOT NULL,               -- Pb__DocumentState
    classification  int NOT NULL,               -- Pb__Classification
    title           text NOT NULL               -- '' where restricted: only its id travels
);
