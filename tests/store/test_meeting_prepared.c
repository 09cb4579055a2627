/* Tasks and agenda templates of services/meeting against a real PostgreSQL: what a batch writes is what the next one
 * loads, how many there are, and who sees them in which order. */
#include "meeting_fixture.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/lookup.h"
#include "services/meeting/host/host_lookup.h"
#include "services/meeting/task/task_set.h"
#include "services/meeting/task/task_store.h"
#include "services/meeting/template/template_set.h"
#include "services/meeting/template/template_store.h"

enum { DONE = PB__TASK_STATE__TASK_STATE_DONE };

static struct named_task task_of(uint8_t id, const struct uuid *org, int32_t due_on, int state)
{
    return (struct named_task){
        .is = {
            .is = {.id = {{id}}, .organization = *org, .version = 1, .created_at_us = id, .is_counted = state != DONE},
            .title = "Sửa mái",
            .assignee = MEMBER,
            .due_on = due_on,
            .state = (Pb__TaskState)state,
            .has_source = true,
            .source_type = PB__TASK__SOURCE__TYPE__TYPE_MEETING,
            .source = {{1}}}};
}

static struct agenda_template template_of(uint8_t id)
{
    return (struct agenda_template){
        .is = {.id = {{id}}, .organization = BRANCH_10B, .version = 1, .created_at_us = id, .is_counted = true},
        .title = "Sinh hoạt tư tưởng",
        .minutes = 20,
        .n_kinds = 2,
        .kinds = {PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__MEETING_KIND__MEETING_KIND_EXECUTIVE}};
}

/* A message about a thing or an organisation, as prepared_set_want and …_want_new read it; of nobody the directory
 * knows. */
static struct loop_message about(struct loop_batch *batch, struct uuid aggregate)
{
    return (struct loop_message){.aggregate = aggregate, .actor = {{0x99}}, .batch = batch};
}

static struct loop_batch *load_task(struct fixture *f, uint8_t id)
{
    struct loop_batch *batch = new_batch(f);
    const struct loop_message message = about(batch, (struct uuid){{id}});
    prepared_set_want(&message, &TASK_PART);
    return load_wanted(f, batch);
}

/* The set alone: what is kept was wanted before, or is new. */
static void keep_prepared(struct fixture *f, const struct loop_part *part, const void *thing)
{
    struct loop_batch *batch = new_batch(f);
    const struct loop_message message = about(batch, ((const struct prepared *)thing)->id);
    prepared_set_want(&message, part);
    load_wanted(f, batch);
    prepared_set_keep(batch, part, thing);
    write_whole(f, batch);
}

static void keep_tasks(struct fixture *f)
{
    const struct named_task tasks[] = {task_of(0x31, &BRANCH_10B, 300, 0), task_of(0x32, &BRANCH_10B, 200, DONE),
                                       task_of(0x33, &BRANCH_10B, 100, 0), task_of(0x34, &BRANCH_4, 100, 0)};
    for (size_t i = 0; i < ARRAY_LENGTH(tasks); i++)
        keep_prepared(f, &TASK_PART, &tasks[i]);
}

static struct named_task *listed(struct fixture *f, const struct directory_scope *scope, struct task_filter filter,
                                 size_t *ret_n)
{
    filter.organization = &BRANCH_10B;
    struct pg_result *rows = task_store_queue(f->ctx, f->pg, scope, &filter);
    must_flush(f->pg);
    *ret_n = pg_rows(rows);
    return task_store_read_all(f->ctx, rows);
}

static struct uuid heads[] = {{{0xb1}}};
static const struct directory_scope HEAD = {.heads = heads, .n_heads = 1};

static void test_a_task_that_was_kept_is_found_with_its_organisation(void **state)
{
    struct fixture *f = *state;
    keep_tasks(f);
    struct loop_batch *batch = load_task(f, 0x32);
    struct loop_message message = about(batch, (struct uuid){{0x32}});
    struct meeting_context context;
    const void *found = NULL;
    /* to nobody it is not there; what was found is told all the same */
    assert_int_equal(prepared_set_take(&message, &TASK_PART, &context, &found), ERR_NOT_FOUND);
    const struct named_task *task = found;
    assert_non_null(task);
    assert_string_equal(task->is.title, "Sửa mái");
    assert_string_equal(task->assignee, "Đảng Viên");
    assert_int_equal(task->is.due_on, 200);
    assert_int_equal(task->is.state, DONE);
    assert_false(task->is.is.is_counted);
    assert_true(task->is.has_source);
    assert_string_equal(context.host->org.name, "Chi bộ 10B");
    must(f->pg, "ROLLBACK");
}

