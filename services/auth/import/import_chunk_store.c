#include "services/auth/import/import_chunk_store.h"

#include "contract_numbers.h"

#define LINES "s.job_id = $1::uuid AND s.line > $2::int8 AND s.line <= $3::int8"
#define CHUNK "FROM import_member s JOIN member m ON m.id = s.id WHERE " LINES " "

/* First, and in the order of their ids: commands may change the same members. */
static const struct pg_statement LOCK_MEMBERS = {.name = "chunk_lock",
                                                 .sql = "SELECT m.id " CHUNK "ORDER BY m.id FOR NO KEY UPDATE OF m"};

/* --- what may not be taken --- */

/* Why a line is left out, as JUDGE numbers it. */
static const struct {
    const char *field;
    enum err code;
} FAULTS[] = {
    {"card_number", ERR_FIELD_DUPLICATE},
    {"branch_code", ERR_FIELD_CLOSED},
    {"position_org_code", ERR_FIELD_CLOSED},
    {"position", ERR_FIELD_SECOND_SECRETARY},
    {"branch_code", ERR_NOT_ALLOWED}, /* he lives, or is to live, where the importer administers nothing */
    {"status", ERR_NOT_ALLOWED},      /* nobody takes power from himself, or from his own rank */
    {"position", ERR_NOT_ALLOWED},
    {"position_org_code", ERR_NOT_ALLOWED},
    {"card_number", ERR_FIELD_CLOSED}, /* a double that was merged stays so */
};

/* Of another line of the same file that stands before this one. */
#define EARLIER "EXISTS (SELECT FROM import_member o WHERE o.job_id = s.job_id AND o.line < s.line AND "
#define TAKES_POWER "$4::uuid IS NOT NULL AND m.status <> s.status AND s.status >= " SQL_MEMBER_STATUS_SUSPENDED
#define CHANGES_ROLE "$4::uuid IS NOT NULL AND s.role <> coalesce(held.role, " SQL_ROLE_MEMBER ")"

/* Not in what the importer administered when he asked, or no more in what he administers now. NULL is nowhere, and of
 * the operator's lines none is outside. */
#define IS_OUTSIDE(path) "($4::uuid IS NOT NULL AND NOT (" path " && $5::uuid[] AND " path " && power.organizations))"
#define LIVES_OUTSIDE IS_OUTSIDE("home.path") " OR " IS_OUTSIDE("branch.path")
#define LEADS_OUTSIDE "s.role IS NOT NULL AND " IS_OUTSIDE("place.path")
#define POWER                                                                                           \
    "(SELECT coalesce(array_agg(p.organization_id), '{}') AS organizations FROM member a"               \
    "    JOIN member_position p ON p.member_id = a.id AND p.to_us IS NULL AND p.role = " SQL_ROLE_ADMIN \
    "    WHERE a.id = $4::uuid AND a.status < " SQL_MEMBER_STATUS_SUSPENDED ") power"

/* $4: the importer, NULL for the operator; $5: what he administered when he asked, NULL for all. */
static const struct pg_statement JUDGE = {
    .name = "chunk_judge",
    .sql = "DELETE FROM import_member d USING (SELECT s.line, CASE"
           " WHEN " EARLIER "o.id = s.id) THEN 0"
           " WHEN branch.state <> " SQL_ORGANIZATION_STATE_ACTIVE " THEN 1"
           " WHEN s.role <> " SQL_ROLE_MEMBER " AND place.state <> " SQL_ORGANIZATION_STATE_ACTIVE " THEN 2"
           " WHEN s.role = " SQL_ROLE_SECRETARY " AND s.status <> " SQL_MEMBER_STATUS_LEFT " AND " EARLIER
           "    o.role_at = s.role_at AND o.role = " SQL_ROLE_SECRETARY " AND o.status <> " SQL_MEMBER_STATUS_LEFT
           "    AND o.id <> s.id) THEN 3"
           " WHEN " LIVES_OUTSIDE " THEN 4"
           " WHEN " TAKES_POWER " AND (s.id = $4::uuid OR EXISTS (SELECT FROM member_position p"
           "    WHERE p.member_id = s.id AND p.to_us IS NULL AND p.role = " SQL_ROLE_ADMIN ")) THEN 5"
           " WHEN " CHANGES_ROLE " AND (s.id = $4::uuid OR held.role = " SQL_ROLE_ADMIN ") THEN 6"
           " WHEN " LEADS_OUTSIDE " THEN 7"
           " WHEN m.merged_into IS NOT NULL AND s.status <> " SQL_MEMBER_STATUS_LEFT " THEN 8"
           " END AS fault FROM import_member s LEFT JOIN member m ON m.id = s.id"
           " LEFT JOIN organization branch ON branch.id = s.branch_id"
           " LEFT JOIN organization place ON place.id = s.role_at"
           " LEFT JOIN organization home ON home.id = m.branch_id"
           " LEFT JOIN member_position held ON held.member_id = s.id AND held.organization_id = s.role_at"
           "    AND held.to_us IS NULL CROSS JOIN " POWER " WHERE " LINES
           ") j WHERE d.job_id = $1::uuid AND d.line = j.line AND j.fault IS NOT NULL RETURNING d.line, d.id, j.fault"};

