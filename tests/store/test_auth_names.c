/* Lists of people against a real PostgreSQL: their order, what finds them, of whom private things are shown, and that
 * a city of 475,000 is no reason to read them all. */
#include "auth_people_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "common/base/name_order.h"
#include "services/auth/member/member_names_store.h"
#include "services/auth/member/member_view_store.h"
#include "services/auth/organization/organization.h"
#include <string.h>

static void add_member(struct fixture *f, const char *card, const char *name, const struct uuid *branch)
{
    static const struct pg_statement ADD = {
        .name = "test_add_member",
        .sql =
            "INSERT INTO member(id, version, card_number, full_name, search_name, branch_id, status, exempt, since_us,"
            "    changed_at_us) VALUES (gen_random_uuid(), 1, $1::text, $2::text, fold($2::text), $3::uuid, 0, false,"
            "    1, 1)"};
    struct pg_args *args = pg_args(f->ctx, &ADD);
    struct pg_result *rows;
    pg_add_text(args, card);
    pg_add_text(args, name);
    pg_add_uuid(args, branch);
    assert_int_equal(pg_run(f->pg, args, &rows), ERR_OK);
}

/* As auth does it for rows of before, some at a time. */
static void make_names(struct fixture *f)
{
    size_t n = 1;
    while (n > 0)
        assert_int_equal(member_names_turn(f->pg, f->ctx, 0, &n), ERR_OK);
    assert_int_equal(number(f, "SELECT count(*) FROM member WHERE name_key = ''"), 0);
}

/* The names on all pages, each followed by "; ". */
static const char *listed(struct fixture *f, const struct member_filter *filter, const char *q, int limit)
{
    struct name_page page = {.q = q, .limit = limit};
    struct member_row *rows;
    char *names = mem_text(f->ctx, "");
    size_t n;
    do {
        assert_int_equal(member_view_store_list(f->pg, f->ctx, filter, &page, &rows, &n), ERR_OK);
        for (size_t i = 0; i < n && i < (size_t)limit; i++) {
            names = mem_append(names, "%s; ", rows[i].item->full_name);
            page.has_after = true;
            page.after_name = rows[i].name_key;
            assert_int_equal(uuid_from_pb(rows[i].item->id, &page.after_id), ERR_OK);
        }
    } while (n > (size_t)limit);
    return names;
}

enum { A_FEW = 10, A_CITY = 475000 }; /* members of a subtree: what makes it be read in one way or another */

static const struct {
    const char *q, *names;
} SEARCHES[] = {
    {NULL, "Trần Đình An; Lê Ánh; Người Nhận; Đỗ Hà Phó; Bí Thư; Trần Thị Ước; Đảng Viên; "},
    {"", "Trần Đình An; Lê Ánh; Người Nhận; Đỗ Hà Phó; Bí Thư; Trần Thị Ước; Đảng Viên; "},
    {"an", "Trần Đình An; Lê Ánh; Người Nhận; Trần Thị Ước; Đảng Viên; "},
    {"án", "Lê Ánh; "}, /* with accents those alone */
    {"ÁNH", "Lê Ánh; "},
    {"anh", "Lê Ánh; "},
    {"đình", "Trần Đình An; "},
    {"dinh", "Trần Đình An; "},
    {"dình", ""},
    {"  tran   dinh ", "Trần Đình An; "}, /* whatever the blanks */
    {"trandinh", "Trần Đình An; "},
    {"tr an", "Trần Đình An; Trần Thị Ước; "},
    {"C2", "Đảng Viên; "}, /* a card */
    {" C 2 ", "Đảng Viên; "},
    {"C", "Trần Thị Ước; "}, /* which is whole, or none */
    {"%", ""},
    {"_", ""},
    {"\\", ""},
    {"t%n", ""},
};

static struct member_filter filter_of(const struct uuid *organization, int64_t subtree)
{
    return (struct member_filter){.organization = *organization, .subtree = subtree, .privacy = PRIVACY_OF_ALL};
}

static void add_people(struct fixture *f)
{
    must(f->pg, "UPDATE member SET full_name = 'Đỗ Hà Phó' WHERE card_number = 'C4'");
    add_member(f, "D1", "Trần Đình An", &BRANCH);
    add_member(f, "D2", "Lê Ánh", &OTHER_BRANCH);
    add_member(f, "D3", "Trần Thị Ước", &WARD);
    make_names(f);
}

