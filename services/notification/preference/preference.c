#include "services/notification/preference/preference.h"

#include "common/base/mem.h"
#include "contract_numbers.h"

struct preference preference_default(const struct uuid *member)
{
    return (struct preference){.member = *member,
                               .version = 1,
                               .digest = PB__DIGEST_CHOICE__DIGEST_CHOICE_OFF,
                               .locale = PB__LOCALE__LOCALE_VI,
                               .quiet_from = QUIET_AS_ALL,
                               .quiet_to = QUIET_AS_ALL,
                               .meetings = true,
                               .documents = true,
                               .surveys = true,
                               .reminders = true};
}

/* --- changing --- */

/* Of fields that may be emptied only the mask tells whether the body named them. */
static bool names(const Pb__EditPreferences *edit, uint32_t field)
{
    for (size_t i = 0; i < edit->n_named_fields; i++)
        if (edit->named_fields[i] == field)
            return true;
    return false;
}

static void edit_push(struct preference *preference, const Pb__EditPushChoices *push)
{
    if (push->has_meetings)
        preference->meetings = push->meetings;
    if (push->has_documents)
        preference->documents = push->documents;
    if (push->has_surveys)
        preference->surveys = push->surveys;
    if (push->has_reminders)
        preference->reminders = push->reminders;
}

/* His phones ring within twelve minutes of his morning: it must be over by then. */
enum { WAKING_MIN = 60 };

static const char *quiet_fault(const struct preference *preference)
{
    int32_t from = preference->quiet_from == QUIET_AS_ALL ? QUIET_FROM : preference->quiet_from;
    int32_t to = preference->quiet_to == QUIET_AS_ALL ? QUIET_TO : preference->quiet_to;
    if (from > QUIET_FROM || from <= QUIET_TO)
        return "/quiet_from";
    if (to < QUIET_TO || to >= from)
        return "/quiet_to";
    if (to + WAKING_MIN > from)
        return to == QUIET_TO ? "/quiet_from" : "/quiet_to";
    return NULL;
}

enum err preference_edit(const struct preference *before, const Pb__EditPreferences *edit, struct preference *ret_after,
                         const char **ret_field)
{
    struct preference after = *before;
    if (edit->has_digest)
        after.digest = edit->digest;
    if (edit->has_locale)
        after.locale = edit->locale;
    if (names(edit, FIELD_EDIT_PREFERENCES_QUIET_FROM))
        after.quiet_from = edit->has_quiet_from ? edit->quiet_from : QUIET_AS_ALL;
    if (names(edit, FIELD_EDIT_PREFERENCES_QUIET_TO))
        after.quiet_to = edit->has_quiet_to ? edit->quiet_to : QUIET_AS_ALL;
    if (edit->push)
        edit_push(&after, edit->push);
    bool says_when = names(edit, FIELD_EDIT_PREFERENCES_QUIET_FROM) || names(edit, FIELD_EDIT_PREFERENCES_QUIET_TO);
    *ret_field = says_when ? quiet_fault(&after) : NULL;
    if (*ret_field)
        return ERR_FIELD_QUIET_SHORT;
    *ret_after = after;
    return ERR_OK;
}

bool preference_is_same(const struct preference *a, const struct preference *b)
{
    return a->digest == b->digest && a->locale == b->locale && a->quiet_from == b->quiet_from &&
           a->quiet_to == b->quiet_to && a->meetings == b->meetings && a->documents == b->documents &&
           a->surveys == b->surveys && a->reminders == b->reminders;
}

/* --- what clients see --- */

Pb__Preferences *preference_view(TALLOC_CTX *ctx, const struct preference *preference)
{
    Pb__Preferences *view = mem_new(ctx, Pb__Preferences);
    pb__preferences__init(view);
    view->push = mem_new(ctx, Pb__PushChoices);
    pb__push_choices__init(view->push);
    view->digest = preference->digest;
    view->locale = preference->locale;
    view->has_quiet_from = preference->quiet_from != QUIET_AS_ALL;
    view->quiet_from = preference->quiet_from;
    view->has_quiet_to = preference->quiet_to != QUIET_AS_ALL;
    view->quiet_to = preference->quiet_to;
    view->push->meetings = preference->meetings;
    view->push->documents = preference->documents;
    view->push->surveys = preference->surveys;
    view->push->reminders = preference->reminders;
    return view;
}
