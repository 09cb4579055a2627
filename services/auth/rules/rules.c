#include "services/auth/rules/rules.h"

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include <string.h>

enum { DAYS_AHEAD = 731 };

static bool names_reminders(const Pb__PutRules *body)
{
    for (size_t i = 0; i < body->n_named_fields; i++)
        if (body->named_fields[i] == FIELD_PUT_RULES_REMINDERS)
            return true;
    return false;
}

static void check_day(int32_t effective_on, int32_t today, struct problems *problems)
{
    if (effective_on < today)
        problems_add(problems, ERR_FIELD_PAST, "/effective_on");
    else if (effective_on > today + DAYS_AHEAD)
        problems_add(problems, ERR_FIELD_TOO_LARGE, "/effective_on");
}

static void check_reminders(const Pb__PutRules *body, struct problems *problems)
{
    for (size_t i = 0; i < body->n_reminders; i++)
        for (size_t earlier = 0; earlier < i; earlier++)
            if (body->reminders[i]->kind == body->reminders[earlier]->kind &&
                body->reminders[i]->offset_hours == body->reminders[earlier]->offset_hours) {
                problems_add(problems, ERR_FIELD_DUPLICATE, "/reminders/%zu", i);
                break;
            }
}

static void check_quiet(const Pb__PutRules *body, struct problems *problems)
{
    if (body->has_quiet_from && !body->has_quiet_to)
        problems_add(problems, ERR_FIELD_REQUIRED, "/quiet_to");
    else if (!body->has_quiet_from && body->has_quiet_to)
        problems_add(problems, ERR_FIELD_REQUIRED, "/quiet_from");
    else if (body->has_quiet_from && body->quiet_from == body->quiet_to)
        problems_add(problems, ERR_FIELD_DUPLICATE, "/quiet_to");
}

static void read_values(const Pb__PutRules *body, Pb__RuleValues *ret_values)
{
    pb__rule_values__init(ret_values);
#define READ(field)                              \
    ret_values->has_##field = body->has_##field; \
    ret_values->field = body->field;
    RULE_FIELDS(READ)
#undef READ
    ret_values->has_sets_reminders = ret_values->sets_reminders = names_reminders(body);
    ret_values->reminders = body->reminders;
    ret_values->n_reminders = body->n_reminders;
}

enum err rules_read(TALLOC_CTX *ctx, const Pb__PutRules *body, int64_t now_us, struct problems *problems,
                    Pb__DirectoryRules__Version *ret_version, Pb__RuleValues *ret_values)
{
    int32_t today = clock_local_date(now_us), effective_on = body->has_effective_on ? body->effective_on : today;
    check_day(effective_on, today, problems);
    check_reminders(body, problems);
    check_quiet(body, problems);
    if (body->has_term_started_on && body->term_started_on > effective_on)
        problems_add(problems, ERR_FIELD_FUTURE, "/term_started_on");
    enum err err = problems_verdict(problems);
    if (err)
        return err;
    struct uuid organization = uuid_or_zero(body->organization_id);
    read_values(body, ret_values);
    pb__directory_rules__version__init(ret_version);
    ret_version->organization_id = uuid_to_pb(ctx, &organization);
    ret_version->effective_on = effective_on;
    ret_version->from_us = effective_on == today ? now_us : clock_date_start_us(effective_on);
    ret_version->values = ret_values;
    return ERR_OK;
}

bool rules_say_nothing_new(TALLOC_CTX *ctx, const Pb__DirectoryRules *said, const Pb__DirectoryRules__Version *version)
{
    struct uuid organization = uuid_or_zero(version->organization_id);
    const Pb__DirectoryRules__Version *is = directory_rules_said(said, &organization, version->from_us);
    if (!is)
        return false;
    ProtobufCBinaryData a = mem_pack(ctx, &is->values->base), b = mem_pack(ctx, &version->values->base);
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}
