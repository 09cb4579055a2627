/* What the tests of services/document find in their database: a city with one ward, branch 10B (secretary,
 * member, one who left), branch 4 (one member), an officer of the ward, and no documents. */
#ifndef SOTAY_TESTS_STORE_DOCUMENT_FIXTURE_H
#define SOTAY_TESTS_STORE_DOCUMENT_FIXTURE_H

#include "parts_fixture.h"
#include "services/document/acknowledgement/acknowledgement_set.h"
#include "services/document/clause/clause_set.h"
#include "services/document/document/document_batch.h"
#include "services/document/history/history_set.h"
#include "services/document/host/host.h"
#include "services/document/reaction/reaction_set.h"
#include "services/document/readers/readers.h"
#include "services/document/version/version_set.h"

enum {
    DRAFT = PB__DOCUMENT_STATE__DOCUMENT_STATE_DRAFT,
    PUBLISHED = PB__DOCUMENT_STATE__DOCUMENT_STATE_PUBLISHED,
    WITHDRAWN = PB__DOCUMENT_STATE__DOCUMENT_STATE_WITHDRAWN,
};
enum {
    PUBLIC = PB__CLASSIFICATION__CLASSIFICATION_PUBLIC,
    INTERNAL = PB__CLASSIFICATION__CLASSIFICATION_INTERNAL,
    RESTRICTED = PB__CLASSIFICATION__CLASSIFICATION_RESTRICTED,
};

extern const struct uuid CITY, WARD, BRANCH_10B, BRANCH_4, SECRETARY, MEMBER, OFFICER, NEIGHBOUR;

/* A batch of the commands loop's parts without handlers; it is loaded with parts_load and written with parts_write. */
struct loop_batch *new_batch(struct fixture *f);
struct document_batch *documents_of(const struct loop_batch *batch);
struct loop_batch *load(struct fixture *f, const struct uuid *document); /* wanted, with its hosts, and loaded */

struct document document_of(uint8_t id, int classification,
                            int state); /* a PDF that the secretary of 10B made for 10B */
struct document whole(void);            /* id 1: published, with every part */
void keep(struct fixture *f, const struct document *document);

#endif
