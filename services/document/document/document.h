/* The rules of documents: state, a command, the time → the next state or a refusal. No I/O, clock or random numbers:
 * everything that a rule may know is an argument, every id comes from the message's. `now` is the message's.
 *
 *   discard ◀── draft ──publish──▶ published ──withdraw──▶ withdrawn ──hide──▶ hidden
 *                │ edit all          │ edit all but the content, which is put right
 *                └─publish at─┐      └──replace──▶ replaced ──withdraw──▶ withdrawn
 *                  (waits) ◀──┘ ──withdraw──▶ draft
 *
 * A rule never touches the document it is given: it fills `ret_next`, which shares the parts that stay (borrowed) and
 * is untouched after a refusal. What is new lives in `ctx`. Any thread. */
#ifndef SOTAY_DOCUMENT_DOCUMENT_H
#define SOTAY_DOCUMENT_DOCUMENT_H

#include "common/base/err.h"
#include "common/base/uuid.h"
#include "common/loop/problems.h"
#include "services/directory/audience.h"
#include "services/document/content/content.h"
#include "sotay/v1/document.pb-c.h"
#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

enum {
    DOCUMENT_DAYS_AHEAD = 400, /* publishing at a time */
    DOCUMENT_VERSIONS_MOST = 100,
};

/* --- state -------------------------------------------------------------------------------------------------------- */

struct document_target {
    struct uuid id;
    const char *text;
};
struct document_figure {
    const char *label;
    double value;
    const char *unit, *period;
};
/* Whose place it takes: a withdrawn one whose number it may bear, or one that it replaced. */
struct document_replaced {
    struct uuid id;
    const char *number; /* or NULL */
};
struct document_happening {
    int64_t starts_at_us, ends_at_us;
    const char *place;
}; /* starts_at_us 0: none; ends_at_us 0, place NULL: open */

struct document {
    struct uuid id, organization, author;
    uint64_t version; /* 0: does not exist */
    Pb__DocumentKind kind;
    Pb__DocumentState state;
    Pb__Classification classification;
    const char *number; /* or NULL */
    const char *title;
    int32_t
        number_since; /* a date: when the term, or the year, began in which nobody else bears its number; 0: never */
    bool has_issued_on;
    int32_t issued_on;
    struct audience audience;
    int64_t readers; /* people of the audience, as counted when it was set or published */
    struct content content;
    int32_t version_no; /* of the content, from 1 */
    Pb__Extraction extraction;
    int32_t pages_read, pages_known; /* while its file is read: so many of so many; 0: nobody knows yet */
    const char *extraction_failure;  /* a word of enum extract_end, or NULL */
    int32_t pages;                   /* 0: its file was not read yet, or has none */
    bool requires_acknowledgement;
    const struct document_target *targets;
    size_t n_targets;
    struct document_happening event;
    const struct document_figure *figures;
    size_t n_figures;
    int64_t created_at_us, publish_at_us, published_at_us; /* 0: not (yet) */
    const char *withdraw_reason;
    bool is_hidden;          /* withdrawn from the wrong people: its issuer alone reads it */
    struct uuid replaced_by; /* zero: none */
    bool is_succeeded;       /* what takes its place may be named */
    const struct document_replaced *replaces;
    size_t n_replaces;
    Pb__Notify notify;
    struct uuid notification; /* zero: nobody was told yet */
};

bool document_is_restricted(const struct document *document);
int64_t document_listed_at_us(const struct document *document);
int32_t document_dated_on(const struct document *document);

/* --- who may do what (ACCESS.md, rows document.*) ----------------------------------------------------------------- */

/* Who acts, as of `now`: what he is to the document, or while it does not exist yet to its organisation alone. */
struct document_actor {
    struct audience_reader reader;
    bool is_suspended; /* reads on, writes nothing */
    bool is_service;   /* a timer speaks */
};

enum document_action {
    DOCUMENT_READ,
    DOCUMENT_EDIT,
    DOCUMENT_PUBLISH,
    DOCUMENT_DISCARD,
    DOCUMENT_WITHDRAW,
    DOCUMENT_HIDE, /* withdraws it, if it is not withdrawn, for all but its issuer */
    DOCUMENT_REPLACE,
    DOCUMENT_CORRECT,
    DOCUMENT_ACKNOWLEDGE,
    DOCUMENT_COMMENT,
    DOCUMENT_REACT,
    DOCUMENT_ACTIONS,
};