static void test_people_are_listed_by_given_name_and_found_by_a_part_of_their_name(void **state)
{
    struct fixture *f = *state;
    static const int64_t SIZES[] = {A_FEW, A_CITY};
    static const int LIMITS[] = {1, 2, 100};
    add_people(f);
    for (size_t i = 0; i < ARRAY_LENGTH(SEARCHES); i++)
        for (size_t size = 0; size < ARRAY_LENGTH(SIZES); size++)
            for (size_t limit = 0; limit < ARRAY_LENGTH(LIMITS); limit++) {
                struct member_filter filter = filter_of(&WARD, SIZES[size]);
                assert_string_equal(listed(f, &filter, SEARCHES[i].q, LIMITS[limit]), SEARCHES[i].names);
            }
    struct member_filter direct = filter_of(&BRANCH, 0);
    assert_string_equal(listed(f, &direct, NULL, 2), "Trần Đình An; Đỗ Hà Phó; Bí Thư; Đảng Viên; ");
    assert_string_equal(listed(f, &direct, "án", 2), "");
    assert_string_equal(listed(f, &direct, "C4", 2), "Đỗ Hà Phó; ");
}

/* Who is an officer over the ward and leads it sees of its branches' members their names, and of those who are
 * directly in it more. */
static void test_private_things_are_shown_and_searched_of_those_alone_whom_he_leads(void **state)
{
    struct fixture *f = *state;
    static const int64_t SIZES[] = {A_FEW, A_CITY};
    add_people(f);
    must(f->pg, "UPDATE member SET phone = '+84600000001'");
    for (size_t i = 0; i < ARRAY_LENGTH(SIZES); i++) {
        struct member_filter filter = filter_of(&WARD, SIZES[i]);
        struct name_page page = {.limit = 100};
        struct member_row *rows;
        size_t n, n_whole = 0;
        filter.privacy = PRIVACY_OF_DIRECT;
        assert_int_equal(member_view_store_list(f->pg, f->ctx, &filter, &page, &rows, &n), ERR_OK);
        assert_int_equal(n, 7);
        for (size_t row = 0; row < n; row++) {
            bool is_direct = strcmp(rows[row].item->full_name, "Trần Thị Ước") == 0;
            assert_int_equal(rows[row].item->has_status && rows[row].item->has_exempt &&
                                 rows[row].item->has_activated && rows[row].item->phone,
                             is_direct);
            n_whole += rows[row].item->phone || rows[row].item->has_status;
        }
        assert_int_equal(n_whole, 1);
        assert_string_equal(listed(f, &filter, "C2", 2), "");
        assert_string_equal(listed(f, &filter, "D3", 2), "Trần Thị Ước; ");
        filter.has_exempt = true;
        assert_string_equal(listed(f, &filter, NULL, 2), "Trần Thị Ước; ");
        filter.privacy = PRIVACY_OF_NOBODY;
        assert_string_equal(listed(f, &filter, NULL, 2), "");
    }
}

/* Of one part each, since ICU compares all letters of a text before any tone of it. */
static void test_the_order_is_that_of_the_vietnamese_dictionaries(void **state)
{
    struct fixture *f = *state;
    must(f->pg, "CREATE TEMPORARY TABLE word(n serial, word text, key text COLLATE \"C\")");
    must(f->pg,
         "INSERT INTO word(word) SELECT c || v || e FROM"
         "    unnest(string_to_array(',B,C,D,Đ,G,H,K,L,M,N,Ng,P,Q,R,S,T,Tr,V,X', ',')) c,"
         "    unnest(string_to_array('a,à,ả,ã,á,ạ,ă,ằ,ẳ,ẵ,ắ,ặ,â,ầ,ẩ,ẫ,ấ,ậ,e,è,ẻ,ẽ,é,ẹ,ê,ề,ể,ễ,ế,ệ,i,ì,ỉ,ĩ,í,ị,o,ò,"
         "ỏ,õ,ó,ọ,ô,ồ,ổ,ỗ,ố,ộ,ơ,ờ,ở,ỡ,ớ,ợ,u,ù,ủ,ũ,ú,ụ,ư,ừ,ử,ữ,ứ,ự,y,ỳ,ỷ,ỹ,ý,ỵ', ',')) v,"
         "    unnest(string_to_array(',n,ng,nh,i,u,m,t,c', ',')) e");
    static const struct pg_statement WORDS = {.name = "test_words", .sql = "SELECT n::int8, word FROM word"};
    static const struct pg_statement KEYS = {
        .name = "test_keys",
        .each = true,
        .sql = "UPDATE word w SET key = u.key FROM unnest($1::int8[], $2::text[]) u(n, key) WHERE w.n = u.n"};
    struct pg_args *keys = pg_args(f->ctx, &KEYS);
    struct pg_result *words;
    assert_int_equal(pg_run(f->pg, pg_args(f->ctx, &WORDS), &words), ERR_OK);
    for (size_t i = 0; i < pg_rows(words); i++) {
        pg_add_int8(keys, pg_get_int8(words, i, 0));
        pg_add_text(keys, name_order_key(f->ctx, pg_get_text(f->ctx, words, i, 1)));
    }
    assert_int_equal(pg_run(f->pg, keys, &words), ERR_OK);
    assert_true(number(f, "SELECT count(*) FROM word") > 10000);
    assert_int_equal(
        number(f, "SELECT count(*) FROM (SELECT rank() OVER (ORDER BY lower(word) COLLATE \"vi-x-icu\") AS icu,"
                  "    rank() OVER (ORDER BY key) AS ours FROM word) r WHERE icu <> ours"),
        0);
}

