/* services/document/comment against a real PostgreSQL: who sees what was said of a document, in which order. */
#include "document_fixture.h"

#include "services/document/comment/comment_store.h"

static void say(struct fixture *f, uint8_t id, const struct document *document, const struct uuid *author,
                int64_t at_us)
{
    const struct comment comment = {{{id}}, document->id, *author, "Nên nêu rõ", at_us};
    struct pg_args *rows = comment_store_rows(f->ctx);
    comment_store_add(rows, &comment);
    pg_queue(f->pg, rows);
    must_flush(f->pg);
}

static struct directory_scope member_of(const struct uuid *member, const struct uuid *branch)
{
    return (struct directory_scope){.branch = *branch, .member = *member, .has_branch = true, .has_member = true};
}

static struct pg_result *ask(struct fixture *f, const struct directory_scope *scope,
                             const struct comment_filter *filter)
{
    struct pg_result *rows = comment_store_queue(f->ctx, f->pg, scope, filter);
    must_flush(f->pg);
    return rows;
}

static struct seen_comment row_of(struct fixture *f, const struct pg_result *rows, size_t row)
{
    struct seen_comment seen;
    comment_store_read(f->ctx, rows, row, &seen);
    return seen;
}

static void test_readers_see_them_oldest_first_in_pages(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope member = member_of(&MEMBER, &BRANCH_10B);
    struct document document = document_of(1, INTERNAL, PUBLISHED), other = document_of(2, INTERNAL, PUBLISHED);
    keep(f, &document);
    keep(f, &other);
    struct comment_filter filter = {.document = &document.id, .limit = 2};
    struct pg_result *rows = ask(f, &member, &filter);
    assert_int_equal(pg_rows(rows), 1); /* it sees the document, and none of it */
    struct seen_comment none = row_of(f, rows, 0);
    assert_true(uuid_is_zero(&none.is.id));

    say(f, 12, &document, &SECRETARY, 20);
    say(f, 11, &document, &MEMBER, 20);
    say(f, 13, &document, &MEMBER, 10);
    say(f, 14, &other, &MEMBER, 5);
    rows = ask(f, &member, &filter);
    assert_int_equal(pg_rows(rows), 2);
    struct seen_comment first = row_of(f, rows, 0), second = row_of(f, rows, 1);
    assert_int_equal(first.is.id.bytes[0], 13);
    assert_string_equal(first.author_name, "Đảng Viên");
    assert_int_equal(second.is.id.bytes[0], 11); /* of one moment by id */
    filter.has_after = true;
    filter.after = (struct keyset){second.is.created_at_us, second.is.id};
    rows = ask(f, &member, &filter);
    assert_int_equal(pg_rows(rows), 1);
    struct seen_comment third = row_of(f, rows, 0);
    assert_int_equal(third.is.id.bytes[0], 12);
}

static void test_who_does_not_read_the_document_sees_none(void **state)
{
    struct fixture *f = *state;
    const struct directory_scope neighbour = member_of(&NEIGHBOUR, &BRANCH_4);
    struct document document = document_of(1, INTERNAL, PUBLISHED);
    keep(f, &document);
    say(f, 11, &document, &MEMBER, 10);
    assert_int_equal(pg_rows(ask(f, &neighbour, &(struct comment_filter){.document = &document.id, .limit = 9})), 0);
}

static void test_ones_own_stand_in_order_wherever_they_were_said(void **state)
{
    struct fixture *f = *state;
    struct document document = document_of(1, INTERNAL, PUBLISHED), other = document_of(2, RESTRICTED, PUBLISHED);
    keep(f, &document);
    keep(f, &other);
    say(f, 11, &document, &MEMBER, 20);
    say(f, 12, &other, &MEMBER, 10);
    say(f, 13, &document, &SECRETARY, 5);
    struct pg_result *rows = comment_store_queue_own(f->ctx, f->pg, &MEMBER, &(struct comment_filter){.limit = 9});
    must_flush(f->pg);
    assert_int_equal(pg_rows(rows), 2);
    struct seen_comment first = row_of(f, rows, 0), second = row_of(f, rows, 1);
    assert_true(uuid_equal(&first.is.document, &other.id));
    assert_true(uuid_equal(&second.is.document, &document.id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_readers_see_them_oldest_first_in_pages),
        CASE(test_who_does_not_read_the_document_sees_none),
        CASE(test_ones_own_stand_in_order_wherever_they_were_said),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
