/* Who sees a thing, as a service says it and the gateway's streams decide it for each client, is who may read it by the
 * service's own rule: for every viewer of a small tree, every document and every meeting.
 *
 *     CITY ─┬─ WARD ─┬─ BRANCH
 *           │        └─ SISTER
 *           └─ FAR
 */
#include "test.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "services/directory/directory.h"
#include "services/document/reach/reach.h"
#include "services/gateway/stream/reached.h"
#include "services/meeting/meeting/meeting_access.h"
#include "services/meeting/reach/reach.h"

static const struct uuid CITY = {{1}}, WARD = {{2}}, BRANCH = {{3}}, SISTER = {{4}}, FAR = {{5}};
static const struct uuid AUTHOR = {{50}}, NAMED = {{51}}, OTHER = {{52}};

static const struct uuid PATHS[][3] = {
    {{{1}}}, {{{1}}, {{2}}}, {{{1}}, {{2}}, {{3}}}, {{{1}}, {{2}}, {{4}}}, {{{1}}, {{5}}}};
static const size_t DEPTHS[] = {1, 2, 3, 3, 2};
enum { ORGS = 5 };

static struct directory_org org_at(size_t at)
{
    return (struct directory_org){.id = PATHS[at][DEPTHS[at] - 1], .path = PATHS[at], .n_path = DEPTHS[at]};
}

static size_t index_of(const struct uuid *id)
{
    size_t at = 0;
    while (!uuid_equal(&PATHS[at][DEPTHS[at] - 1], id))
        at++;
    return at;
}

/* --- viewers ------------------------------------------------------------------------------------------------------ */

struct viewers {
    struct viewer items[1024];
    size_t n;
};

static void add_viewers_of(struct viewers *viewers, const struct uuid *branch, const struct uuid *member)
{
    struct viewer viewer = {.signed_in = true, .has_branch = true, .branch = *branch, .member = *member};
    viewers->items[viewers->n++] = viewer;
    viewer.n_grants = 1;
    for (size_t org = 0; org < ORGS; org++)
        for (int role = PB__ROLE__ROLE_DEPUTY_SECRETARY; role <= PB__ROLE__ROLE_ADMIN; role++) {
            viewer.grants[0] = (struct viewer_grant){org_at(org).id, (Pb__Role)role};
            viewers->items[viewers->n++] = viewer;
        }
}

static const struct viewers *all_viewers(void)
{
    static struct viewers viewers;
    const struct uuid *const branches[] = {&BRANCH, &SISTER, &FAR}, *const members[] = {&AUTHOR, &NAMED, &OTHER};
    for (size_t i = 0; viewers.n < 9 * 26 && i < 9; i++)
        add_viewers_of(&viewers, branches[i / 3], members[i % 3]);
    return &viewers;
}

static unsigned standing_of(TALLOC_CTX *ctx, const struct viewer *viewer, const struct uuid *organization)
{
    struct directory_scope scope;
    const struct directory_org org = org_at(index_of(organization));
    directory_scope_read(ctx, viewer_scope(ctx, viewer, SCOPE_MEMBER), &scope);
    return directory_scope_standing(&scope, &org);
}

/* --- documents ---------------------------------------------------------------------------------------------------- */

static bool covers(const struct audience *audience, const struct uuid *organization)
{
    const struct directory_org org = org_at(index_of(organization));
    for (size_t i = 0; i < audience->n_organizations; i++)
        if (uuid_equal(&audience->organizations[i], organization) ||
            (audience->subtree && directory_org_is_within(&org, &audience->organizations[i])))
            return true;
    return false;
}

static bool asks(const struct audience *audience, Pb__Role role)
{
    return audience->n_roles == 0 || audience->roles[0] == (int32_t)role || audience->roles[0] == PB__ROLE__ROLE_MEMBER;
}

static bool is_addressed(const struct audience *audience, const struct viewer *viewer)
{
    bool holds = asks(audience, PB__ROLE__ROLE_MEMBER) && covers(audience, &viewer->branch);
    for (size_t i = 0; i < viewer->n_grants; i++)
        holds = holds || (asks(audience, viewer->grants[i].role) && covers(audience, &viewer->grants[i].organization));
    return holds;
}

static bool may_read(TALLOC_CTX *ctx, const struct document *document, const struct viewer *viewer)
{
    const struct document_actor actor = {
        .reader = {.is_member = true,
                   .standing = standing_of(ctx, viewer, &document->organization),
                   .is_addressed = is_addressed(&document->audience, viewer),
                   .is_named = audience_names(&document->audience, &viewer->member),
                   .is_author = uuid_equal(&document->author, &viewer->member)},
    };
    return document_may_read(document, &actor);
}

