/* services/analytics/export: an export is made page by page, goes on where another left it, and leaves nothing when it
 * is stopped, against a real PostgreSQL. The list is the test's own: a line in its pages for each member. */
#include "analytics_fixture.h"

#include "common/base/mem.h"
#include "services/analytics/export/export_file.h"
#include "services/analytics/export/export_run.h"
#include "services/analytics/export/export_view.h"
#include "sotay/v1/auth.pb-c.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 2, ALL = 7, FIRST_PAGES = 2 };
static const struct uuid EXPORT = {{0xe0}}, OTHER = {{0xe1}}, HOLDER = {{1}}, HOLDER_2 = {{2}};
static const int64_t NOW = INT64_C(1795000000000000);

/* --- the list ----------------------------------------------------------------------------------------------------- */

struct list {
    struct fixture *f;
    size_t pages;                       /* that were asked for */
    void (*before)(struct list *, int); /* a page of this number is answered; NULL: nothing happens */
    enum err err;                       /* of this one instead of an answer */
    size_t err_at;
    bool stops;
    int64_t now_us;
    char scope_branch; /* of the last question */
};

static Pb__MemberItem *item(TALLOC_CTX *ctx, int number)
{
    Pb__MemberItem *member = mem_new(ctx, Pb__MemberItem);
    pb__member_item__init(member);
    member->full_name = mem_printf(ctx, "m%d", number);
    member->branch = mem_new(ctx, Pb__BranchRef);
    pb__branch_ref__init(member->branch);
    member->branch->name = mem_text(ctx, "b");
    return member;
}

static enum err ask(void *arg, TALLOC_CTX *ctx, const struct export_question *question,
                    const struct export_asked *asked, ProtobufCMessage **ret_answer)
{
    struct list *list = arg;
    const Pb__ListMembers *body = (const Pb__ListMembers *)question->message;
    int first = body->has_cursor ? body->cursor.data[0] : 0;
    list->pages++;
    list->scope_branch = (char)asked->scope->branch_id.data[0];
    if (list->before)
        list->before(list, first / PAGE);
    if (list->err && list->pages == list->err_at)
        return list->err;
    Pb__MemberList *page = mem_new(ctx, Pb__MemberList);
    pb__member_list__init(page);
    page->items = mem_array(ctx, Pb__MemberItem *, PAGE);
    for (int i = first; i < first + PAGE && i < ALL; i++)
        page->items[page->n_items++] = item(ctx, i);
    page->has_next_cursor = first + PAGE < ALL;
    if (page->has_next_cursor)
        page->next_cursor = mem_bytes(ctx, &(uint8_t){(uint8_t)(first + PAGE)}, 1);
    *ret_answer = &page->base;
    return ERR_OK;
}

static int64_t now_us(void *arg)
{
    return ((struct list *)arg)->now_us;
}

static bool stops(void *arg)
{
    return ((struct list *)arg)->stops;
}

/* --- jobs --------------------------------------------------------------------------------------------------------- */

static char folder[] = "/tmp/sotay-exports-XXXXXX";

static void put(struct fixture *f, const struct uuid *id, const struct uuid *member, Pb__TableFormat format)
{
    const struct export export = {.id = *id,
                                  .member = *member,
                                  .organization = BRANCH_10B,
                                  .kind = PB__TABLE_KIND__TABLE_KIND_MEMBERS,
                                  .format = format,
                                  .created_at_us = NOW};
    struct pg_args *args = export_store_put(f->ctx);
    export_store_put_add(f->ctx, args, &export, NOW + EXPORT_LIFE_US);
    pg_queue(f->pg, args);
    must_flush(f->pg);
}

