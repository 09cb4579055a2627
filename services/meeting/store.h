/* All SQL of the meeting service (schema/001_meeting.sql).
 *
 *   store.c        rows that batches and queries both read: agendas, hosts
 *   store_work.c   the commands loop's working set: names → one round trip → state
 *   store_write.c  what the handlers changed, each table once a batch
 *   store_query.c  pages of meetings and comments for readers, by the visibility predicate
 *   store_documents.c  the projection of document.events
 *
 * Everything queues on the pipeline; results are read after the caller's flush. One thread: the owner of the pg. */
#ifndef SOTAY_MEETING_STORE_H
#define SOTAY_MEETING_STORE_H

#include "common/base/uuid_map.h"
#include "common/loop/loop.h"
#include "common/pg/pg.h"
#include "services/directory/audience.h"
#include "services/meeting/meeting.h"
#include "services/meeting/view.h"

/* --- shared rows (store.c) ---------------------------------------------------------------------------------------- */

/* m is the meeting's row. Agendas come apart. */
#define STORE_MEETING_COLUMNS                                                                                        \
    "m.id, m.version, m.organization_id, m.kind, m.state, m.starts_at_us, m.place, m.participants, m.created_at_us," \
    " m.registered_at_us, m.changed_at_us, m.held_at_us, m.change_note, m.cancel_reason, m.notification_id, "        \
    "m.comments,"                                                                                                    \
    " CASE WHEN m.participants = 2 THEN"                                                                             \
    "  (SELECT array_agg(p.member_id ORDER BY p.member_id) FROM meeting_participant p WHERE p.meeting_id = m.id) END"
enum { STORE_MEETING_N_COLUMNS = 17 };
void store_read_meeting(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct meeting *ret_meeting);

/* c is the comment's row. With the names of its people. */
#define STORE_COMMENT_COLUMNS                                                                            \
    "c.id, c.meeting_id, c.agenda_item_id, c.author_id, c.entered_by, c.text, c.visibility, c.channel, " \
    "c.created_at_us,"                                                                                   \
    " c.answer_author_id, c.answer_text, c.answered_at_us,"                                              \
    " (SELECT a.full_name FROM directory_member a WHERE a.id = c.author_id),"                            \
    " (SELECT a.full_name FROM directory_member a WHERE a.id = c.answer_author_id)"
struct store_comment {
    struct comment is;
    struct comment_names names;
};
void store_read_comment(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, struct store_comment *ret_comment);

struct pg_result *store_queue_agendas(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *meetings, size_t n);
/* Gives every meeting of the rows its agenda: `find` returns it, or NULL. */
void store_read_agendas(TALLOC_CTX *ctx, const struct pg_result *rows,
                        struct meeting *(*find)(void *arg, const struct uuid *id), void *arg);

/* o is the organisation's row. Puts it into a map of struct meeting_host, from the given column on; does nothing where
 * o is NULL. */
