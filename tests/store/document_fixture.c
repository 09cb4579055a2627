#include "document_fixture.h"

#include "common/base/array.h"
#include "common/loop/loop_slot.h"
#include "common/loop/migrations.h"
#include "services/directory/lookup.h"
#include "services/directory/migrations.h"
#include "services/document/migrations.h"

const struct uuid CITY = {{0xc1}}, WARD = {{0xc2}}, BRANCH_10B = {{0xb1}}, BRANCH_4 = {{0xb4}};
const struct uuid SECRETARY = {{0x51}}, MEMBER = {{0x52}}, OFFICER = {{0x55}}, NEIGHBOUR = {{0x56}};

/* Ids by their first byte: 'b1' is {{0xb1}}. */
static const char CITY_ROWS[] =
    "INSERT INTO directory_organization(id, version, code, name, level, path)"
    " SELECT rpad(id, 32, '0')::uuid, 1, id, name, level,"
    " (SELECT array_agg(rpad(p, 32, '0')::uuid) FROM unnest(path) p)"
    " FROM (VALUES ('c1', 'Thành phố', 0, '{c1}'::text[]), ('c2', 'Phường', 2, '{c1,c2}'),"
    " ('b1', 'Chi bộ 10B', 3, '{c1,c2,b1}'),"
    " ('b4', 'Chi bộ 4', 3, '{c1,c2,b4}')) v(id, name, level, path);"
    "INSERT INTO directory_member(id, version, full_name, branch_id, status, exempt, record)"
    " SELECT rpad(id, 32, '0')::uuid, 1, name, rpad(branch, 32, '0')::uuid, status, false, ''"
    " FROM (VALUES ('51', 'Bí Thư', 'b1', 0), ('52', 'Đảng Viên', 'b1', 0), ('54', 'Đã Rời', 'b1', 3),"
    " ('55', 'Cán Bộ', 'b4', 0), ('56', 'Láng Giềng', 'b4', 0)) v(id, name, branch, status);"
    "INSERT INTO directory_position(member_id, organization_id, role, from_us)"
    " SELECT rpad(member, 32, '0')::uuid, rpad(org, 32, '0')::uuid, role, 0"
    " FROM (VALUES ('51', 'b1', 2), ('55', 'c2', 4)) v(member, org, role);";

void fixture_fill(struct pg *pg)
{
    must(pg, "CREATE EXTENSION unaccent");
    MUST_MIGRATE(pg, common);
    MUST_MIGRATE(pg, directory);
    MUST_MIGRATE(pg, document);
    must_all(pg, CITY_ROWS);
}

void fixture_reset(struct pg *pg)
{
    must(pg, "TRUNCATE document, passage_word CASCADE");
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct loop_batch *new_batch(struct fixture *f)
{
    static const struct loop_part *const PARTS[] = {
        &DOCUMENT_PART, &ACKNOWLEDGEMENT_PART, &VERSION_PART,          &REACTION_PART, &HISTORY_PART, &CLAUSE_PART,
        &HOST_PART,     &READERS_PART,         &DIRECTORY_LOOKUP_PART,
    };
    return loop_batch_new(f->ctx, PARTS, ARRAY_LENGTH(PARTS), 0);
}

struct document_batch *documents_of(const struct loop_batch *batch)
{
    return document_batch_of(batch);
}

struct loop_batch *load(struct fixture *f, const struct uuid *document)
{
    struct loop_batch *batch = new_batch(f);
    document_batch_want(documents_of(batch), document);
    host_want_of_document(batch, document);
    parts_load(f->pg, batch);
    return batch;
}

struct document document_of(uint8_t id, int classification, int state)
{
    return (struct document){.id = {{id}},
                             .organization = BRANCH_10B,
                             .author = SECRETARY,
                             .version = 1,
                             .version_no = 1,
                             .title = "Nghị quyết về Đống Đa",
                             .classification = (Pb__Classification)classification,
                             .state = (Pb__DocumentState)state,
                             .audience = {.organizations = &BRANCH_10B, .n_organizations = 1},
                             .content = {.bytes = 3, .media_type = "application/pdf"},
                             .created_at_us = 1000 + id};
}

void keep(struct fixture *f, const struct document *document)
{
    struct loop_batch *batch = load(f, &document->id);
    document_batch_keep(documents_of(batch), document);
    assert_int_equal(parts_write(f->pg, batch), ERR_OK);
}

struct document whole(void)
{
    static const struct document_target targets[] = {{{{0xa1}}, "Kết nạp 3 đảng viên"}, {{{0xa2}}, "Thu đủ đảng phí"}};
    static const struct document_figure figures[] = {{"Thu", 12.5, "tỷ đồng", "2026"}};
    static const int32_t roles[] = {PB__ROLE__ROLE_SECRETARY, PB__ROLE__ROLE_MEMBER};
    struct document made = document_of(1, INTERNAL, PUBLISHED);
    made.number = "15-NQ/ĐU";
    made.has_issued_on = true;
    made.issued_on = 20000;
    made.audience = (struct audience){&BRANCH_10B, 1, true, roles, 2, &MEMBER, 1};
    made.content = (struct content){
        .sha256 = {9}, .bytes = 5, .media_type = CONTENT_TEXT_MEDIA_TYPE, .is_text = true, .text = "Điều 1"};
    made.targets = targets;
    made.n_targets = 2;
    made.figures = figures;
    made.n_figures = 1;
    made.event = (struct document_happening){50, 0, "Hội trường"};
    made.published_at_us = 70;
    made.notification = (struct uuid){{0xee}};
    return made;
}
