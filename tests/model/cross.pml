/* Commands that name another service's things (DESIGN, rules 6 and 15): a document is published and withdrawn in one
 * service, and meetings that name it are scheduled in another, which knows documents by its own projection only. Run by
 * tests/model/run, which names the bounds and the planted mistakes.
 *
 * What there is: the document service with its topic of commands, its outbox and its topic of events; the meeting
 * service with the projection of these events and its topic of commands; the broker's clock, of whose milliseconds some
 * have several records. An author publishes, waits for the answer, and schedules a meeting that names the document. A
 * second client withdraws it and a third schedules another meeting, at any moment.
 *
 * What happens to it: the document service is killed between a commit and its announcement, or between that and the
 * deletion of its outbox row; the meeting service is killed; both databases are restored to older backups.
 *
 * What must hold, whatever the order of steps:
 *   - never refused for a lag: the meeting whose author was answered "published" before he sent it finds the document;
 *   - judged alike: a command that is read again after a restore comes to the outcome that its client was told;
 *   - as of its time: a meeting is accepted if, and only if, the document was published and not yet withdrawn, as its
 *     events' first records say, when the meeting's command was appended;
 *   - the projection ends equal: it shows published, and withdrawn, if and only if the document service does;
 *   - settled: when nothing can move any more, all commands were read and all events projected.
 *
 * Bounds: two commands to documents, two to meetings, EVENTS records of events in all, and as many faults as the run
 * says. Not modelled: what loop.pml shows (owners, repeats, batches): each service has one owner here, and a commit is
 * one step; several documents or partitions; a document's audience, which has intervals of the same kind; clocks of
 * services that go before the broker's. A start's wait for all topics (loop_news_forget) is not needed here: it is for
 * the directory, which commands do not wait for. */

#ifndef KILLS
#define KILLS 1
#endif
#ifndef RESTORES_D
#define RESTORES_D 1   /* of the document service's database */
#endif
#ifndef RESTORES_M
#define RESTORES_M 1   /* of the meeting service's database */
#endif
#define EVENTS 8
#define PUBLISHED 1
#define WITHDRAWN 2
#define ACCEPTED 1
#define REFUSED 2

/* --- planted mistakes --------------------------------------------------------------------------------------------- */

#ifdef NOT_WAITED                /* a command is judged by what the projection knows when it is read */
#define HAS_PASSED true
#elif defined(REFUSALS_WAIT_ONLY)  /* what would be accepted now is accepted at once */
#define HAS_PASSED (IS_PUBLISHED_AT(at) || (asked && m.projected >= ends))
#elif defined(LAG_REFUSES)       /* the wait has an end: then it is judged by what is known */
#define HAS_PASSED asked
#else
#define HAS_PASSED (asked && m.projected >= ends)
#endif
#ifdef SAME_MILLISECOND           /* the ends are asked while records of the command's millisecond may still come */
#define IS_OVER(at) true
#else
#define IS_OVER(at) (clock > at)
#endif
#ifdef ANSWERED_BEFORE_EVENT     /* the answer to a publication does not wait for Kafka's acknowledgement */
#define IS_ANNOUNCED true
#else
#define IS_ANNOUNCED has_published_event
#endif
#ifdef INTERVAL_BY_LAST_RECORD   /* an interval begins at the newest record of its event */
#define IS_NEWS(since) true
#else
#define IS_NEWS(since) (since == 0)
#endif

/* --- Kafka: a record's time is the broker's ----------------------------------------------------------------------- */

byte clock = 1;
bool is_over = true;                               /* the last record's millisecond */
byte d_log[2], d_end;                              /* the document service's commands */
byte event[EVENTS], event_time[EVENTS], e_end;     /* its events */
byte m_time[2], m_end;                             /* the meeting service's commands: each names the document */
byte first_published, first_withdrawn;             /* time of each event's first record, to check against */
bool has_published_event;

inline pass_time() {  /* the next record has the same millisecond, or a later one */
	if :: clock++; is_over = true :: is_over = false fi
}
inline append_event(kind) {
	event[e_end] = kind; event_time[e_end] = clock;
	if
	:: kind == PUBLISHED && first_published == 0 -> first_published = clock; has_published_event = true
	:: kind == WITHDRAWN && first_withdrawn == 0 -> first_withdrawn = clock
	:: else
	fi;
	e_end++; pass_time()
}
inline append_meeting() {
	m_time[m_end] = clock; m_end++; pass_time()
}

/* --- the document service ----------------------------------------------------------------------------------------- */

typedef documents {
	byte next;                  /* position */
	bool published, withdrawn;
	byte outbox[3];             /* kind of the event in the row with this id; 0: no row */
	byte row;                   /* the last id */
}
documents d, d_backup, d_blank;
bool d_has_backup;
byte n_kills, n_restores_d, n_restores_m;

