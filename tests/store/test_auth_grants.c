/* Positions given and taken, against a real PostgreSQL: who may, of people who live elsewhere. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/audit/audit_set.h"
#include "services/auth/grant/grant_commands.h"
#include "services/auth/membership/membership_set.h"
#include "sotay/v1/auth.pb-c.h"

static const struct loop_part *const PARTS[] = {&MEMBERSHIP_PART, &GRANT_PART, &AUDIT_PART};

static enum err say(struct fixture *f, const struct uuid *actor, const ProtobufCMessage *body)
{
    struct loop_slot slot;
    return command_say(f, &(struct command){PARTS, ARRAY_LENGTH(PARTS), *actor, WARD, body, 0}, &slot);
}

static enum err put_officer(struct fixture *f, const struct uuid *actor, const struct uuid *member)
{
    Pb__PutPosition body = PB__PUT_POSITION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &WARD);
    body.member_id = uuid_to_pb(f->ctx, member);
    body.role = PB__ROLE__ROLE_OFFICER;
    return say(f, actor, &body.base);
}

static enum err end(struct fixture *f, const struct uuid *actor, const struct uuid *member)
{
    Pb__EndPosition body = PB__END_POSITION__INIT;
    body.organization_id = uuid_to_pb(f->ctx, &WARD);
    body.member_id = uuid_to_pb(f->ctx, member);
    return say(f, actor, &body.base);
}

/* SECRETARY administers the ward: whoever lives outside of it he does not see. */
static void test_the_role_of_somebody_who_moved_away_can_be_ended(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg, "INSERT INTO member_position(member_id, organization_id, role, from_us) VALUES"
                    " (" ID("51") ", " ID("c2") ", 5, 1), (" ID("52") ", " ID(
                        "c2") ", 3, 1);"
                              "UPDATE member SET branch_id = (SELECT id FROM organization WHERE code = 'R')"
                              " WHERE card_number IN ('C2', 'C4');");
    assert_int_equal(put_officer(f, &SECRETARY, &MEMBER), ERR_NOT_FOUND); /* nor is he given another one */
    assert_int_equal(end(f, &RECEIVER, &MEMBER), ERR_NOT_ALLOWED);
    assert_int_equal(end(f, &SECRETARY, &MEMBER), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member_position WHERE member_id = " ID("52") " AND to_us IS NULL"),
                     0);
    assert_int_equal(end(f, &SECRETARY, &MEMBER), ERR_OK);        /* it may be said again */
    assert_int_equal(end(f, &SECRETARY, &DEPUTY), ERR_NOT_FOUND); /* who never held one there is unknown */
}

int main(void)
{
    const struct CMUnitTest tests[] = {WITH_PEOPLE(test_the_role_of_somebody_who_moved_away_can_be_ended)};
    return cmocka_run_group_tests(tests, start, stop);
}