/* As reach_store.c finds it. */
static struct reached *reach_of(TALLOC_CTX *ctx, const struct document *document)
{
    struct uuid covered[ORGS];
    size_t n = 0;
    const struct directory_org issuer = org_at(index_of(&document->organization));
    bool is_looked_up = document->state != PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT &&
                        document->classification == PB__CLASSIFICATION__CLASSIFICATION_INTERNAL;
    for (size_t org = 0; is_looked_up && org < ORGS; org++) {
        covered[n] = org_at(org).id;
        n += covers(&document->audience, &covered[n]);
    }
    return reached_new(document_reach(ctx, document, issuer.path, issuer.n_path, covered, n));
}

static void check_document(const struct document *document)
{
    TALLOC_CTX *ctx = mem_context(NULL, "document");
    const struct viewers *viewers = all_viewers();
    struct reached *reach = reach_of(ctx, document);
    assert_int_equal(reached_version(reach), document->version);
    for (size_t i = 0; i < viewers->n; i++)
        if (reached_holds(reach, &viewers->items[i]) != may_read(ctx, document, &viewers->items[i]))
            fail_msg("viewer %zu: class=%d state=%d hidden=%d subtree=%d", i, (int)document->classification,
                     (int)document->state, document->is_hidden, document->audience.subtree);
    mem_free(reach);
    mem_free(ctx);
}

static void check_audience(const struct audience *audience, const struct uuid *issuer)
{
    for (int i = 0; i < 3 * 4 * 2; i++) {
        const struct document document = {.id = {{9}},
                                          .organization = *issuer,
                                          .author = AUTHOR,
                                          .version = 5,
                                          .classification = (Pb__Classification)(i % 3),
                                          .state = (Pb__DocumentState)(i / 3 % 4),
                                          .is_hidden = i / 12,
                                          .audience = *audience};
        check_document(&document);
    }
}

static void test_a_documents_reach_is_its_readers(void **state)
{
    (void)state;
    static const int32_t NONE[] = {0}, SECRETARIES[] = {PB__ROLE__ROLE_SECRETARY}, MEMBERS[] = {PB__ROLE__ROLE_MEMBER};
    const struct uuid *const organizations[] = {&CITY, &WARD, &BRANCH}, *const issuers[] = {&CITY, &WARD, &BRANCH};
    const int32_t *const roles[] = {NONE, SECRETARIES, MEMBERS};
    for (size_t i = 0; i < 3 * 3 * 3 * 2; i++) {
        const struct audience audience = {.organizations = organizations[i % 3],
                                          .n_organizations = 1,
                                          .roles = roles[i / 3 % 3],
                                          .n_roles = i / 3 % 3 != 0,
                                          .members = &NAMED,
                                          .n_members = 1,
                                          .subtree = i / 27};
        check_audience(&audience, issuers[i / 9 % 3]);
    }
}

/* --- meetings ----------------------------------------------------------------------------------------------------- */

static void check_meeting(const struct meeting *meeting)
{
    TALLOC_CTX *ctx = mem_context(NULL, "meeting");
    const struct viewers *viewers = all_viewers();
    const struct directory_org org = org_at(index_of(&meeting->organization));
    struct reached *reach = reached_new(meeting_reach(ctx, meeting, org.path, org.n_path));
    for (size_t i = 0; i < viewers->n; i++) {
        const struct viewer *viewer = &viewers->items[i];
        const struct meeting_actor actor = {.id = viewer->member,
                                            .standing = standing_of(ctx, viewer, &meeting->organization)};
        if (reached_holds(reach, viewer) != meeting_may_read_header(meeting, &actor))
            fail_msg("viewer %zu: kind=%d state=%d", i, (int)meeting->kind, (int)meeting->state);
    }
    mem_free(reach);
    mem_free(ctx);
}

static void test_a_meetings_reach_is_its_readers(void **state)
{
    (void)state;
    static const int KINDS[] = {PB__MEETING_KIND__MEETING_KIND_REGULAR, PB__MEETING_KIND__MEETING_KIND_EXECUTIVE};
    static const int STATES[] = {PB__MEETING_STATE__MEETING_STATE_DRAFT, PB__MEETING_STATE__MEETING_STATE_SCHEDULED,
                                 PB__MEETING_STATE__MEETING_STATE_HELD, PB__MEETING_STATE__MEETING_STATE_CANCELLED};
    for (size_t i = 0; i < ARRAY_LENGTH(KINDS) * ARRAY_LENGTH(STATES) * ORGS; i++) {
        const struct meeting meeting = {.id = {{9}},
                                        .version = 5,
                                        .organization = org_at(i / 8).id,
                                        .kind = (Pb__MeetingKind)KINDS[i % 2],
                                        .state = (Pb__MeetingState)STATES[i / 2 % 4]};
        check_meeting(&meeting);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_documents_reach_is_its_readers),
        cmocka_unit_test(test_a_meetings_reach_is_its_readers),
    };
    return cmocka_run_group_tests_name("reach", tests, NULL, NULL);
}
