/* Audiences: whom one holds, and who may read what is issued for it (ACCESS.md, document.read). Every service that asks
 * either in C asks here; audience_store.h says the same in SQL, and tests/store/test_document_reading.c compares the
 * two. Pure, over people and organisations already in memory. Any thread. */
#ifndef SOTAY_DIRECTORY_AUDIENCE_H
#define SOTAY_DIRECTORY_AUDIENCE_H

#include "common/base/err.h"
#include "services/directory/set.h"
#include "sotay/v1/document.pb-c.h"

/* (organisations, with their subtrees if so, intersected with roles) united with named members. All zero: nobody. */
struct audience {
    const struct uuid *organizations;
    size_t n_organizations;
    bool subtree;
    const int32_t *roles; /* Pb__Role; none, or the role of a member: everyone there */
    size_t n_roles;
    const struct uuid *members;
    size_t n_members;
};

/* `said` NULL: nobody. ERR_MALFORMED: an id is none. What is made lives in ctx. */
MUST_CHECK enum err audience_from_pb(TALLOC_CTX *ctx, const Pb__Audience *said, struct audience *ret_audience);
Pb__Audience *audience_to_pb(TALLOC_CTX *ctx, const struct audience *audience);

bool audience_names(const struct audience *audience, const struct uuid *member);
/* Every member of its organisations belongs to it, whatever his role. */
bool audience_asks_no_role(const struct audience *audience);
/* Its organisations and roles hold one of the person's places at `at_us`: his branch, or where he has a position. The
 * set was made to want him with his organisations. */
bool audience_holds(const struct directory_set *set, const struct audience *audience,
                    const struct directory_person *person, int64_t at_us);

/* --- reading ------------------------------------------------------------------------------------------------------ */

/* What a reader is to one thing that an organisation issued for an audience, as of a time. All zero: nobody. */
struct audience_reader {
    bool is_member;    /* of any branch: what is public is read by all of them */
    unsigned standing; /* STANDING_* in the organisation that issued it */
    bool is_addressed; /* audience_holds */
    bool is_named;     /* audience_names */
    bool is_author;
};

/* `person` NULL: nobody; whoever left is nobody too. */
struct audience_reader audience_reader_of(const struct directory_set *set, const struct directory_person *person,
                                          const struct directory_org *issuer, const struct uuid *author,
                                          const struct audience *audience, int64_t at_us);

/* Heads of the issuing organisation and officers over it keep its drafts. */
bool audience_keeps(unsigned standing);
/* A draft is read by those who keep it. What was issued is read by the audience, by its issuer's heads and officers,
 * and by an author above who keeps it; what is public by every member. What is restricted is read by named members
 * alone, and by its author among those who keep it; its draft by the named among them. */
bool audience_may_read(Pb__Classification classification, bool is_draft, const struct audience_reader *reader);

#endif
