-- What the heads of an organisation keep from one meeting to the next. They belong to the organisation, so a handover
-- needs no word.
CREATE TABLE task (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    title           text NOT NULL,
    assignee_id     uuid,
    due_on          int NOT NULL,               -- days since 1970-01-01, local
    state           int NOT NULL,               -- Pb__TaskState
    source_type     int,                        -- Pb__Task__Source__Type; null: it was given nowhere
    source_id       uuid,
    created_at_us   bigint NOT NULL
);
-- Pages of all tasks of an organisation, and of those in one state; what is done piles up, so the state comes first.
CREATE INDEX task_of_organization ON task (organization_id, due_on, id);
CREATE INDEX task_of_organization_in_state ON task (organization_id, state, due_on, id);
-- What somebody has to do (home). State 0: open.
CREATE INDEX task_of_assignee ON task (assignee_id, due_on, id) WHERE state = 0;

CREATE TABLE agenda_template (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL,
    organization_id uuid NOT NULL,
    title           text NOT NULL,
    minutes         int NOT NULL,
    kinds           int[] NOT NULL,             -- Pb__MeetingKind, rising, at least one
    created_at_us   bigint NOT NULL
);
-- Pages, and what a draft begins with; at most 50 of an organisation, so kinds need no index.
CREATE INDEX agenda_template_of_organization ON agenda_template (organization_id, created_at_us, id);
