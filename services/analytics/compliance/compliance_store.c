#include "services/analytics/compliance/compliance_store.h"

#include "common/base/array.h"
#include "common/base/clock.h"
#include "common/base/mem.h"
#include "contract_numbers.h"
#include "services/analytics/reminder/reminder_store.h"
#include "services/analytics/sight/sight.h"
#include "services/directory/rules_store.h"
#include <assert.h>

/* A page is found first, then the rules and the secretaries of its rows are looked up. Each list stands here twice: of
 * the whole tree, which is walked along the codes and says nothing of whose it is, and of a part of it, which is found
 * by its path: the planner does not know how large a part is asked for. */
#define CODE "o.code COLLATE \"C\""
#define WITHIN " AND o.path @> ARRAY[$1::uuid] AND " SIGHT_VISIBLE("$3", "$4")
#define REMINDED REMINDED_AT("$2::int4")
#define LIST(name_, within, meeting, condition)                                                                        \
    {                                                                                                                  \
        .name = "analytics_compliance_" name_,                                                                         \
        .sql = "SELECT o.id, o.code, o.name, o.path, " RULES_OF_PATH(                                                  \
            "o.path") ", o.meeting_id IS NOT NULL,"                                                                    \
                      " o.registered_at_us, o.on_time, o.starts_at_us, o.meeting_state = " SQL_MEETING_STATE_HELD      \
                      ", o.resolution_due_at_us, o.resolution_published_at_us, o.resolution_overdue, s.member_id,"     \
                      " s.full_name, s.phone, " REMINDED " FROM (SELECT o.id, o.code, o.name, o.path, f.meeting_id,"   \
                      "   f.registered_at_us, f.on_time, f.starts_at_us, f.state AS meeting_state,"                    \
                      "   f.resolution_due_at_us, f.resolution_published_at_us, f.resolution_overdue"                  \
                      "  FROM directory_organization o CROSS JOIN (SELECT $1::uuid AS root, $3::uuid[] AS here,"       \
                      "   $4::uuid[] AS below, $6::int8 AS now_us, $7::int8 AS today_us) t " meeting                   \
                      "  WHERE o.level = " SQL_LEVEL_BRANCH within " AND " CODE " > coalesce((SELECT c.code"           \
                      "   FROM directory_organization c WHERE c.id = $5::uuid), '') AND " condition "  ORDER BY " CODE \
                      " LIMIT $8::int8) o"                                                                             \
                      " LEFT JOIN LATERAL (SELECT p.member_id, m.full_name, p.phone"                                   \
                      "  FROM directory_position p JOIN directory_member m ON m.id = p.member_id"                      \
                      "  WHERE p.organization_id = o.id AND p.role = " SQL_ROLE_SECRETARY " AND p.to_us IS NULL"       \
                      "  ORDER BY p.from_us DESC, p.member_id LIMIT 1) s ON true"                                      \
                      " ORDER BY " CODE                                                                                \
    }
#define LISTS(name_, meeting, condition)                                                       \
    {                                                                                          \
        LIST(name_ "_of_all", "", meeting, condition), LIST(name_, WITHIN, meeting, condition) \
    }

/* A branch has one regular meeting in a month; while one takes another's place, and only one of them was heard of, the
 * one that was held stands for both, or in the lists of a state each (the reader drops the second). */
#define REGULAR                                                                               \
    "f.organization_id = o.id AND f.month = $2::int4"                                         \
    " AND f.kind = " SQL_MEETING_KIND_REGULAR " AND f.state IN (" SQL_MEETING_STATE_SCHEDULED \
    ", " SQL_MEETING_STATE_HELD ")"
#define IS_ACTIVE "o.state = " SQL_ORGANIZATION_STATE_ACTIVE
#define IS_SCHEDULED "f.state = " SQL_MEETING_STATE_SCHEDULED
#define IS_HELD "f.state = " SQL_MEETING_STATE_HELD
#define IS_OVERDUE "(f.resolution_overdue OR f.resolution_due_at_us + 1000000 <= t.now_us)"
#define ANY_MEETING                                                  \
    "LEFT JOIN LATERAL (SELECT * FROM fact_meeting f WHERE " REGULAR \
    " ORDER BY f.state DESC, f.meeting_id LIMIT 1) f ON true"