static void assert_plan(struct fixture *f, const char *mode, const char *call, const char *index)
{
    const char *plan = plan_of(f, mode, call);
    if (strstr(plan, "Seq Scan on member") || !strstr(plan, index))
        fail_msg("%s", plan);
}

static void test_no_list_reads_the_whole_city(void **state)
{
    struct fixture *f = *state;
    must_all(f->pg, "INSERT INTO organization(id, version, code, name, level, parent_id, path, changed_at_us)"
                    " SELECT x.id, 1, 'X' || x.n, 'Chi bộ', 3, w.id, w.path || x.id, 1 FROM organization w,"
                    "    (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 400) n) x WHERE w.code = 'V';"
                    "ANALYZE organization;");
    for (int i = 0; i < 5; i++) /* not longer than a statement may last on a busy machine */
        must(f->pg,
             "INSERT INTO member(id, version, card_number, full_name, search_name, name_key, branch_id, status,"
             "    exempt, since_us, changed_at_us) SELECT x.id, 1, 'M' || x.id, 'Tên', 'ten' || x.id, x.id, o.id,"
             "    0, false, 1, 1 FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 2000) n) x"
             " JOIN organization o ON o.code = 'X' || (x.n % 400 + 1)");
    must(f->pg, "ANALYZE member");
    for (int64_t size = 0; size <= A_CITY; size += A_CITY / 2) { /* each way once, so that all are prepared */
        struct member_filter filter = filter_of(&WARD, size);
        (void)listed(f, &filter, "C2", 10);
        (void)listed(f, &filter, "viên", 10);
    }
    struct member_filter few = filter_of(&WARD, A_FEW);
    (void)listed(f, &few, NULL, 100);
#define OF_WARD "(" ID("c3") ", 2, NULL, NULL, NULL, "
#define FIRST "NULL, NULL, 20)"
    assert_plan(f, "force_generic_plan", "member_list_direct" OF_WARD "NULL, NULL, NULL, " FIRST, "member_branch");
    assert_plan(f, "force_generic_plan", "member_list_subtree" OF_WARD "NULL, NULL, NULL, " FIRST, "member_branch");
    assert_plan(f, "force_custom_plan", "member_list_many" OF_WARD "NULL, NULL, NULL, " FIRST,
                "Index Scan using member_name");
    /* So few are as well read one after the other: that the index could serve is what counts. */
    must(f->pg, "SET enable_seqscan = off");
    must(f->pg, "SET enable_indexscan = off");
    assert_plan(f, "force_custom_plan", "member_list_many" OF_WARD "'%tenabc1%', NULL, 'tenabc1', " FIRST,
                "member_search");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PEOPLE(test_people_are_listed_by_given_name_and_found_by_a_part_of_their_name),
        WITH_PEOPLE(test_private_things_are_shown_and_searched_of_those_alone_whom_he_leads),
        WITH_PEOPLE(test_the_order_is_that_of_the_vietnamese_dictionaries),
        WITH_PEOPLE(test_no_list_reads_the_whole_city),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