/* New people who look like somebody who is there. */
static const enum err DOUBTS[] = {ERR_FIELD_LOOKS_LIKE, ERR_FIELD_LEADING_ZEROS};
#define NEW_LINES "FROM import_member s CROSS JOIN LATERAL (SELECT FROM member m WHERE m.id <> s.id AND "
#define ARE_NEW " LIMIT 1) x WHERE " LINES " AND NOT EXISTS (SELECT FROM member k WHERE k.id = s.id OFFSET 0) "
static const struct pg_statement DOUBT = {
    .name = "chunk_doubt",
    .sql = "SELECT s.line, s.id, 0 AS doubt " NEW_LINES "m.branch_id = s.branch_id AND m.name_key = s.name_key"
           "    AND m.full_name = s.full_name AND m.born_on = s.born_on AND m.status <> " SQL_MEMBER_STATUS_LEFT ARE_NEW
           "UNION ALL SELECT s.line, s.id, 1 " NEW_LINES
           "m.card_number LIKE '0%' AND ltrim(m.card_number, '0') = ltrim(s.card_number, '0')" ARE_NEW
           "UNION ALL SELECT s.line, s.id, 1 " NEW_LINES
           "m.card_number = ltrim(s.card_number, '0') AND m.card_number NOT LIKE '0%'" ARE_NEW "ORDER BY 1, 3"};

static struct pg_args *lines(const struct import_chunk *chunk, const struct pg_statement *statement)
{
    struct pg_args *args = pg_args(chunk->ctx, statement);
    pg_add_uuid(args, &chunk->job->id);
    pg_add_int8(args, chunk->after);
    pg_add_int8(args, chunk->to);
    return args;
}

void import_chunk_store_judge_queue(struct pg *pg, struct import_chunk *chunk)
{
    const struct import_job *job = chunk->job;
    struct pg_args *judge = lines(chunk, &JUDGE);
    pg_add_uuid_or_null(judge, &job->actor);
    if (job->scope.is_all)
        pg_add_null(judge);
    else
        pg_add_uuids(judge, job->scope.organizations, job->scope.n);
    /* A chunk looks up some thousand members by their ids. The statistics of a table that has just grown would make the
     * planner read it whole. */
    pg_queue_sql(pg, "SET LOCAL enable_hashjoin = off");
    pg_queue_sql(pg, "SET LOCAL enable_mergejoin = off");
    pg_queue_sql(pg, "SET LOCAL enable_seqscan = off");
    if (!job->preview)
        pg_queue(pg, lines(chunk, &LOCK_MEMBERS));
    chunk->rejected = pg_queue(pg, judge);
    chunk->doubtful = pg_queue(pg, lines(chunk, &DOUBT));
}

void import_chunk_store_judged(const struct import_chunk *chunk, struct import_errors *errors)
{
    static const char FILE_NAME[] = "members.csv";
    for (size_t i = 0; i < pg_rows(chunk->rejected); i++) {
        int64_t fault = pg_get_int8(chunk->rejected, i, 2);
        import_errors_add(errors, &(struct import_error){.file = FILE_NAME,
                                                         .line = pg_get_int8(chunk->rejected, i, 0),
                                                         .member = pg_get_uuid(chunk->rejected, i, 1),
                                                         .field = FAULTS[fault].field,
                                                         .code = FAULTS[fault].code});
    }
    for (size_t i = 0; i < pg_rows(chunk->doubtful); i++)
        import_errors_warn(errors, &(struct import_error){.file = FILE_NAME,
                                                          .line = pg_get_int8(chunk->doubtful, i, 0),
                                                          .member = pg_get_uuid(chunk->doubtful, i, 1),
                                                          .field = "card_number",
                                                          .code = DOUBTS[pg_get_int8(chunk->doubtful, i, 2)]});
}

/* --- facts --- */

