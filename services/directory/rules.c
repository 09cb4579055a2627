#include "services/directory/rules.h"

#include "common/base/array.h"
#include "common/base/clock.h"

#define REMINDER(of, hours)                                                     \
    &(Pb__RuleReminder)                                                         \
    {                                                                           \
        .base = PROTOBUF_C_MESSAGE_INIT(&pb__rule_reminder__descriptor),        \
        .kind = PB__REMINDER_KIND__REMINDER_KIND_##of, .offset_hours = (hours), \
    }
/* On the last day, and three and seven days behind it. Never written, though protobuf-c has no const. */
static Pb__RuleReminder *DEFAULT_REMINDERS[] = {
    REMINDER(NOT_REGISTERED, 0),     REMINDER(NOT_REGISTERED, 72),     REMINDER(NOT_REGISTERED, 168),
    REMINDER(RESOLUTION_OVERDUE, 0), REMINDER(RESOLUTION_OVERDUE, 72), REMINDER(RESOLUTION_OVERDUE, 168),
};
static const Pb__RuleValues DEFAULTS = {
    .has_sets_reminders = true,
    .sets_reminders = true,
    .n_reminders = ARRAY_LENGTH(DEFAULT_REMINDERS),
    .reminders = DEFAULT_REMINDERS,
    .has_registration_day = true,
    .registration_day = 20,
    .has_agenda_limit_minutes = true,
    .agenda_limit_minutes = 90,
    .has_resolution_due_days = true,
    .resolution_due_days = 2,
    .has_quiet_from = true,
    .quiet_from = 21 * 60,
    .has_quiet_to = true,
    .quiet_to = 7 * 60,
    .has_review = true,
    .review = PB__REVIEW_RHYTHM__REVIEW_RHYTHM_YEAR,
    .has_retention_days = true,
    .retention_days = 1825,
};

static bool is_later(const Pb__DirectoryRules__Version *a, const Pb__DirectoryRules__Version *b)
{
    return a->from_us != b->from_us ? a->from_us > b->from_us : a->version > b->version;
}

const Pb__DirectoryRules__Version *directory_rules_said(const Pb__DirectoryRules *said, const struct uuid *organization,
                                                        int64_t at_us)
{
    const Pb__DirectoryRules__Version *found = NULL;
    for (size_t i = 0; said && i < said->n_versions; i++) {
        const Pb__DirectoryRules__Version *version = said->versions[i];
        struct uuid id = uuid_or_zero(version->organization_id);
        if (uuid_equal(&id, organization) && version->from_us <= at_us && (!found || is_later(version, found)))
            found = version;
    }
    return found;
}

static void lay_over(const Pb__RuleValues *values, Pb__RuleValues *ret_values)
{
#define LAY_OVER(field)                    \
    if (values->has_##field) {             \
        ret_values->has_##field = true;    \
        ret_values->field = values->field; \
    }
    RULE_FIELDS(LAY_OVER)
#undef LAY_OVER
    if (values->sets_reminders) {
        ret_values->reminders = values->reminders;
        ret_values->n_reminders = values->n_reminders;
    }
}

void directory_rules_at(const Pb__DirectoryRules *said, const struct uuid path[], size_t n_path, int64_t at_us,
                        Pb__RuleValues *ret_values)
{
    pb__rule_values__init(ret_values);
    lay_over(&DEFAULTS, ret_values);
    for (size_t i = 0; i < n_path; i++) {
        const Pb__DirectoryRules__Version *version = directory_rules_said(said, &path[i], at_us);
        if (version)
            lay_over(version->values, ret_values);
    }
}

int64_t directory_registration_due_us(int32_t month, int32_t registration_day)
{
    return clock_date_last_us(clock_month_date(month - 1, registration_day));
}

static int64_t due_by_rules_of(const Pb__DirectoryRules *said, const struct uuid path[], size_t n_path, int32_t month,
                               int64_t at_us)
{
    Pb__RuleValues values;
    directory_rules_at(said, path, n_path, at_us, &values);
    return directory_registration_due_us(month, values.registration_day);
}

int64_t directory_registration_due_at_us(const Pb__DirectoryRules *said, const struct uuid path[], size_t n_path,
                                         int32_t month, int64_t now_us)
{
    int64_t begun_us = clock_month_start_us(month - 1);
    int64_t due_us = due_by_rules_of(said, path, n_path, month, begun_us < now_us ? begun_us : now_us);
    return due_by_rules_of(said, path, n_path, month, due_us < now_us ? due_us : now_us);
}
