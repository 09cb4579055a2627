/* The stores of services/auth against a real PostgreSQL. */
#include "roster_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/auth/device/device_store.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_store.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_store.h"
#include "services/auth/organization/organization_view_store.h"
#include "services/auth/session/session_store.h"
#include "services/auth/told.h"

static void test_phones_travel_with_positions_only(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    assert_string_equal(record_of(f, "01")->phone, "+84900000001");
    assert_null(record_of(f, "02")->phone);
    assert_int_equal(record_of(f, "04")->positions[0]->role, PB__ROLE__ROLE_OFFICER);
}

static void test_older_access_tokens_end_with_a_membership_or_a_grant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *card, *row;
        bool ends;
    } ROWS[] = {
        {"02", "02,Trần Văn Bé,,,,B1,suspended,true,,,", true},
        {"02", "02,Trần Văn Bé,,,,B1,official,true,,,", false},
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,,,", false}, /* another name, a transfer without a grant */
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,secretary,,", false},
        {"02", "02,Trần Văn Lớn,,,,B2,official,false,deputy_secretary,,", true},
        {"02", "02,Trần Văn Lớn,,,,B1,official,false,,,", true}, /* the grant was the old branch's */
        {"02", "02,Trần Văn Lớn,,,,B1,left,false,,,", true},
        {"04", "04,Phạm Thị Dế,,,,B2,probationary,false,none,W,", true},
    };
    import(f, ORGANIZATIONS, MEMBERS);
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        uint32_t before = record_of(f, ROWS[i].card)->token_generation;
        import_row(f, ROWS[i].row);
        assert_int_equal(record_of(f, ROWS[i].card)->token_generation > before, ROWS[i].ends);
    }
}

static void test_who_leaves_is_signed_out_and_has_no_device(void **state)
{
    struct fixture *f = *state;
    const struct uuid gone = member_id_of("02"), stays = member_id_of("03");
    const struct uuid *members[] = {&gone, &stays};
    struct pg_args *devices = device_store_put(f->ctx);
    import(f, ORGANIZATIONS, MEMBERS);
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        struct new_session session = {.id = uuid_random(), .member = *members[i], .now_us = 1};
        struct device device = {.member = *members[i], .device_id = "phone", .app_version = NULL};
        device.token = mem_printf(f->ctx, "token %zu", i);
        device_hash_token(device.token, device.token_hash);
        session_store_add_queue(f->pg, f->ctx, &session);
        device_store_put_add(devices, &device);
    }
    pg_queue(f->pg, devices);
    must_flush(f->pg);
    import_row(f, "02,Trần Văn Bé,,,,B1,left,true,,,");
    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        Pb__LoginSessionList sessions = PB__LOGIN_SESSION_LIST__INIT;
        struct devices left;
        assert_int_equal(session_store_of_member(f->pg, f->ctx, members[i], 0, &sessions), ERR_OK);
        assert_int_equal(device_store_of_member(f->pg, f->ctx, members[i], &left), ERR_OK);
        assert_int_equal(sessions.n_items, i);
        assert_int_equal(left.n, i);
    }
    static const struct pg_statement SAID = {.name = "said", .sql = "SELECT announcement FROM outbox_loose"};
    struct pg_result *said;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &SAID), &said), ERR_OK);
    assert_int_equal(pg_rows(said), 1);
    ProtobufCBinaryData packed = pg_get_bytes(f->ctx, said, 0, 0);
    const Pb__Announcement *a = (const Pb__Announcement *)mem_unpack(f->ctx, &pb__announcement__descriptor, packed.data,
                                                                     packed.len);
    assert_int_equal(a->n_messages, 2); /* SessionEnded, DeviceRemoved */
}

/* --- records --- */

static int64_t marks_of(struct fixture *f, enum topic topic, const struct uuid *key)
{
    static const struct pg_statement COUNT = {
        .name = "marks_of", .sql = "SELECT count(*) FROM marked_key WHERE topic = $1::int4 AND key = $2::uuid"};
    struct pg_args *args = pg_args(f->ctx, &COUNT);
    struct pg_result *row;
    pg_add_int4(args, (int32_t)topic);
    pg_add_uuid(args, key);
    assert_int_equal(pg_run(f->pg, args, &row), ERR_OK);
    return pg_get_int8(row, 0, 0);
}