#define STORE_HOST_COLUMNS "o.id, o.name, o.level, o.path"
void store_read_host(TALLOC_CTX *ctx, const struct pg_result *rows, size_t row, int column, struct uuid_map *hosts);
struct pg_result *store_queue_hosts(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *orgs, size_t n);
void store_read_hosts(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

/* Adds contacts and counts to hosts that are known, named by themselves or by their meetings. */
struct store_audiences {
    const struct uuid_map *orgs, *meetings;
};
struct pg_result *store_queue_audiences(TALLOC_CTX *ctx, struct pg *pg, const struct store_audiences *named);
void store_read_audiences(TALLOC_CTX *ctx, const struct pg_result *rows, struct uuid_map *hosts);

/* --- the working set of a batch of commands (store_work.c) -------------------------------------------------------- */

struct work_meeting {
    struct meeting is;
    bool changed, participants_changed, agenda_changed; /* to be written whole; these parts */
    bool counted;                                       /* only `comments` */
    bool deleted;
};
struct work_comment {
    struct store_comment found;
    bool is_new, answered;
}; /* to be inserted; only its answer to be updated */

struct work_document {
    struct agenda_document is;
    struct directory_org issuer; /* id and path; zero while the directory does not know it */
    Pb__Classification classification;
    struct uuid author; /* zero: not known */
    struct audience audience;
};

struct work {
    TALLOC_CTX *ctx;
    struct directory_set *people;
    struct uuid_map *meetings;  /* struct work_meeting */
    struct uuid_map *comments;  /* struct work_comment */
    struct uuid_map *documents; /* struct work_document, of what is published */
    struct uuid_map *hosts;     /* struct meeting_host, by organisation */
    struct uuid_map *months;    /* struct uuid: whose regular meeting takes (organisation, month) */
    /* named only: what to load beside */
    struct uuid_map *agendas, *orgs, *audience_orgs, *audience_meetings;
    struct pg_args *month_names, *move_names;
    struct {
        struct pg_result *meetings, *agendas, *comments, *documents, *hosts, *audiences, *months, *moves;
    } rows;
};

/* The moments of the commands loop's part. */
void *work_new(struct loop_batch *batch);
void work_load(void *work, struct pg *pg);
MUST_CHECK enum err work_loaded(void *work);
void work_write(void *work, struct pg *pg); /* store_write.c */

/* Naming, in needs(). Names of one batch are loaded in one round trip; meetings and comments are locked in the order of
 * their ids. */
enum { WORK_AGENDA = 1, WORK_AUDIENCE = 2 }; /* what of the meeting beside its row */
void work_name_meeting(struct work *work, const struct uuid *id, unsigned parts);
void work_name_new_meeting(struct work *work, const struct uuid *id, const struct uuid *org, int32_t month);
void work_name_move(struct work *work, const struct uuid *meeting, bool has_month,
                    int32_t month); /* it may claim another month */
void work_name_comment(struct work *work, const struct uuid *id);
void work_name_document(struct work *work, const struct uuid *id);
void work_name_person(struct work *work, const struct uuid *id);
void work_name_speaker(struct work *work,
                       const struct uuid *id); /* a person alone, without the organisations they belong to */

/* State, in apply(). NULL: there is none. */
const struct meeting *work_meeting(const struct work *work, const struct uuid *id);
const struct store_comment *work_comment(const struct work *work, const struct uuid *id);
const struct meeting_host *work_host(const struct work *work, const struct uuid *org);
const struct work_document *work_document(const struct work *work, const struct uuid *id);

/* Makes the next state the state. ERR_MONTH_TAKEN (nothing changed): another meeting of the batch or of the database
 * has its month. */
MUST_CHECK enum err work_keep_meeting(struct work *work, const struct meeting *next);
void work_delete_meeting(struct work *work, const struct uuid *id);
void work_keep_comment(struct work *work,
                       const struct store_comment *comment); /* a new one is counted where the branch sees it */

/* --- reading (store_query.c) -------------------------------------------------------------------------------------- */

/* A meeting as one reader sees it. */
struct seen_meeting {
    struct meeting is;
    bool whole; /* false: the header only */
};

struct meeting_filter {
    const struct uuid *organization; /* NULL: everywhere; else its subtree */
    const struct uuid *id;           /* NULL: any */
    bool has_month, has_from, has_to, has_kind, has_state, has_before;
    int32_t month, kind, state;
    int64_t from_us, to_us; /* starts_at_us, `to` exclusive */
    const char *q;          /* NULL: any */
    int64_t before_us;      /* cursor: the last meeting of the page before */
    struct uuid before_id;
    int64_t limit;
};

/* Newest first; invisible ones are not there. */
struct pg_result *store_queue_meetings(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct meeting_filter *filter);
struct seen_meeting *store_read_meetings(TALLOC_CTX *ctx, const struct pg_result *rows);
/* One row when the reader may know of the organisation (ACCESS.md, organization.read). */
struct pg_result *store_queue_org_visible(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                          const struct uuid *org);

struct comment_filter {
    const struct uuid *meeting;
    const struct uuid *id;     /* NULL: any */
    const struct uuid *reader; /* sees his own secretary-only ones too; NULL: shared by the branch */
    bool has_after;
    int64_t after_us;
    struct uuid after_id;
    int64_t limit;
};
/* Oldest first: those of a meeting that the scope sees whole. Secretary-only ones to its heads and their author. */
struct pg_result *store_queue_comments(TALLOC_CTX *ctx, struct pg *pg, const struct directory_scope *scope,
                                       const struct comment_filter *filter);

/* The next meetings after `after` in the order of ids, drafts left out: for republishing. */
MUST_CHECK enum err store_next_published(TALLOC_CTX *ctx, struct pg *pg, const struct uuid *after, int64_t limit,
                                         struct pg_result **ret_rows);

/* --- the projection of documents (store_documents.c) -------------------------------------------------------------- */

struct store_document {
    struct uuid id, organization, author;
    uint64_t version;
    int32_t state, classification;
    const char *title;
    ProtobufCBinaryData audience; /* Pb__Audience, packed; empty: nobody is addressed */
};
void store_queue_documents(TALLOC_CTX *ctx, struct pg *pg,
                           const struct uuid_map *documents); /* of struct store_document; the newer stays */
struct pg_result *store_queue_naming(TALLOC_CTX *ctx, struct pg *pg,
                                     const struct uuid_map *documents); /* document_id, meeting_id */

#endif
