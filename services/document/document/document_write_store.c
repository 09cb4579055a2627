#include "services/document/document/document_write_store.h"

#include "common/base/array.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/directory/audience_store.h"
#include "services/document/content/content_store.h"
#include "services/document/extraction/extraction_store.h"
#include "services/document/number/number_store.h"

struct document_writes {
    TALLOC_CTX *ctx;
    struct pg_args *discarded, *documents, *succeeded;
    struct content_writes texts;
    struct extraction_writes extractions;
    struct pg_args *targets_gone, *targets;
    struct pg_args *figures_gone, *figures;
};

#define WRITTEN                                                                                                      \
    "id, version, kind, number, title, issued_on, organization_id, author_id, classification, state,"                \
    " organization_ids, subtree, roles, member_ids, readers, sha256, bytes, media_type, is_text, extraction,"        \
    " requires_acknowledgement, event_starts_at_us, event_ends_at_us, event_place, created_at_us, publish_at_us,"    \
    " published_at_us, withdraw_reason, notify, notification_id, listed_at_us, dated_on, number_since, replaced_by," \
    " is_hidden, version_no"

#define ITS_NUMBER_WORDS "coalesce(" NUMBER_WORDS("number") ", '{}')"

static const struct pg_statement UPSERT_DOCUMENTS = {
    .name = "upsert_documents",
    .each = true,
    .sql = "INSERT INTO document(" WRITTEN ", search, number_words, number_given)"
           " SELECT id, version, kind, number, title, issued_on, organization_id, author_id, classification, state,"
           "  organization_ids::uuid[], subtree, roles::int4[], member_ids::uuid[], readers, sha256, bytes,"
           "  media_type, is_text, extraction, requires_acknowledgement, event_starts_at_us, event_ends_at_us,"
           "  event_place, created_at_us, publish_at_us, published_at_us, withdraw_reason, notify, notification_id,"
           "  listed_at_us, dated_on, number_since, replaced_by, is_hidden,"
           "  version_no, lower(unaccent(concat_ws(' ', number, title))), " ITS_NUMBER_WORDS ","
           "  replaced_by IS NOT NULL AND state = " SQL_DOCUMENT_STATE_WITHDRAWN
           " FROM unnest($1::uuid[], $2::int8[], $3::int4[], $4::text[], $5::text[], $6::int4[], $7::uuid[],"
           "  $8::uuid[], $9::int4[], $10::int4[], $11::text[], $12::bool[], $13::text[], $14::text[], $15::int8[],"
           "  $16::bytea[], $17::int8[], $18::text[], $19::bool[], $20::int4[], $21::bool[], $22::int8[],"
           "  $23::int8[], $24::text[], $25::int8[], $26::int8[], $27::int8[], $28::text[], $29::int4[],"
           "  $30::uuid[], $31::int8[], $32::int4[], $33::int4[], $34::uuid[], $35::bool[], $36::int4[]) n(" WRITTEN ")"
           " ON CONFLICT (id) DO UPDATE SET version = excluded.version, kind = excluded.kind,"
           "  number = excluded.number, title = excluded.title, issued_on = excluded.issued_on,"
           "  classification = excluded.classification, state = excluded.state,"
           "  organization_ids = excluded.organization_ids, subtree = excluded.subtree, roles = excluded.roles,"
           "  member_ids = excluded.member_ids, readers = excluded.readers, sha256 = excluded.sha256,"
           "  bytes = excluded.bytes, media_type = excluded.media_type, is_text = excluded.is_text,"
           "  extraction = excluded.extraction, requires_acknowledgement = excluded.requires_acknowledgement,"
           "  event_starts_at_us = excluded.event_starts_at_us, event_ends_at_us = excluded.event_ends_at_us,"
           "  event_place = excluded.event_place, publish_at_us = excluded.publish_at_us,"
           "  published_at_us = excluded.published_at_us, withdraw_reason = excluded.withdraw_reason,"
           "  notify = excluded.notify, notification_id = excluded.notification_id,"
           "  listed_at_us = excluded.listed_at_us, dated_on = excluded.dated_on, search = excluded.search,"
           "  number_words = excluded.number_words,"
           "  number_since = excluded.number_since, replaced_by = excluded.replaced_by,"
           "  is_hidden = excluded.is_hidden, version_no = excluded.version_no,"
           "  number_given = excluded.number_given"};
/* Behind that, when all bear the numbers that they are to: who gave his to nobody takes it back. */
static const struct pg_statement KEEP_NUMBERS = {
    .name = "keep_numbers",
    .each = true,
    .sql = "UPDATE document o SET number_given = false WHERE o.id = ANY($1::uuid[]) AND o.number_given"
           " AND NOT EXISTS (SELECT 1 FROM document s WHERE s.id = o.replaced_by"
           "  AND s.organization_id = o.organization_id AND s.kind = o.kind AND s.number_since = o.number_since"
           "  AND s.number_key = o.number_key)"};

/* What lies under them goes with them. */
static const struct pg_statement DELETE_DOCUMENTS = {
    .name = "delete_documents", .each = true, .sql = "DELETE FROM document WHERE id = ANY($1::uuid[])"};

static const struct pg_statement DELETE_TARGETS = {
    .name = "delete_targets", .each = true, .sql = "DELETE FROM document_target WHERE document_id = ANY($1::uuid[])"};
static const struct pg_statement INSERT_TARGETS = {
    .name = "insert_targets",
    .each = true,
    .sql = "INSERT INTO document_target(document_id, position, id, text) SELECT *"
           " FROM unnest($1::uuid[], $2::int4[], $3::uuid[], $4::text[])"};