static void begin(struct fixture *f, Pb__TableFormat format)
{
    memcpy(strrchr(folder, '-') + 1, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    tell_tree(f);
    tell_people(f);
    put(f, &EXPORT, &SECRETARY, format);
}

static struct export_job job_of(struct fixture *f, const struct uuid *id)
{
    struct export_job job;
    bool found;
    assert_int_equal(export_store_find(f->pg, f->ctx, id, &SECRETARY, &job, &found), ERR_OK);
    assert_true(found);
    return job;
}

static enum err run(struct list *list, const struct uuid *holder)
{
    struct export_job job;
    if (!list->now_us)
        list->now_us = NOW;
    const struct export_options options = {.pg = list->f->pg,
                                           .holder = *holder,
                                           .folder = folder,
                                           .ask = ask,
                                           .now_us = now_us,
                                           .stops = stops,
                                           .arg = list};
    return export_run(list->f->ctx, &EXPORT, &options, &job);
}

/* As if the time had passed. */
static void end_lease(struct fixture *f)
{
    must(f->pg, "UPDATE export_job SET leased_until_us = 0");
}

static size_t files(void)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* Of the names in it, their numbers. */
static const char *content(struct fixture *f)
{
    struct export_job job = job_of(f, &EXPORT);
    const struct export_place place = {folder, EXPORT, job.file};
    char line[256], *text = mem_text(f->ctx, "");
    FILE *file = fopen(mem_printf(f->ctx, "%s/%s", folder, export_file_path(f->ctx, &place)), "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "\"m", 2) == 0)
            text = mem_append(text, "%c", line[2]);
    fclose(file);
    return text;
}

static void clean(struct fixture *f)
{
    struct export_job job = job_of(f, &EXPORT);
    export_file_remove(&(struct export_place){folder, EXPORT, job.takes}, 1);
    assert_int_equal(rmdir(folder), 0);
}

#define CSV PB__TABLE_FORMAT__TABLE_FORMAT_CSV
#define XLSX PB__TABLE_FORMAT__TABLE_FORMAT_XLSX

/* --- tests -------------------------------------------------------------------------------------------------------- */

static void test_it_is_made_page_by_page_in_its_members_name(void **state)
{
    struct list list = {.f = *state};
    begin(list.f, CSV);
    assert_int_equal(export_view(list.f->ctx, &(struct export_job){.is.id = EXPORT})->state,
                     PB__JOB_STATE__JOB_STATE_WAITING);
    assert_int_equal(run(&list, &HOLDER), ERR_OK);
    assert_int_equal(list.pages, 4);
    assert_int_equal(list.scope_branch, (char)BRANCH_10B.bytes[0]);
    struct export_job job = job_of(list.f, &EXPORT);
    Pb__TableExport *view = export_view(list.f->ctx, &job);
    assert_int_equal(view->state, PB__JOB_STATE__JOB_STATE_SUCCEEDED);
    assert_int_equal(view->rows, ALL);
    assert_int_equal(view->expires_at_us, NOW + CLOCK_DAY_US);
    assert_string_equal(content(list.f), "0123456");
    assert_int_equal(run(&list, &HOLDER), ERR_OWNER_LOST); /* it is done */
    clean(list.f);
}

static void test_whoever_takes_it_over_goes_on_behind_the_last_page(void **state)
{
    struct list list = {.f = *state, .err = ERR_UNAVAILABLE, .err_at = FIRST_PAGES + 1};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_UNAVAILABLE);
    assert_int_equal(job_of(list.f, &EXPORT).rows, FIRST_PAGES * PAGE);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OWNER_LOST); /* it rests */
    end_lease(list.f);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_int_equal(list.pages, FIRST_PAGES + 1 + 2);
    assert_string_equal(content(list.f), "0123456");
    assert_int_equal(files(), 1);
    clean(list.f);
}

static void test_a_page_that_no_commit_tells_of_comes_once(void **state)
{
    struct list list = {.f = *state, .err = ERR_UNAVAILABLE, .err_at = FIRST_PAGES + 1};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_UNAVAILABLE);
    /* A process that died between the disk and the commit. */
    struct export_job job = job_of(list.f, &EXPORT);
    FILE *file = fopen(mem_printf(list.f->ctx, "%s/%s", folder,
                                  export_file_path(list.f->ctx, &(struct export_place){folder, EXPORT, job.file})),
                       "ae");
    assert_true(fputs("\"m4\",\r\n\"m5", file) >= 0);
    fclose(file);
    end_lease(list.f);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_string_equal(content(list.f), "0123456");
    clean(list.f);
}

/* Its last page is in the file, and no commit says that it is whole. */
static void test_one_that_ends_with_its_last_page_has_no_row_twice(void **state)
{
    struct list list = {.f = *state};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_OK);
    must(list.f->pg, "UPDATE export_job SET finished_at_us = NULL");
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_int_equal(job_of(list.f, &EXPORT).rows, ALL);
    assert_string_equal(content(list.f), "0123456");
    clean(list.f);
}