#define A_MEETING "JOIN fact_meeting f ON " REGULAR
#define NO_MEETING "LEFT JOIN fact_meeting f ON " REGULAR

enum { OF_ALL, OF_PART, WAYS };
static const struct pg_statement ANY_STATE[WAYS] = LISTS("any", ANY_MEETING,
                                                         "(" IS_ACTIVE " OR f.meeting_id IS NOT NULL)");
static const struct pg_statement IN_STATE[][WAYS] = {
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_NOT_REGISTERED] = LISTS("not_registered", NO_MEETING,
                                                                    IS_ACTIVE " AND f.meeting_id IS NULL"),
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_REGISTERED] = LISTS("registered", A_MEETING,
                                                                IS_SCHEDULED " AND f.starts_at_us >= t.today_us"),
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_NOT_HELD] = LISTS("not_held", A_MEETING,
                                                              IS_SCHEDULED " AND f.starts_at_us < t.today_us"),
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_HELD] = LISTS("held", A_MEETING,
                                                          IS_HELD " AND f.resolution_published_at_us IS NULL"
                                                                  " AND " IS_OVERDUE " IS NOT TRUE"),
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_RESOLUTION_OVERDUE] = LISTS("overdue", A_MEETING,
                                                                        IS_HELD
                                                                        " AND f.resolution_published_at_us IS NULL"
                                                                        " AND " IS_OVERDUE),
    [PB__COMPLIANCE_STATE__COMPLIANCE_STATE_COMPLETE] = LISTS("complete", A_MEETING,
                                                              IS_HELD " AND f.resolution_published_at_us IS NOT NULL"),
};

struct pg_result *compliance_store_list(struct pg *pg, TALLOC_CTX *ctx, const struct compliance_wanted *wanted)
{
    assert(!wanted->has_state || (size_t)wanted->state < ARRAY_LENGTH(IN_STATE));
    int way = wanted->is_all ? OF_ALL : OF_PART;
    struct pg_args *args = pg_args(ctx, wanted->has_state ? &IN_STATE[wanted->state][way] : &ANY_STATE[way]);
    pg_add_uuid(args, wanted->organization);
    pg_add_int4(args, wanted->month);
    sight_add(ctx, args, wanted->scope, false);
    pg_add_uuid(args, wanted->after);
    pg_add_int8(args, wanted->now_us);
    pg_add_int8(args, clock_date_start_us(clock_local_date(wanted->now_us)));
    pg_add_int8(args, wanted->limit);
    return pg_queue(pg, args);
}

static Pb__Compliance__Secretary *get_secretary(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row)
{
    if (pg_is_null(rows, row, 13))
        return NULL;
    Pb__Compliance__Secretary *secretary = mem_new(ctx, Pb__Compliance__Secretary);
    pb__compliance__secretary__init(secretary);
    secretary->id = pg_get_bytes(ctx, rows, row, 13);
    secretary->full_name = pg_get_text(ctx, rows, row, 14);
    secretary->phone = pg_get_text(ctx, rows, row, 15);
    return secretary;
}

void compliance_store_get(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row,
                          struct compliance_branch *ret_branch)
{
    *ret_branch = (struct compliance_branch){
        .id = pg_get_uuid(rows, row, 0),
        .code = pg_get_text(ctx, rows, row, 1),
        .name = pg_get_text(ctx, rows, row, 2),
        .rules = rules_store_read(ctx, rows, row, 4),
        .is_registered = pg_get_bool(rows, row, 5),
        .registered_at_us = pg_get_int8(rows, row, 6),
        .is_on_time = pg_get_bool(rows, row, 7),
        .starts_at_us = pg_get_int8(rows, row, 8),
        .is_held = pg_get_bool(rows, row, 9),
        .resolution_due_at_us = pg_get_int8(rows, row, 10),
        .resolution_published_at_us = pg_get_int8(rows, row, 11),
        .is_overdue = pg_get_bool(rows, row, 12),
        .reminded_at_us = pg_get_int8(rows, row, 16),
        .secretary = get_secretary(ctx, rows, row),
    };
    ret_branch->path = pg_get_uuids(ctx, rows, row, 3, &ret_branch->n_path);
}