static const struct pg_statement DELETE_FIGURES = {
    .name = "delete_figures", .each = true, .sql = "DELETE FROM document_figure WHERE document_id = ANY($1::uuid[])"};
static const struct pg_statement INSERT_FIGURES = {
    .name = "insert_figures",
    .each = true,
    .sql = "INSERT INTO document_figure(document_id, position, label, value, unit, period)"
           " SELECT * FROM unnest($1::uuid[], $2::int4[], $3::text[], $4::float8[], $5::text[], $6::text[])"};

/* --- rows --------------------------------------------------------------------------------------------------------- */

static void add_course(struct pg_args *args, const struct document *document)
{
    pg_add_time_or_null(args, document->event.starts_at_us);
    pg_add_time_or_null(args, document->event.ends_at_us);
    pg_add_text(args, document->event.place);
    pg_add_int8(args, document->created_at_us);
    pg_add_time_or_null(args, document->publish_at_us);
    pg_add_time_or_null(args, document->published_at_us);
    pg_add_text(args, document->withdraw_reason);
    pg_add_int4(args, (int32_t)document->notify);
    pg_add_uuid(args, uuid_is_zero(&document->notification) ? NULL : &document->notification);
    pg_add_int8(args, document_listed_at_us(document));
    pg_add_int4(args, document_dated_on(document));
    pg_add_int4_or_null(args, document->number_since != 0, document->number_since);
    pg_add_uuid_or_null(args, &document->replaced_by);
    pg_add_bool(args, document->is_hidden);
    pg_add_int4(args, document->version_no);
}

/* In the order of WRITTEN. */
static void add_document(TALLOC_CTX *ctx, struct pg_args *args, const struct document *document)
{
    pg_add_uuid(args, &document->id);
    pg_add_int8(args, (int64_t)document->version);
    pg_add_int4(args, (int32_t)document->kind);
    pg_add_text(args, document->number);
    pg_add_text(args, document->title);
    pg_add_int4_or_null(args, document->has_issued_on, document->issued_on);
    pg_add_uuid(args, &document->organization);
    pg_add_uuid(args, &document->author);
    pg_add_int4(args, (int32_t)document->classification);
    pg_add_int4(args, (int32_t)document->state);
    audience_store_add(ctx, args, &document->audience);
    pg_add_int8(args, document->readers);
    content_store_add(args, &document->content);
    pg_add_int4(args, (int32_t)document->extraction);
    pg_add_bool(args, document->requires_acknowledgement);
    add_course(args, document);
}

static void add_targets(struct document_writes *writes, const struct document *document)
{
    pg_add_uuid(writes->targets_gone, &document->id);
    for (size_t i = 0; i < document->n_targets; i++) {
        pg_add_uuid(writes->targets, &document->id);
        pg_add_int4(writes->targets, (int32_t)i);
        pg_add_uuid(writes->targets, &document->targets[i].id);
        pg_add_text(writes->targets, document->targets[i].text);
    }
}

static void add_figures(struct document_writes *writes, const struct document *document)
{
    pg_add_uuid(writes->figures_gone, &document->id);
    for (size_t i = 0; i < document->n_figures; i++) {
        pg_add_uuid(writes->figures, &document->id);
        pg_add_int4(writes->figures, (int32_t)i);
        pg_add_text(writes->figures, document->figures[i].label);
        pg_add_float8(writes->figures, document->figures[i].value);
        pg_add_text(writes->figures, document->figures[i].unit);
        pg_add_text(writes->figures, document->figures[i].period);
    }
}

/* --- batches ------------------------------------------------------------------------------------------------------ */

struct document_writes *document_write_store_new(TALLOC_CTX *ctx)
{
    struct document_writes *writes = mem_new(ctx, struct document_writes);
    *writes = (struct document_writes){
        .ctx = ctx,
        .discarded = pg_args(ctx, &DELETE_DOCUMENTS),
        .documents = pg_args(ctx, &UPSERT_DOCUMENTS),
        .succeeded = pg_args(ctx, &KEEP_NUMBERS),
        .texts = content_store_writes(ctx),
        .extractions = extraction_store_writes(ctx),
        .targets_gone = pg_args(ctx, &DELETE_TARGETS),
        .targets = pg_args(ctx, &INSERT_TARGETS),
        .figures_gone = pg_args(ctx, &DELETE_FIGURES),
        .figures = pg_args(ctx, &INSERT_FIGURES),
    };
    return writes;
}

void document_write_store_add(struct document_writes *writes, const struct document_changed *document)
{
    if (document->is_discarded) {
        pg_add_uuid(writes->discarded, &document->is.id);
        return;
    }
    add_document(writes->ctx, writes->documents, &document->is);
    if (!uuid_is_zero(&document->is.replaced_by))
        pg_add_uuid(writes->succeeded, &document->is.id);
    extraction_store_add_document(&writes->extractions, &document->is.id);
    if (document->content) {
        content_store_add_text(&writes->texts, &document->is.id, &document->is.content);
        extraction_store_add(&writes->extractions, &document->is.id, &document->is.content);
    }
    if (document->targets)
        add_targets(writes, &document->is);
    if (document->figures)
        add_figures(writes, &document->is);
}

void document_write_store_queue(struct document_writes *writes, struct pg *pg)
{
    pg_queue(pg, writes->discarded); /* first, so that their numbers are free */
    pg_queue(pg, writes->documents);
    pg_queue(pg, writes->succeeded);
    content_store_queue_texts(pg, &writes->texts);
    extraction_store_queue(pg, &writes->extractions);
    struct pg_args *const DETAILS[] = {writes->targets_gone, writes->targets, writes->figures_gone, writes->figures};
    for (size_t i = 0; i < ARRAY_LENGTH(DETAILS); i++)
        pg_queue(pg, DETAILS[i]);
}