/* What a line says of its member, and what is so: what it does not say stays. */
#define SAID                                                                                            \
    "(s.full_name, coalesce(s.born_on, m.born_on), coalesce(s.gender, m.gender), "                      \
    "coalesce(s.joined_on, m.joined_on), s.branch_id, s.status, s.exempt, coalesce(s.phone, m.phone), " \
    "coalesce(s.occupation, m.occupation))"
#define IS "(m.full_name, m.born_on, m.gender, m.joined_on, m.branch_id, m.status, m.exempt, m.phone, m.occupation)"
#define DIFFERS "(" IS " IS DISTINCT FROM " SAID ")"

/* The interval that a changed branch, status or exemption ends. */
static const struct pg_statement CLOSE_INTERVALS = {
    .name = "chunk_close",
    .sql = "INSERT INTO member_past (member_id, from_us, to_us, branch_id, status, exempt)"
           " SELECT m.id, m.since_us, greatest($4::int8, m.since_us + 1), m.branch_id, m.status, m.exempt " CHUNK
           "AND (m.branch_id, m.status, m.exempt) IS DISTINCT FROM (s.branch_id, s.status, s.exempt)"
           " AND m.status <> " SQL_MEMBER_STATUS_LEFT};

/* Positions held by a member of the chunk. OFFSET 0 makes the planner look them up member by member, whatever it thinks
 * of a table that has just begun to grow. */
#define END_HELD                                                                                   \
    "UPDATE member_position p SET to_us = greatest($4::int8, p.from_us + 1) FROM ("                \
    "    SELECT held.* FROM import_member s CROSS JOIN LATERAL ("                                  \
    "        SELECT h.member_id, h.organization_id, h.role, h.from_us, m.branch_id FROM member m " \
    "        JOIN member_position h ON h.member_id = m.id AND h.to_us IS NULL "                    \
    "        WHERE m.id = s.id OFFSET 0) held WHERE " LINES " AND "

/* A member who leaves a branch holds no position in it any more; one who leaves altogether holds none at all. */
static const struct pg_statement END_POSITIONS = {
    .name = "chunk_end_positions",
    .sql = END_HELD
    "(s.status = " SQL_MEMBER_STATUS_LEFT
    " OR (held.organization_id = held.branch_id AND held.branch_id <> s.branch_id))) e"
    " WHERE p.member_id = e.member_id AND p.organization_id = e.organization_id AND p.from_us = e.from_us"};

static const struct pg_statement UPDATE_MEMBERS = {
    .name = "chunk_update",
    .sql = "UPDATE member m SET full_name = s.full_name, search_name = s.search_name, name_key = s.name_key,"
           "    born_on = coalesce(s.born_on, m.born_on), gender = coalesce(s.gender, m.gender),"
           "    joined_on = coalesce(s.joined_on, m.joined_on), branch_id = s.branch_id, status = s.status,"
           "    exempt = s.exempt, phone = coalesce(s.phone, m.phone),"
           "    occupation = coalesce(s.occupation, m.occupation), version = m.version + 1, changed_at_us = $4::int8,"
           "    left_reason = CASE WHEN s.status = " SQL_MEMBER_STATUS_LEFT " THEN m.left_reason END,"
           "    since_us = CASE WHEN (m.branch_id, m.status, m.exempt)"
           "               IS DISTINCT FROM (s.branch_id, s.status, s.exempt)"
           "               THEN greatest($4::int8, m.since_us + 1) ELSE m.since_us END FROM import_member s"
           " WHERE " LINES " AND m.id = s.id AND " DIFFERS " RETURNING m.id"};

static const struct pg_statement INSERT_MEMBERS = {
    .name = "chunk_insert",
    .sql = "INSERT INTO member (id, version, card_number, full_name, search_name, name_key, born_on, gender, "
           "    joined_on, branch_id, status, exempt, since_us, phone, occupation, changed_at_us)"
           " SELECT s.id, 1, s.card_number, s.full_name, s.search_name, s.name_key, s.born_on, s.gender, s.joined_on,"
           "       s.branch_id, s.status, s.exempt, $4::int8, s.phone, s.occupation, $4::int8 FROM import_member s"
           " WHERE " LINES " AND NOT EXISTS (SELECT FROM member m WHERE m.id = s.id OFFSET 0) RETURNING id"};

static const struct pg_statement LEFT = {
    .name = "chunk_left",
    .sql = "SELECT m.id " CHUNK "AND m.changed_at_us = $4::int8 AND m.status = " SQL_MEMBER_STATUS_LEFT};