static void test_every_change_of_a_record_marks_its_key(void **state)
{
    struct fixture *f = *state;
    const struct uuid root = organization_id_of("R"), branch = organization_id_of("B1"), first = member_id_of("00"),
                      member = member_id_of("01");
    assert_true(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &root) > 0); /* bootstrap */
    assert_true(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &first) > 0);
    import(f, ORGANIZATIONS, MEMBERS);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch), 2); /* the row, and its path */
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 1);
    must(f->pg, "TRUNCATE marked_key");
    import(f, ORGANIZATIONS, MEMBERS);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch), 0);
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 0);
    uint64_t version = record_of(f, "01")->version;
    must(f->pg, "UPDATE member_position SET to_us = from_us + 1 WHERE to_us IS NULL AND role = 2"); /* a grant ends */
    assert_int_equal(marks_of(f, TOPIC_DIRECTORY_MEMBERS, &member), 1);
    assert_int_equal(record_of(f, "01")->version, version + 1);
}

/* --- after a restore --- */

static void hear(struct fixture *f, enum topic topic, const struct uuid *id, const ProtobufCMessage *record)
{
    static const struct loop_part *const PARTS[] = {&TOLD_PART};
    struct loop_message message = {.topic = topic, .aggregate = *id, .body = record};
    parts_hear(f, PARTS, ARRAY_LENGTH(PARTS), &message, 1);
}

static void test_what_was_once_told_lifts_rows_that_are_behind(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    const struct uuid branch = organization_id_of("B1"), member = member_id_of("02");
    Pb__DirectoryMember *told = record_of(f, "02");
    Pb__DirectoryOrganization told_branch = PB__DIRECTORY_ORGANIZATION__INIT;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->version, told->version); /* it is what was told */
    told->version += 7;
    told->has_token_generation = true;
    told->token_generation = 4;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->version, told->version + 1);
    assert_int_equal(record_of(f, "02")->token_generation, 4);
    told->version--;
    told->token_generation = 9;
    hear(f, TOPIC_DIRECTORY_MEMBERS, &member, &told->base);
    assert_int_equal(record_of(f, "02")->token_generation, 4);
    told_branch.version = 5;
    hear(f, TOPIC_DIRECTORY_ORGANIZATIONS, &branch, &told_branch.base);
    assert_int_equal(organization(f, "B1")->version, 6);
}

/* --- visibility --- */

static void test_an_organisation_is_visible_from_its_path_grants_and_subtrees_only(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    struct uuid root = organization_id_of("R"), ward = organization_id_of("W"), one = organization_id_of("B1"),
                two = organization_id_of("B2");
    struct directory_scope member = {.has_branch = true, .branch = one}, head = {.heads = &two, .n_heads = 1},
                           officer = {.officers = &ward, .n_officers = 1}, nobody = {0};
    const struct {
        const struct directory_scope *scope;
        const struct uuid *id;
        bool seen;
    } rows[] = {
        {&member, &one, true},    {&member, &ward, true},  {&member, &root, true}, {&member, &two, false},
        {&head, &two, true},      {&head, &ward, false},   {&officer, &one, true}, {&officer, &two, true},
        {&officer, &root, false}, {&nobody, &root, false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        Pb__Organization *found;
        assert_int_equal(organization_view_store_read(f->pg, f->ctx, rows[i].scope, rows[i].id, &found, NULL), ERR_OK);
        assert_int_equal(found != NULL, rows[i].seen);
    }
}

static void test_members_are_found_by_the_middle_of_a_name_without_accents(void **state)
{
    struct fixture *f = *state;
    import(f, ORGANIZATIONS, MEMBERS);
    struct member_filter filter = {.organization = organization_id_of("W"), .subtree = 4, .privacy = PRIVACY_OF_ALL};
    struct name_page page = {.q = "thi d", .limit = 1};
    struct member_row *rows;
    size_t n;
    assert_int_equal(member_view_store_list(f->pg, f->ctx, &filter, &page, &rows, &n), ERR_OK);
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].item->full_name, "Phạm Thị Dế");
    assert_string_equal(rows[1].item->full_name, "Nguyễn Thị Đào"); /* đ after d */
    assert_string_equal(rows[1].item->phone, "+84900000001");
    page = (struct name_page){.q = "THỊ", .limit = 1, .has_after = true, .after_name = rows[0].name_key};
    assert_int_equal(uuid_from_pb(rows[0].item->id, &page.after_id), ERR_OK);
    assert_int_equal(member_view_store_list(f->pg, f->ctx, &filter, &page, &rows, &n), ERR_OK);
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].item->full_name, "Nguyễn Thị Đào");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_phones_travel_with_positions_only),
        CASE(test_older_access_tokens_end_with_a_membership_or_a_grant),
        CASE(test_who_leaves_is_signed_out_and_has_no_device),
        CASE(test_what_was_once_told_lifts_rows_that_are_behind),
        CASE(test_every_change_of_a_record_marks_its_key),
        CASE(test_an_organisation_is_visible_from_its_path_grants_and_subtrees_only),
        CASE(test_members_are_found_by_the_middle_of_a_name_without_accents),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