inline copy_documents(to, from) {
	to.next = from.next; to.published = from.published; to.withdrawn = from.withdrawn; to.row = from.row;
	to.outbox[1] = from.outbox[1]; to.outbox[2] = from.outbox[2]
}
inline keep_event(kind) {
	d.row++; d.outbox[d.row] = kind
}
/* The first row is announced, and deleted once Kafka has it; a kill between these announces it again. */
inline announce(id) {
	append_event(d.outbox[id]);
	if
	:: d.outbox[id] = 0
	:: n_kills < KILLS -> n_kills++
	fi
}
active proctype DocumentService() {
end:	do
	:: d_step { d.next < d_end ->
		if
		:: d_log[d.next] == PUBLISHED && !d.published -> d.published = true; keep_event(PUBLISHED)
		:: d_log[d.next] == WITHDRAWN && d.published && !d.withdrawn -> d.withdrawn = true; keep_event(WITHDRAWN)
		:: else
		fi;
		d.next++ }
	:: atomic { d.outbox[1] != 0 && e_end < EVENTS -> announce(1) }
	:: atomic { d.outbox[1] == 0 && d.outbox[2] != 0 && e_end < EVENTS -> announce(2) }
#ifdef FORGOTTEN_AFTER_KILL  /* a start does not announce what the outbox holds */
	:: atomic { n_kills < KILLS && d.row > 0 -> n_kills++; d.outbox[1] = 0; d.outbox[2] = 0 }
#endif
	od
}

/* --- the meeting service ------------------------------------------------------------------------------------------ */

typedef meetings {
	byte next;                  /* position on its commands */
	byte projected;             /* position on the documents' events */
	byte published, withdrawn;  /* the document's interval: times; 0: not */
}
meetings m, m_backup, m_blank;
bool m_has_backup;
byte lives;                     /* of the meeting service; a new one has read nothing */
byte told[2];                   /* the outcome that each command's client heard, at once */

inline copy_meetings(to, from) {
	to.next = from.next; to.projected = from.projected; to.published = from.published; to.withdrawn = from.withdrawn;
}

active proctype Projection() {
end:	do
	:: d_step { m.projected < e_end ->
		if
		:: event[m.projected] == PUBLISHED && IS_NEWS(m.published) -> m.published = event_time[m.projected]
		:: event[m.projected] == WITHDRAWN && IS_NEWS(m.withdrawn) -> m.withdrawn = event_time[m.projected]
		:: else
		fi;
		m.projected++ }
	od
}

byte author_meeting;            /* the author's command, its offset plus one */
bool withdrawal_sent;
#define IS_PUBLISHED_AT(t) (m.published != 0 && m.published <= t && (m.withdrawn == 0 || m.withdrawn > t))
#define WAS_PUBLISHED_AT(t) (first_published != 0 && first_published <= t && \
	(first_withdrawn == 0 || first_withdrawn > t))

#define OUTCOME_AT(t) (WAS_PUBLISHED_AT(t) -> ACCEPTED : REFUSED)

active proctype MeetingService() {
	byte life;
	byte at;                /* append time of the command that was read; 0: none was */
	byte ends; bool asked;  /* the ends of the events, asked after the command was read */
	byte outcome;
end:	do
	:: d_step { life != lives -> life = lives; at = 0; ends = 0; asked = false }
	:: d_step { life == lives && at == 0 && m.next < m_end -> at = m_time[m.next];
#ifdef ENDS_ASKED_EARLY      /* the ends were asked before the command was read */
		ends = m.projected; asked = true
#endif
		}
	:: d_step { life == lives && at != 0 && !asked && IS_OVER(at) -> ends = e_end; asked = true }
	:: d_step { life == lives && at != 0 && HAS_PASSED ->
		outcome = (IS_PUBLISHED_AT(at) -> ACCEPTED : REFUSED);
		assert(told[m.next] == 0 || told[m.next] == outcome);
		assert(author_meeting != m.next + 1 || withdrawal_sent || outcome == ACCEPTED);
		told[m.next] = outcome;
		m.next++; at = 0; ends = 0; asked = false; outcome = 0 }
	od
}

/* --- clients ------------------------------------------------------------------------------------------------------ */

byte n_done;
active proctype Author() {
	atomic { d_log[d_end] = PUBLISHED; d_end++ };
	atomic { d.published && IS_ANNOUNCED -> append_meeting(); author_meeting = m_end; n_done++ }
}
active proctype Withdrawer() {
	atomic { d_log[d_end] = WITHDRAWN; d_end++; withdrawal_sent = true; n_done++ }
}
active proctype Other() {
	atomic { append_meeting(); n_done++ }
}

/* --- faults, and what must hold in the end ------------------------------------------------------------------------ */

active proctype World() {
	do
	:: atomic { n_kills < KILLS -> n_kills++; lives++ }
	:: d_step { n_restores_d < RESTORES_D && !d_has_backup -> d_has_backup = true; copy_documents(d_backup, d) }
	:: d_step { d_has_backup && n_restores_d < RESTORES_D && d.next > d_backup.next -> n_restores_d++;
		copy_documents(d, d_backup); d_has_backup = false; copy_documents(d_backup, d_blank) }
	:: d_step { n_restores_m < RESTORES_M && !m_has_backup -> m_has_backup = true; copy_meetings(m_backup, m) }
	:: d_step { m_has_backup && n_restores_m < RESTORES_M &&
		(m.next > m_backup.next || m.projected > m_backup.projected) -> n_restores_m++;
		lives++; copy_meetings(m, m_backup); m_has_backup = false; copy_meetings(m_backup, m_blank) }
	:: atomic { !is_over -> clock++; is_over = true }
	:: timeout ->
		assert(n_done == 3 && d.next == d_end && m.next == m_end && m.projected == e_end);
		assert(told[0] == OUTCOME_AT(m_time[0]) && told[1] == OUTCOME_AT(m_time[1]));
		assert((m.published != 0) == d.published && (m.withdrawn != 0) == d.withdrawn);
		assert(m.published == first_published && m.withdrawn == first_withdrawn);
		break
	od
}