/* A person has one role in an organisation: another one takes its place. */
static const struct pg_statement REPLACE_POSITIONS = {
    .name = "chunk_replace_positions",
    .sql = END_HELD
    "s.role IS NOT NULL AND held.organization_id = s.role_at AND held.role <> s.role) e"
    " WHERE p.member_id = e.member_id AND p.organization_id = e.organization_id AND p.from_us = e.from_us"};

/* An organisation has one secretary: whoever the file names takes his place, whatever it says of the present one. */
#define LEADS "s.role = " SQL_ROLE_SECRETARY " AND s.status <> " SQL_MEMBER_STATUS_LEFT
static const struct pg_statement END_SECRETARIES = {
    .name = "chunk_end_secretaries",
    .sql = "UPDATE member_position p SET to_us = greatest($4::int8, p.from_us + 1) FROM import_member s"
           " WHERE " LINES " AND " LEADS " AND p.organization_id = s.role_at AND p.role = " SQL_ROLE_SECRETARY
           " AND p.to_us IS NULL AND p.member_id <> s.id"};
static const struct pg_statement ADD_POSITIONS = {
    .name = "chunk_add_positions",
    .sql = "INSERT INTO member_position (member_id, organization_id, role, from_us)"
           " SELECT s.id, s.role_at, s.role, greatest($4::int8, (SELECT max(p.to_us) FROM member_position p "
           "    WHERE p.member_id = s.id AND p.organization_id = s.role_at)) FROM import_member s"
           " WHERE " LINES " AND s.role <> " SQL_ROLE_MEMBER " AND s.status <> " SQL_MEMBER_STATUS_LEFT
           " AND NOT EXISTS (SELECT FROM member_position p "
           "    WHERE p.member_id = s.id AND p.organization_id = s.role_at AND p.to_us IS NULL OFFSET 0)"
           " RETURNING member_id"};

/* A member whose positions alone changed gets a new version too: positions are part of his record. */
static const struct pg_statement TOUCH = {
    .name = "chunk_touch",
    .sql = "UPDATE member m SET version = m.version + 1, changed_at_us = $4::int8 FROM import_member s"
           " WHERE " LINES " AND m.id = s.id AND m.changed_at_us <> $4::int8 AND EXISTS (SELECT FROM member_position p "
           "    WHERE p.member_id = m.id AND (p.from_us >= $4::int8 OR p.to_us >= $4::int8) OFFSET 0)"
           " RETURNING m.id"};
/* A secretary whose place was taken, and whose own line was in an earlier chunk. */
static const struct pg_statement TOUCH_REPLACED = {
    .name = "chunk_touch_replaced",
    .sql = "UPDATE member m SET version = m.version + 1, changed_at_us = $4::int8 FROM import_member s"
           " JOIN member_position p ON p.organization_id = s.role_at AND p.role = " SQL_ROLE_SECRETARY
           "    AND p.to_us >= $4::int8 AND p.member_id <> s.id"
           " JOIN import_member own ON own.job_id = $1::uuid AND own.id = p.member_id AND own.line <= $2::int8"
           " WHERE " LINES " AND " LEADS " AND m.id = p.member_id AND m.changed_at_us <> $4::int8 RETURNING m.id"};
/* Whoever goes is no organisation's contact any more: its secretary is. */
static const struct pg_statement END_CONTACTS = {
    .name = "chunk_end_contacts",
    .sql = "UPDATE organization o SET contact_member_id = NULL, version = o.version + 1, changed_at_us = $1::int8"
           " FROM member m WHERE m.id = o.contact_member_id AND NOT EXISTS (SELECT FROM member_position p"
           "    WHERE p.member_id = m.id AND p.organization_id = o.id AND p.to_us IS NULL)"
           " AND (m.status = " SQL_MEMBER_STATUS_LEFT " OR m.branch_id <> o.id OR EXISTS (SELECT FROM member_position p"
           "    WHERE p.member_id = m.id AND p.organization_id = o.id AND p.to_us >= $1::int8))"};

static const struct pg_statement CHANGING = {
    .name = "chunk_changing",
    .sql = "SELECT m.id " CHUNK "AND (s.role IS NOT NULL OR " DIFFERS
           ") UNION SELECT p.member_id FROM import_member s JOIN member_position p ON p.organization_id = s.role_at"
           "    AND p.role = " SQL_ROLE_SECRETARY " AND p.to_us IS NULL WHERE " LINES " AND " LEADS};

static struct pg_result *queue_lines(struct pg *pg, const struct import_chunk *chunk,
                                     const struct pg_statement *statement)
{
    struct pg_args *args = lines(chunk, statement);
    pg_add_int8(args, chunk->job->begun_at_us);
    return pg_queue(pg, args);
}