static void test_open_ones_are_counted_and_follow_the_batch(void **state)
{
    struct fixture *f = *state;
    keep_tasks(f);
    struct loop_batch *batch = load_task(f, 0x32);
    assert_int_equal(prepared_set_count(batch, &TASK_PART, &BRANCH_10B), 2);
    struct named_task again = task_of(0x32, &BRANCH_10B, 200, 0), another = task_of(0x35, &BRANCH_10B, 200, 0);
    prepared_set_keep(batch, &TASK_PART, &again);
    assert_int_equal(prepared_set_count(batch, &TASK_PART, &BRANCH_10B), 3);
    prepared_set_keep(batch, &TASK_PART, &again);
    prepared_set_keep(batch, &TASK_PART, &another);
    assert_int_equal(prepared_set_count(batch, &TASK_PART, &BRANCH_10B), 4);
    write_whole(f, batch);

    batch = new_batch(f);
    const struct loop_message message = about(batch, BRANCH_10B);
    prepared_set_want_new(&message, &TASK_PART);
    load_wanted(f, batch);
    assert_int_equal(prepared_set_count(batch, &TASK_PART, &BRANCH_10B), 4);
    must(f->pg, "ROLLBACK");
}

static void test_what_is_due_first_comes_first_page_by_page(void **state)
{
    struct fixture *f = *state;
    size_t n;
    keep_tasks(f);
    struct named_task *all = listed(f, &HEAD, (struct task_filter){.limit = 10}, &n);
    assert_int_equal(n, 3);
    assert_int_equal(all[0].is.due_on, 100);
    assert_int_equal(all[2].is.due_on, 300);
    struct task_filter next = {.has_after = true, .after = {100, {{0x33}}}, .limit = 10};
    all = listed(f, &HEAD, next, &n);
    assert_int_equal(n, 2);
    assert_int_equal(all[0].is.due_on, 200);
    next.has_state = true;
    next.state = 0;
    all = listed(f, &HEAD, next, &n);
    assert_int_equal(n, 1);
    assert_int_equal(all[0].is.due_on, 300);
}

static void test_only_those_who_prepare_there_see_them(void **state)
{
    struct fixture *f = *state;
    const struct uuid task = {{0x31}};
    struct uuid wards[] = {WARD};
    const struct directory_scope member = {.branch = BRANCH_10B, .has_branch = true},
                                 officer_here = {.officers = heads, .n_officers = 1},
                                 officer_above = {.officers = wards, .n_officers = 1};
    const struct {
        const struct directory_scope *scope;
        size_t n;
    } CASES[] = {{&HEAD, 1}, {&officer_here, 1}, {&officer_above, 0}, {&member, 0}};
    keep_tasks(f);
    for (size_t i = 0; i < ARRAY_LENGTH(CASES); i++) {
        struct pg_result *rows = task_store_queue_one(f->ctx, f->pg, CASES[i].scope, &task);
        must_flush(f->pg);
        assert_int_equal(pg_rows(rows), CASES[i].n);
    }
}

static size_t count_templates(struct fixture *f, struct agenda_template *ret_last)
{
    const struct template_filter filter = {.organization = &BRANCH_10B, .limit = 10};
    struct pg_result *rows = template_store_queue(f->ctx, f->pg, &HEAD, &filter);
    must_flush(f->pg);
    const struct agenda_template *all = template_store_read_all(f->ctx, rows);
    if (pg_rows(rows) > 0)
        *ret_last = all[pg_rows(rows) - 1];
    return pg_rows(rows);
}

static void test_a_template_is_kept_changed_and_goes(void **state)
{
    struct fixture *f = *state;
    struct agenda_template one = template_of(0x41), other = template_of(0x42), last = {.minutes = 0};
    keep_prepared(f, &TEMPLATE_PART, &one);
    keep_prepared(f, &TEMPLATE_PART, &other);
    assert_int_equal(count_templates(f, &last), 2);
    assert_string_equal(last.title, other.title);
    assert_int_equal(last.n_kinds, 2);
    assert_int_equal(last.kinds[1], PB__MEETING_KIND__MEETING_KIND_EXECUTIVE);
    other.is.version = 2;
    other.n_kinds = 1;
    keep_prepared(f, &TEMPLATE_PART, &other);
    assert_int_equal(count_templates(f, &last), 2);
    assert_int_equal(last.n_kinds, 1);
    assert_int_equal(last.is.version, 2);
    other.is.version = 0;
    keep_prepared(f, &TEMPLATE_PART, &other);
    assert_int_equal(count_templates(f, &last), 1);
    assert_memory_equal(&last.is.id, &one.is.id, sizeof one.is.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_task_that_was_kept_is_found_with_its_organisation),
        CASE(test_open_ones_are_counted_and_follow_the_batch),
        CASE(test_what_is_due_first_comes_first_page_by_page),
        CASE(test_only_those_who_prepare_there_see_them),
        CASE(test_a_template_is_kept_changed_and_goes),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