static void test_one_whose_file_is_lost_begins_anew(void **state)
{
    struct list list = {.f = *state, .err = ERR_UNAVAILABLE, .err_at = FIRST_PAGES + 1};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_UNAVAILABLE);
    export_file_remove(&(struct export_place){folder, EXPORT, 1}, 1);
    end_lease(list.f);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_int_equal(list.pages, FIRST_PAGES + 1 + 4);
    assert_string_equal(content(list.f), "0123456");
    clean(list.f);
}

static void test_a_workbook_is_begun_again_from_its_first_row(void **state)
{
    struct list list = {.f = *state, .err = ERR_UNAVAILABLE, .err_at = FIRST_PAGES + 1};
    begin(list.f, XLSX);
    assert_int_equal(run(&list, &HOLDER), ERR_UNAVAILABLE);
    assert_int_equal(files(), 0);
    end_lease(list.f);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_int_equal(list.pages, FIRST_PAGES + 1 + 4);
    assert_int_equal(job_of(list.f, &EXPORT).rows, ALL);
    assert_int_equal(files(), 1);
    clean(list.f);
}

/* --- others come between ------------------------------------------------------------------------------------------ */

static void stop_export(struct list *list, int page)
{
    if (page != 1)
        return;
    struct pg_args *args = export_store_stop(list->f->ctx);
    export_store_stop_add(args, &EXPORT, NOW);
    pg_queue(list->f->pg, args);
    must_flush(list->f->pg);
}

static void test_one_that_is_stopped_half_way_leaves_nothing(void **state)
{
    for (int format = CSV; format <= (int)XLSX; format++) {
        struct list list = {.f = *state, .before = stop_export};
        must(list.f->pg, "TRUNCATE export_job");
        begin(list.f, (Pb__TableFormat)format);
        assert_int_equal(run(&list, &HOLDER), ERR_OWNER_LOST);
        assert_int_equal(list.pages, 2);
        assert_int_equal(files(), 0);
        struct export_job job = job_of(list.f, &EXPORT);
        assert_string_equal(job.problem, "export_stopped");
        assert_int_equal(export_view(list.f->ctx, &job)->state, PB__JOB_STATE__JOB_STATE_REJECTED);
        struct pg_result *ended;
        assert_int_equal(export_store_ended(list.f->pg, list.f->ctx, NOW, 10, &ended), ERR_OK);
        assert_int_equal(pg_rows(ended), 1);
        clean(list.f);
    }
}

static void let_another_take_it(struct list *list, int page)
{
    struct export_job job;
    if (page != 1)
        return;
    end_lease(list->f);
    assert_int_equal(
        export_store_take(list->f->pg, list->f->ctx, &EXPORT, &HOLDER_2, clock_now_us() + CLOCK_MINUTE_US, &job),
        ERR_OK);
}

static void test_whoever_lost_it_writes_nothing_more(void **state)
{
    struct list list = {.f = *state, .before = let_another_take_it};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_OWNER_LOST);
    struct export_job job = job_of(list.f, &EXPORT);
    assert_int_equal(job.rows, PAGE);
    assert_true(job.is_held);
    assert_int_equal(files(), 0); /* the other one begins anew */
    list.before = NULL;
    end_lease(list.f);
    assert_int_equal(run(&list, &HOLDER_2), ERR_OK);
    assert_string_equal(content(list.f), "0123456");
    clean(list.f);
}

static void take_his_place(struct list *list, int page)
{
    if (page == 1)
        BATCH(list->f, told_member(list->f, &SECRETARY, 2, &BRANCH_10B, 1, NULL));
}

static void test_whoever_loses_his_place_meanwhile_gets_nothing(void **state)
{
    struct list list = {.f = *state, .before = take_his_place};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_NOT_ALLOWED);
    assert_int_equal(list.pages, 2);
    assert_string_equal(job_of(list.f, &EXPORT).problem, "not_allowed");
    assert_int_equal(files(), 0);
    clean(list.f);
}

static void test_what_the_list_refuses_ends_it_and_our_own_fault_at_the_third_time(void **state)
{
    struct list list = {.f = *state, .err = ERR_NOT_FOUND, .err_at = 2};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_NOT_FOUND);
    assert_string_equal(job_of(list.f, &EXPORT).problem, "not_found");
    clean(list.f);
    must(list.f->pg, "TRUNCATE export_job");
    begin(list.f, CSV);
    for (int i = 1; i <= 3; i++) {
        list = (struct list){.f = *state, .err = ERR_INTERNAL, .err_at = 1};
        end_lease(list.f);
        assert_int_equal(run(&list, &HOLDER), ERR_INTERNAL);
        assert_int_equal(job_of(list.f, &EXPORT).finished_at_us > 0, i == 3);
    }
    assert_int_equal(files(), 0);
    clean(list.f);
}

