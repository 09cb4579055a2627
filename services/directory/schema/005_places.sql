-- Positions of an organisation at any time, held or past: whom an audience held when something was issued
-- (services/notification/audience/address_store.h).
CREATE INDEX directory_position_place ON directory_position (organization_id);
