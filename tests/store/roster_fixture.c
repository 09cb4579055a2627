#include "roster_fixture.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/migrations.h"
#include "services/auth/bootstrap.h"
#include "services/auth/member/member.h"
#include "services/auth/member/member_store.h"
#include "services/auth/migrations.h"
#include "services/auth/organization/organization.h"
#include "services/auth/organization/organization_view_store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char ORGANIZATIONS[] = "code,parent_code,level,name,meeting_day\n"
                             "W,R,grassroots,Đảng bộ phường,\nB1,W,branch,Chi bộ 1,4\nB2,W,branch,Chi bộ 2,\n";
const char MEMBERS[] = MEMBER_COLUMNS
    "\n"
    "01,Nguyễn Thị Đào,1980-01-01,female,2005-01-01,B1,official,false,secretary,,+84900000001\n"
    "02,Trần Văn Bé,,,,B1,official,true,,,+84900000002\n"
    "03,Lê Văn Cò,,,,B1,suspended,false,,,\n"
    "04,Phạm Thị Dế,,,,B2,probationary,false,officer,W,\n";

int64_t now_us;

void fixture_fill(struct pg *pg)
{
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, auth);
}

void fixture_reset(struct pg *pg)
{
    now_us = clock_now_us();
    struct bootstrap b = {.root = organization_id_of("R"),
                          .admin = member_id_of("00"),
                          .code = "R",
                          .name = "Thành phố",
                          .admin_card = "00",
                          .admin_name = "Quản Trị",
                          .now_us = now_us};
    must(pg,
         "TRUNCATE organization, organization_count, member, member_past, member_position, member_history, transfer,"
         " account, recovery_code, session, refresh_token, login_throttle, device, import_job, import_error,"
         " import_absent, import_member, import_stage, outbox, outbox_loose, marked_key, seen, timer CASCADE");
    bootstrap_queue(pg, pg, &b);
    must_flush(pg);
}

static char *file_of(TALLOC_CTX *ctx, const char *text)
{
    char *path = mem_text(ctx, "/tmp/sotay-import-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

static bool always(void *arg)
{
    (void)arg;
    return true;
}

static enum err run_files(struct fixture *f, const struct uuid *id, const char *organizations, const char *members,
                          bool (*stops)(void *arg), struct import_job *ret_job)
{
    const struct import_options options = {.organizations_path = organizations ? file_of(f->ctx, organizations) : NULL,
                                           .members_path = file_of(f->ctx, members),
                                           .pg = f->pg,
                                           .holder = uuid_random(),
                                           .now_us = now_us += CLOCK_SECOND_US,
                                           .stops = stops};
    enum err err = import_run(f->ctx, id, &options, ret_job);
    if (options.organizations_path)
        unlink(options.organizations_path);
    unlink(options.members_path);
    return err;
}

struct import_job import_as(struct fixture *f, const struct import_job *as, const char *organizations,
                            const char *members)
{
    struct import_job job = *as, done = {0};
    if (uuid_is_zero(&job.id))
        job.id = uuid_random();
    job.scope.is_all = uuid_is_zero(&job.actor);
    assert_int_equal(import_store_renew(f->pg, f->ctx, &job, now_us), ERR_OK);
    enum err err = run_files(f, &job.id, organizations, members, NULL, &done);
    if (err && !done.problem)
        print_error("import: %s: %s\n", err_word(err), pg_message(f->pg));
    assert_string_equal(err ? err_word(err) : "", done.problem ? done.problem : "");
    return done;
}

enum err run_stopped(struct fixture *f, const struct uuid *id, const char *members, struct import_job *ret_job)
{
    return run_files(f, id, ORGANIZATIONS, members, always, ret_job);
}

enum err run_on(struct fixture *f, const struct uuid *id, const char *members, struct import_job *ret_job)
{
    return run_files(f, id, ORGANIZATIONS, members, NULL, ret_job);
}

struct import_job import(struct fixture *f, const char *organizations, const char *members)
{
    struct import_job job = import_as(f, &(struct import_job){0}, organizations, members);
    assert_null(job.problem);
    return job;
}

struct import_job import_row(struct fixture *f, const char *row)
{
    return import(f, ORGANIZATIONS, mem_printf(f->ctx, MEMBER_COLUMNS "\n%s\n", row));
}

void assert_result(const struct import_job *job, int created, int updated, int unchanged, int rejected)
{
    assert_int_equal(job->created, created);
    assert_int_equal(job->updated, updated);
    assert_int_equal(job->unchanged, unchanged);
    assert_int_equal(job->rejected, rejected);
}

struct import_view_errors errors_of(struct fixture *f, const struct import_job *job, bool warnings)
{
    struct import_view_errors errors;
    assert_int_equal(import_view_store_errors(f->pg, f->ctx, &job->id, warnings, 1000, &errors), ERR_OK);
    return errors;
}

void assert_error(const struct import_view_errors *errors, size_t i, const char *file, int64_t line, const char *field,
                  enum err code)
{
    assert_true(i < errors->n);
    assert_string_equal(errors->items[i].file, file);
    assert_int_equal(errors->items[i].line, line);
    assert_string_equal(errors->items[i].field, field);
    assert_string_equal(err_word(errors->items[i].code), err_word(code));
}

Pb__DirectoryMember *record_of(struct fixture *f, const char *card)
{
    struct uuid id = member_id_of(card);
    struct loop_record_list records;
    assert_int_equal(member_store_records(f->pg, f->ctx, &id, 1, &records), ERR_OK);
    assert_int_equal(records.n, 1);
    return (Pb__DirectoryMember *)mem_unpack(f->ctx, &pb__directory_member__descriptor, records.items[0].value.data,
                                             records.items[0].value.len);
}

Pb__Organization *organization(struct fixture *f, const char *code)
{
    Pb__Organization *found = NULL;
    struct uuid root = organization_id_of("R"), id = organization_id_of(code);
    struct directory_scope all = {.admins = &root, .n_admins = 1};
    assert_int_equal(organization_view_store_read(f->pg, f->ctx, &all, &id, &found, NULL), ERR_OK);
    assert_non_null(found);
    return found;
}
