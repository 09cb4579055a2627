-- Where an agenda's item comes from, when it was not written by hand.
ALTER TABLE agenda_item
    ADD COLUMN source_type int,   -- Pb__AgendaItem__Source__Type
    ADD COLUMN source_id   uuid;  -- the proposal, task or document; its own service's id