bool document_may_create(Pb__Classification classification, const struct document_actor *actor);
/* Phones may ring at any hour for what he publishes. */
bool document_may_be_urgent(const struct document_actor *actor);
/* audience_may_read, but for what is hidden; and a timer reads all. */
bool document_may_read(const struct document *document, const struct document_actor *actor);
/* He sees it, and may act for its issuer. */
bool document_may_issue(const struct document *document, const struct document_actor *actor);
/* Visible → role → state: ERR_NOT_FOUND, ERR_NOT_ALLOWED, ERR_WRONG_STATE; of what readers do with a withdrawn one
 * ERR_WITHDRAWN. */
MUST_CHECK enum err document_check(const struct document *document, const struct document_actor *actor,
                                   enum document_action action);
/* He may do it, and there is something to do it to: what marks say. */
bool document_offers(const struct document *document, const struct document_actor *actor, enum document_action action);
const char *document_action_word(enum document_action action); /* as marks say it: "publish" */

/* --- commands ----------------------------------------------------------------------------------------------------- */

/* What a command is about beside its body. */
struct document_cause {
    struct uuid message;
    int64_t now_us;
    int32_t term_started_on; /* of the issuer, by the rules that hold; 0: none is known */
};

/* What a body says, with what it names looked up. `sets_*`: the body names the field. */
struct document_input {
    bool sets_kind, sets_number, sets_issued_on, sets_audience, sets_classification, sets_content, sets_acknowledgement,
        sets_targets, sets_event, sets_figures, sets_publish_at;
    Pb__DocumentKind kind;
    const char *number;
    const char *title; /* NULL: keeps */
    bool has_issued_on;
    int32_t issued_on;
    struct audience audience;
    const bool *organization_is_within, *member_is_within; /* of the audience: the issuing organisation or inside it */
    int64_t readers;
    Pb__Classification classification;
    bool names_blob, has_blob; /* the body names a hash; the gateway found the uploader's receipt */
    struct content blob;       /* if has_blob */
    const char *text;          /* NULL: none */
    bool requires_acknowledgement;
    const char *const *targets; /* texts */
    size_t n_targets;
    struct document_happening event;
    const struct document_figure *figures;
    size_t n_figures;
    bool has_publish_at;                    /* or it waits no longer */
    const struct document *const *replaces; /* NULL for what its maker may not issue, or is not there */
    size_t n_replaces;
};

struct document_issuer {
    struct uuid document, organization, author;
};

/* ERR_INVALID fills `problems`; ERR_BLOB_UNKNOWN: a hash that its sender did not upload. The right to act was checked
 * before. */
MUST_CHECK enum err document_create(TALLOC_CTX *ctx, const struct document_issuer *issuer,
                                    const struct document_input *input, const struct document_cause *cause,
                                    struct problems *problems, struct document *ret_next);
/* ERR_WRONG_STATE: the content of a published document. */
MUST_CHECK enum err document_edit(TALLOC_CTX *ctx, const struct document *document, const struct document_input *input,
                                  const struct document_cause *cause, struct problems *problems,
                                  struct document *ret_next);
/* at_us 0: now. A later time only notes it: the document waits (publish_at_us), and the timer that publishes it names
 * the same time. `is_timer`: ERR_WRONG_STATE unless that is still the time noted. */
MUST_CHECK enum err document_publish(const struct document *document, Pb__Notify notify, int64_t at_us, bool is_timer,
                                     const struct document_cause *cause, struct problems *problems,
                                     struct document *ret_next);
/* Another content takes the place of that of a published document. ERR_INVALID fills `problems`; ERR_BLOB_UNKNOWN;
 * ERR_LIMIT_REACHED. */
MUST_CHECK enum err document_correct(const struct document *document, const struct document_input *input,
                                     struct problems *problems, struct document *ret_next);
/* `by`: NULL where there is none that who acts may issue. What is restricted takes the place of nothing else, which
 * would name it to all. ERR_INVALID fills `problems`. */
MUST_CHECK enum err document_replace(const struct document *document, const struct document *by,
                                     struct problems *problems, struct document *ret_next);
/* The same of some of its clauses: the document stays in force. */
MUST_CHECK enum err document_replace_clauses(const struct document *document, const struct document *by,
                                             struct problems *problems, struct document *ret_next);
/* It is more than a draft, not hidden, and restricted only where the document is: DOCUMENT_COLUMNS has the same. */
bool document_names_successor(const struct document *document, const struct document *next);
/* The same document, its place taken by `next`. */
struct document document_succeed(const struct document *document, const struct document *next);
/* The same document, when what was to take its place is no more. */
struct document document_outlast(const struct document *document);
/* A draft that waits to be published waits no longer. `hide`: it reached the wrong people, who are to know nothing of
 * it. */
void document_withdraw(const struct document *document, const char *reason, bool hide,
                       const struct document_cause *cause, struct document *ret_next);
/* Those to whom it was told when it was published are told that it was withdrawn, and why. */
bool document_tells_withdrawal(const struct document *withdrawn);

#endif