static void test_one_that_takes_a_day_is_given_up(void **state)
{
    struct list list = {.f = *state, .err = ERR_UNAVAILABLE, .err_at = 2};
    begin(list.f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_UNAVAILABLE);
    end_lease(list.f);
    list.now_us = NOW + CLOCK_DAY_US;
    assert_int_equal(run(&list, &HOLDER), ERR_TIMEOUT);
    assert_string_equal(job_of(list.f, &EXPORT).problem, "timeout");
    assert_int_equal(files(), 0);
    clean(list.f);
}

/* --- limits, and the end ------------------------------------------------------------------------------------------ */

static void test_a_member_has_one_under_way_and_others_theirs(void **state)
{
    struct fixture *f = *state;
    struct uuid next;
    bool found;
    begin(f, CSV);
    const struct export export = {.id = OTHER, .member = SECRETARY, .created_at_us = NOW};
    struct pg_args *args = export_store_put(f->ctx);
    export_store_put_add(f->ctx, args, &export, NOW + EXPORT_LIFE_US);
    pg_queue(f->pg, args);
    assert_int_equal(pg_flush(f->pg), ERR_CONSTRAINT);
    assert_string_equal(pg_constraint(f->pg), "export_job_member");
    put(f, &OTHER, &MEMBER, CSV);
    assert_int_equal(export_store_next(f->pg, f->ctx, &next, &found), ERR_OK);
    assert_true(found && uuid_equal(&next, &EXPORT));
    struct export_job job;
    assert_int_equal(export_store_find(f->pg, f->ctx, &OTHER, &SECRETARY, &job, &found), ERR_OK);
    assert_false(found); /* another's */
    clean(f);
}

static void test_files_go_after_a_day_and_rows_with_operations(void **state)
{
    struct list list = {.f = *state};
    struct fixture *f = list.f;
    struct pg_result *ended;
    begin(f, CSV);
    assert_int_equal(run(&list, &HOLDER), ERR_OK);
    assert_int_equal(export_store_ended(f->pg, f->ctx, NOW + CLOCK_DAY_US - 1, 10, &ended), ERR_OK);
    assert_int_equal(pg_rows(ended), 0);
    assert_int_equal(export_store_ended(f->pg, f->ctx, NOW + CLOCK_DAY_US, 10, &ended), ERR_OK);
    assert_int_equal(pg_rows(ended), 1);
    assert_int_equal(pg_get_int8(ended, 0, 1), 1);
    clean(f);
    assert_int_equal(export_store_gone(f->pg, f->ctx, &EXPORT, 1, NOW), ERR_OK);
    assert_int_equal(export_store_ended(f->pg, f->ctx, NOW + CLOCK_DAY_US, 10, &ended), ERR_OK);
    assert_int_equal(pg_rows(ended), 0);
    (void)job_of(f, &EXPORT); /* its operation still says what became of it */
    assert_int_equal(export_store_gone(f->pg, f->ctx, NULL, 0, NOW + CLOCK_DAY_US), ERR_OK);
    struct export_job job;
    bool found;
    assert_int_equal(export_store_find(f->pg, f->ctx, &EXPORT, &SECRETARY, &job, &found), ERR_OK);
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_it_is_made_page_by_page_in_its_members_name),
        CASE(test_whoever_takes_it_over_goes_on_behind_the_last_page),
        CASE(test_a_page_that_no_commit_tells_of_comes_once),
        CASE(test_one_that_ends_with_its_last_page_has_no_row_twice),
        CASE(test_one_whose_file_is_lost_begins_anew),
        CASE(test_a_workbook_is_begun_again_from_its_first_row),
        CASE(test_one_that_is_stopped_half_way_leaves_nothing),
        CASE(test_whoever_lost_it_writes_nothing_more),
        CASE(test_whoever_loses_his_place_meanwhile_gets_nothing),
        CASE(test_what_the_list_refuses_ends_it_and_our_own_fault_at_the_third_time),
        CASE(test_one_that_takes_a_day_is_given_up),
        CASE(test_a_member_has_one_under_way_and_others_theirs),
        CASE(test_files_go_after_a_day_and_rows_with_operations),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
