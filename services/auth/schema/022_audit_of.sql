-- A page of an organisation's audit (audit_list_within): its rows lie far apart in the chain.
CREATE INDEX audit_organization ON audit (organization_id, number);
