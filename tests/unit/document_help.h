/* What tests of the rules of documents share. Branch 10B issues; "now" is 2026-11-10 09:00 local. */
#ifndef SOTAY_TESTS_UNIT_DOCUMENT_HELP_H
#define SOTAY_TESTS_UNIT_DOCUMENT_HELP_H

#include "rules.h"

#include "common/base/array.h"
#include "services/directory/directory.h"
#include "services/document/document/document.h"

#include <string.h>

enum {
    DRAFT = PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT,
    PUBLISHED = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
    REPLACED = PB__DOCUMENT_STATE__DOCUMENT_STATE_REPLACED,
    WITHDRAWN = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN
};
enum {
    PUBLIC = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC,
    INTERNAL = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
    RESTRICTED = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED
};

static const struct uuid BRANCH = {{4}}, AUTHOR = {{50}}, NAMED = {{51}}, OTHER = {{52}};
static const bool WITHIN[] = {true, true}, OUTSIDE[] = {false, false};

static inline struct document_cause cause(void)
{
    return (struct document_cause){.message = {{7}}, .now_us = local(2026, 11, 10, 9)};
}

static inline struct document document_of(int classification, int state)
{
    return (struct document){
        .id = {{3}},
        .organization = BRANCH,
        .author = AUTHOR,
        .version = 5,
        .title = "Nghị quyết",
        .classification = (Pb__Classification)classification,
        .state = (Pb__DocumentState)state,
        .audience = {.organizations = &BRANCH, .n_organizations = 1, .members = &NAMED, .n_members = 1},
        .content = {.bytes = 3, .media_type = "application/pdf"},
        .created_at_us = local(2026, 11, 1, 8)};
}

static inline struct document_input whole_input(void)
{
    return (struct document_input){.sets_kind = true,
                                   .sets_number = true,
                                   .sets_audience = true,
                                   .sets_classification = true,
                                   .sets_content = true,
                                   .title = "Nghị quyết",
                                   .number = "15-NQ",
                                   .text = "abc",
                                   .readers = 146,
                                   .kind = PB__DOCUMENT_KIND__DOCUMENT_KIND_RESOLUTION,
                                   .classification = (Pb__Classification)INTERNAL,
                                   .audience = {.organizations = &BRANCH, .n_organizations = 1},
                                   .organization_is_within = WITHIN,
                                   .member_is_within = WITHIN};
}

static inline enum err create(const struct document_input *input, struct document *ret_next)
{
    static const struct document_issuer issuer = {{{3}}, {{4}}, {{50}}};
    struct document_cause why = cause();
    return document_create(ctx, &issuer, input, &why, &problems, ret_next);
}

static inline enum err edit(const struct document *document, const struct document_input *input,
                            struct document *ret_next)
{
    struct document_cause why = cause();
    return document_edit(ctx, document, input, &why, &problems, ret_next);
}

static inline enum err publish(const struct document *document, int64_t at_us, bool is_timer, struct document *ret_next)
{
    struct document_cause why = cause();
    return document_publish(document, PB__NOTIFY__NOTIFY_PUSH, at_us, is_timer, &why, &problems, ret_next);
}

#endif
