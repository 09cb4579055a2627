/* The SQL of the directory's tables (schema/): directory_organization, directory_member (with the packed record: its
 * intervals, and the branches of those that are past), directory_position. Everything queues on the pipeline of the
 * caller's thread; results are read after its flush. */
#ifndef SOTAY_DIRECTORY_STORE_H
#define SOTAY_DIRECTORY_STORE_H

#include "common/pg/pg.h"
#include "services/directory/directory.h"

/* Upserts: rows whose version is not newer change nothing. */
struct pg_args *directory_store_organizations(TALLOC_CTX *ctx);
void directory_store_add_organization(struct pg_args *args, TALLOC_CTX *ctx,
                                      const Pb__DirectoryOrganization *organization);
struct pg_args *directory_store_members(TALLOC_CTX *ctx);
void directory_store_add_member(struct pg_args *args, TALLOC_CTX *ctx, const Pb__DirectoryMember *member,
                                ProtobufCBinaryData record);
/* Positions follow the row that `directory_store_members` left: those of members whose row has this version are
 * replaced whole. */
struct pg_args *directory_store_dropped(TALLOC_CTX *ctx);
void directory_store_drop_positions(struct pg_args *args, const Pb__DirectoryMember *member);
struct pg_args *directory_store_positions(TALLOC_CTX *ctx);
void directory_store_add_position(struct pg_args *args, const Pb__DirectoryMember *member,
                                  const Pb__DirectoryMember__Position *position);

/* Rows: id, code, name, level, path, meeting_day, meeting_minute, meeting_place, contact_member_id, state; of the
 * named organisations, of the branches of the named people at any time, and of the organisations they hold or held a
 * position in. */
struct pg_result *directory_store_queue_orgs(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n_orgs,
                                             const struct uuid people[], size_t n_people);
/* Rows: id, version. No ids queue nothing; so does the next. */
struct pg_result *directory_store_queue_versions(struct pg *pg, TALLOC_CTX *ctx, const struct uuid orgs[], size_t n);
/* Rows: id, full_name, record. */
struct pg_result *directory_store_queue_people(struct pg *pg, TALLOC_CTX *ctx, const struct uuid people[], size_t n);
/* Of such a row, a Pb__DirectoryMember; NULL where its bytes are none. */
ProtobufCMessage *directory_store_read_record(TALLOC_CTX *ctx, const struct pg_result *people, size_t row);
void directory_store_read_org(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct directory_org *ret_org);

/* Whether a member is suspended now. */
struct pg_result *directory_queue_status(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *member);
bool directory_is_suspended(const struct pg_result *status);

#endif