void import_chunk_store_changing_queue(struct pg *pg, struct import_chunk *chunk)
{
    chunk->changing = pg_queue(pg, lines(chunk, &CHANGING));
}

void import_chunk_store_apply_queue(struct pg *pg, struct import_chunk *chunk)
{
    struct pg_args *contacts = pg_args(chunk->ctx, &END_CONTACTS);
    pg_add_int8(contacts, chunk->job->begun_at_us);
    queue_lines(pg, chunk, &CLOSE_INTERVALS);
    queue_lines(pg, chunk, &END_POSITIONS);
    chunk->updated = queue_lines(pg, chunk, &UPDATE_MEMBERS);
    chunk->created = queue_lines(pg, chunk, &INSERT_MEMBERS);
    queue_lines(pg, chunk, &REPLACE_POSITIONS);
    queue_lines(pg, chunk, &END_SECRETARIES);
    chunk->granted = queue_lines(pg, chunk, &ADD_POSITIONS);
    chunk->touched = queue_lines(pg, chunk, &TOUCH);
    chunk->replaced = queue_lines(pg, chunk, &TOUCH_REPLACED);
    pg_queue(pg, contacts);
    chunk->left = queue_lines(pg, chunk, &LEFT);
}

/* --- a dry run --- */

static const struct pg_statement COMPARE = {
    .name = "chunk_compare",
    .sql = "SELECT count(*) FILTER (WHERE m.id IS NULL), count(*) FILTER (WHERE m.id IS NOT NULL AND (" DIFFERS
           " OR s.role <> coalesce((SELECT p.role FROM member_position p WHERE p.member_id = s.id"
           "    AND p.organization_id = s.role_at AND p.to_us IS NULL), " SQL_ROLE_MEMBER ")"
           " OR EXISTS (SELECT FROM member_position p JOIN import_member o ON o.job_id = s.job_id"
           "    AND o.role_at = p.organization_id AND o.role = " SQL_ROLE_SECRETARY " AND o.id <> s.id"
           "    AND o.status <> " SQL_MEMBER_STATUS_LEFT "    WHERE p.member_id = s.id AND p.role = " SQL_ROLE_SECRETARY
           " AND p.to_us IS NULL)))"
           " FROM import_member s LEFT JOIN member m ON m.id = s.id WHERE " LINES};

void import_chunk_store_compare_queue(struct pg *pg, struct import_chunk *chunk)
{
    chunk->compared = pg_queue(pg, lines(chunk, &COMPARE));
}

void import_chunk_store_count(const struct import_chunk *chunk, int64_t *ret_created, int64_t *ret_updated)
{
    if (chunk->compared) {
        *ret_created = pg_get_int8(chunk->compared, 0, 0);
        *ret_updated = pg_get_int8(chunk->compared, 0, 1);
        return;
    }
    *ret_created = (int64_t)pg_rows(chunk->created);
    *ret_updated = (int64_t)(pg_rows(chunk->updated) + pg_rows(chunk->touched) + pg_rows(chunk->replaced));
}

void import_chunk_store_left(TALLOC_CTX *ctx, const struct import_chunk *chunk, struct ids *ret_ids)
{
    *ret_ids = (struct ids){0};
    ids_add_rows(ctx, ret_ids, chunk->left);
}

/* --- who is not in the file --- */

static const struct pg_statement ABSENT = {
    .name = "import_absent",
    .sql = "WITH absent AS MATERIALIZED (SELECT m.id"
           " FROM (SELECT DISTINCT branch_id FROM import_member WHERE job_id = $1::uuid) b"
           " JOIN member m ON m.branch_id = b.branch_id WHERE m.status <> " SQL_MEMBER_STATUS_LEFT
           " AND NOT EXISTS (SELECT FROM import_member s WHERE s.job_id = $1::uuid AND s.id = m.id)"
           " AND NOT EXISTS (SELECT FROM import_error e WHERE e.job_id = $1::uuid AND NOT e.warning"
           "    AND e.member_id = m.id)),"
           " kept AS (INSERT INTO import_absent (job_id, member_id) SELECT $1::uuid, id FROM absent LIMIT $2::int8"
           "    ON CONFLICT DO NOTHING) SELECT count(*) FROM absent"};

struct pg_result *import_chunk_store_absent_queue(struct pg *pg, TALLOC_CTX *ctx, const struct uuid *job, int most)
{
    struct pg_args *args = pg_args(ctx, &ABSENT);
    pg_add_uuid(args, job);
    pg_add_int8(args, most);
    return pg_queue(pg, args);
}
