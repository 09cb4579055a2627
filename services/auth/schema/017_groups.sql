-- Party groups of branches. Whoever leaves the branch leaves his group, whoever writes his row.
CREATE TABLE party_group (
    id              uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organization,
    place           int NOT NULL,                 -- in the list
    name            text NOT NULL,
    head_id         uuid NOT NULL                 -- he is it while he is one of its members
);
CREATE INDEX party_group_organization ON party_group (organization_id);
CREATE TABLE party_group_member (
    member_id uuid PRIMARY KEY REFERENCES member,
    group_id  uuid NOT NULL REFERENCES party_group
);
CREATE INDEX party_group_member_group ON party_group_member (group_id);

CREATE FUNCTION party_group_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM party_group_member WHERE member_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER member_left_group AFTER UPDATE ON member FOR EACH ROW
    WHEN (NEW.branch_id <> OLD.branch_id OR (NEW.status = 3 AND OLD.status <> 3)) -- 3: left
    EXECUTE FUNCTION party_group_left();
