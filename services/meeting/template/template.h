/* The rules of agenda templates: topics that every meeting of some kinds has, so that a draft begins with them. State,
 * a command, the time → the next state or a refusal. Pure; any thread. */
#ifndef SOTAY_MEETING_TEMPLATE_H
#define SOTAY_MEETING_TEMPLATE_H

#include "services/meeting/prepared/prepared.h"
#include "sotay/v1/preparation.pb-c.h"

enum { TEMPLATES_LIMIT = 50 /* of an organisation */, TEMPLATE_KINDS = PB__MEETING_KIND__MEETING_KIND_EXECUTIVE + 1 };

struct agenda_template {
    struct prepared is; /* always counted */
    const char *title;
    int32_t minutes;
    size_t n_kinds; /* rising, at least one */
    int32_t kinds[TEMPLATE_KINDS];
};

/* What a body says. `sets_*`: it names the field. */
struct template_input {
    const char *title; /* NULL: keeps */
    bool sets_minutes, sets_kinds;
    int32_t minutes;
    const Pb__MeetingKind *kinds;
    size_t n_kinds;
};

/* Both: ERR_INVALID fills `problems`. ERR_LIMIT_REACHED: `n` are as many as may be. */
MUST_CHECK enum err template_add(const struct uuid *organization, const struct template_input *input, int32_t n,
                                 const struct meeting_cause *cause, struct problems *problems,
                                 struct agenda_template *ret_template);
/* What is so already changes nothing: the version stays. */
MUST_CHECK enum err template_edit(const struct agenda_template *old, const struct template_input *input,
                                  struct problems *problems, struct agenda_template *ret_next);
bool template_is_for(const struct agenda_template *of, Pb__MeetingKind kind);

#endif
