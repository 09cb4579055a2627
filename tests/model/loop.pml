/* The loop (common/loop): what becomes of a command between Kafka's acknowledgement and its answer, whatever fails
 * between. Run by tests/model/run, which names the bounds and the planted mistakes.
 *
 * What there is: a topic of commands with one partition; two instances of the service that take the partition from
 * each other; PostgreSQL; one projection of the service's events; two clients, each with a key, who try again, with the
 * same body or with another one.
 *
 * What happens to it: the gateway's produce fails, or fails although Kafka has the record, or the record comes later;
 * an instance is killed between any two steps, or frozen while another takes its partition (it does not notice before
 * its next poll), or both; PostgreSQL ends a transaction, or commits and its answer is lost; a publication on Redis is
 * lost; an acknowledgement of Kafka is lost, and the record sent again; the database is restored to an older backup
 * under services that run.
 *
 * What must hold, whatever the order of steps (the assertions of World and Client):
 *   - settled: when nothing can move any more, every command was read and every client is done;
 *   - once: what was acknowledged has been applied exactly once, what was not, at most once, in the order of the log;
 *   - answered with what it did: the version that the applied command made, or "another body" if another was applied;
 *   - who was answered reads it, unless the answer to his read is marked stale after a restore;
 *   - the projection ends equal: each event counted once, and the newest version is the one that it shows;
 *   - the outbox holds nothing that was announced (where nothing was restored).
 *
 * Bounds: LOG records of commands in all, batches of one or two, and as many faults of each kind as the run says. What
 * is random in the code (`owner`) is here the first number that nobody holds, so it is as good as new.
 *
 * Not modelled: time, several partitions, retention, a log that was cut (stop flag), handlers that fail, dead letters,
 * timers, rows of jobs. A service's answer, an assignment and a commit are one step each, as PostgreSQL makes them.
 *
 * Not yet in code: rows that the owner alone deletes; an assignment that forgets what was under way before it, and
 * reads the outbox in the transaction that writes `owner`; answers that are marked stale after a restore. */

#ifndef KILLS
#define KILLS 1       /* kill -9 of an instance */
#endif
#ifndef REBALANCES
#define REBALANCES 1  /* the group gives the partition to the other instance */
#endif
#ifndef RESTORES
#define RESTORES 0    /* the database goes back to a backup taken at any earlier moment */
#endif
#ifndef RESENDS
#define RESENDS 0     /* events sent again though Kafka had them */
#endif
#ifndef ENDINGS
#define ENDINGS 1     /* 1: PostgreSQL may end a transaction, or not answer a COMMIT, any number of times; 0: never */
#endif
#ifndef TRIES
#define TRIES 2       /* of the first client; the second one tries once */
#endif
#define LOG 3         /* one record for each try */
#define ROWS 4        /* an outbox row's id is 1 to ROWS-1 */
#define REUSED 9      /* the outcome "another body under the same key" (422) */

#define BIT(n) (1 << (n))

/* --- planted mistakes: each replaces one line of the mechanism ---------------------------------------------------- */

#ifdef POSITION_BY_NEXT       /* the commit compares `next` only, and whoever finds it moved goes on from the new one */
#define IS_OWNER true
#else
#define IS_OWNER (db.owner == owner_of[me])
#endif
#ifdef PROCESSED_BY_OFFSET    /* a record is known by its offset, not by its message's id */
#define IS_PROCESSED(k) false
#else
#define IS_PROCESSED(k) (db.body[k] != 0)
#endif
#ifdef OUTCOME_WITHOUT_HASH   /* whoever waits for the message's id takes its outcome */
#define IS_MINE(k, hash) (waits[k] != 0)
#else
#define IS_MINE(k, hash) (waits[k] == hash)
#endif
#ifdef OPERATION_WITHOUT_HASH /* the service answers by the message's id alone */
#define SAME_BODY(k, hash) true
#else
#define SAME_BODY(k, hash) (db.body[k] == hash)
#endif
#ifdef RECORD_DROPPED_WHOLE   /* the projection drops what has the number of a record that it knows */
#define KNOWS_RECORD(id) (shown.records & BIT(id))
#else
#define KNOWS_RECORD(id) false
#endif
#ifdef LAST_RECORD_WINS       /* the projection shows what came last, newer or not */
#define IS_NEWER(version) true
#else
#define IS_NEWER(version) (version > shown.version)
#endif
#ifdef MEMORY_KEPT            /* an assignment keeps what was announced before it, known by the ids of rows */
#define FORGETS false
#define IS_KNOWN(i, id) ((landed[i] & BIT(id)) || flights[i]??[id, _, _])
#else
#define FORGETS true
#define IS_KNOWN(i, id) false
#endif
#ifdef ROWS_DROPPED_BY_ANYONE /* announced rows are deleted by id, whoever owns the partition by then */
#define MAY_DROP true
#else
#define MAY_DROP IS_OWNER
#endif
#ifdef QUIET_NOT_CHECKED      /* a position that moved without us shows at the next commit only */
#define CHECKS false
#else
#define CHECKS true
#endif
#ifdef STALE_NOT_MARKED       /* a restored service answers reads as if nothing had happened */
#define IS_MARKED false
#else
#define IS_MARKED (restored && db.next < end_at_restore)
#endif

/* --- Kafka -------------------------------------------------------------------------------------------------------- */

byte log_key[LOG], log_hash[LOG], log_end;   /* the commands: key and hash (1 or 2) of the body */
byte late[2];                                /* a produce that timed out, and may still arrive: its hash */

typedef projection {
	byte counted[2];  /* how often each key's event was counted */
	byte version;     /* of the newest event */
	byte records;     /* set of row ids, for RECORD_DROPPED_WHOLE */
}
projection shown;

inline append(k, hash) {
	log_key[log_end] = k; log_hash[log_end] = hash; log_end++
}

/* A record of events arrives, and the projection takes it at once: each event is dropped by its own id. */
inline project_event(k, events) {
	if
	:: (events & BIT(k)) && shown.counted[k] == 0 -> shown.counted[k] = 1
	:: else
	fi
}
inline project(id, events, version) {
	if
	:: KNOWS_RECORD(id) -> skip
	:: else ->
		project_event(0, events); project_event(1, events);
		if :: IS_NEWER(version) -> shown.version = version :: else fi;
#ifdef RECORD_DROPPED_WHOLE
		shown.records = shown.records | BIT(id)
#endif
	fi
}

/* --- PostgreSQL --------------------------------------------------------------------------------------------------- */

typedef database {
	byte next, owner;   /* the row of `position` */
	byte body[2];       /* `seen`: hash of the body that was applied; 0: no row */
	byte version[2];    /* `seen`: the version that it made */
	byte facts[2];      /* how often a key's facts were written */
	byte aggregate;     /* the aggregate's version */
	byte outbox[ROWS];  /* events of a commit that is unannounced, a set of keys; 0: no row */
	byte row;           /* the last id of an outbox row; a restore brings old ids back */
}
database db, backup, blank;
byte lock;              /* the instance that holds the position's row, plus one; 0: none */
bool has_backup, restored;
byte end_at_restore;

inline copy_database(to, from) {
	to.next = from.next; to.owner = from.owner; to.aggregate = from.aggregate; to.row = from.row;
	to.body[0] = from.body[0]; to.version[0] = from.version[0]; to.facts[0] = from.facts[0];
	to.body[1] = from.body[1]; to.version[1] = from.version[1]; to.facts[1] = from.facts[1];
	to.outbox[1] = from.outbox[1]; to.outbox[2] = from.outbox[2]; to.outbox[3] = from.outbox[3]
}

/* --- the gateways ------------------------------------------------------------------------------------------------- */

byte waits[2];                   /* hash of the body that a call waits for; 0: nobody waits */
byte heard[2];                   /* the outcome that it took from the channel */
bool acknowledged[2], done[2];
byte answer[2], answer_hash[2];  /* what the client was told, and about which body */

/* --- the instances of the service --------------------------------------------------------------------------------- */

bool assigned, killed[2], holds[2];     /* holds: it believes that the partition is its own */
byte generation, joined[2];             /* of the group; an instance joins the one that it knows */
chan flights[2] = [ROWS] of { byte, byte, byte };  /* under way to Kafka: row id, events, newest version */
byte landed[2];                         /* set of row ids that Kafka has, and the outbox still holds */
byte owner_of[2];                       /* what each instance wrote into `owner`; 0: nothing */
byte n_kills, n_rebalances, n_restores, n_resends;

inline forget_flights(i) {
	do
	:: nempty(flights[i]) -> flights[i]?_, _, _
	:: empty(flights[i]) -> break
	od;
	landed[i] = 0
}

/* `owner` is random, so no other assignment has it, not even one that a backup remembers. */
#define HELD(x) (x == db.owner || x == backup.owner || x == owner_of[0] || x == owner_of[1])
inline draw_owner(i) {
	if
	:: !HELD(1) -> owner_of[i] = 1
	:: HELD(1) && !HELD(2) -> owner_of[i] = 2
	:: HELD(1) && HELD(2) && !HELD(3) -> owner_of[i] = 3
	:: HELD(1) && HELD(2) && HELD(3) && !HELD(4) -> owner_of[i] = 4
	:: HELD(1) && HELD(2) && HELD(3) && HELD(4) -> owner_of[i] = 5
	fi
}

#define NEWEST(events) ((events == 1) -> db.version[0] : \
	((events == 2) -> db.version[1] : ((db.version[0] > db.version[1]) -> db.version[0] : db.version[1])))
inline announce_row(i, id) {
	if
	:: db.outbox[id] != 0 && !IS_KNOWN(i, id) -> flights[i]!id, db.outbox[id], NEWEST(db.outbox[id])
	:: else
	fi
}

/* An assignment is one transaction: it writes `owner`, reads `next`, and reads the outbox, whose rows are announced
 * again. From then on nobody else adds any. */
inline take_partitions() {
	draw_owner(me);
	db.owner = owner_of[me]; next = db.next; joined[me] = generation;
	if :: FORGETS -> forget_flights(me) :: else fi
}
inline announce_again() {
	announce_row(me, 1); announce_row(me, 2); announce_row(me, 3)
}

/* Revoked, fenced, or a commit whose end is unknown: it has no partition until it takes it again. */
inline lose_partition() {
	holds[me] = false; n = 0; next = 0; owner_of[me] = 0;
	if :: FORGETS -> forget_flights(me) :: else fi
}

/* One transaction: repeats are found by the message's id, the others applied, all at the position of the batch. */
inline apply(at) {
	k = log_key[at];
	if
	:: IS_PROCESSED(k) && SAME_BODY(k, log_hash[at]) -> outcome[at - next] = db.version[k]
	:: IS_PROCESSED(k) && !SAME_BODY(k, log_hash[at]) -> outcome[at - next] = REUSED
	:: !IS_PROCESSED(k) ->
		db.aggregate++; db.facts[k]++;
		db.body[k] = log_hash[at]; db.version[k] = db.aggregate;
		outcome[at - next] = db.aggregate; events = events | BIT(k)
	fi;
	k = 0
}
inline write_and_commit() {
	apply(next);
	if :: n == 2 -> apply(next + 1) :: else fi;
	if
	:: events != 0 -> db.row++; db.outbox[db.row] = events; id = db.row; version = db.aggregate
	:: else
	fi;
#ifdef ROW_DROPPED_UNANNOUNCED  /* the outbox row goes with the commit, as if its events were announced already */
	if :: events != 0 -> db.outbox[id] = 0 :: else fi;
#endif
#ifndef POSITION_FIRST
	db.next = next + n;
#endif
	lock = 0
}

/* The gateways hear the outcome, or the publication was lost. */
inline publish_outcome(at) {
	if
	:: IS_MINE(log_key[at], log_hash[at]) -> heard[log_key[at]] = outcome[at - next]
	:: skip
	fi
}
inline announce() {
	publish_outcome(next);
	if :: n == 2 -> publish_outcome(next + 1) :: else fi;
	if :: events != 0 -> flights[me]!id, events, version :: else fi;
	next = next + n; n = 0; events = 0; id = 0; version = 0; outcome[0] = 0; outcome[1] = 0
}
inline drop_landed(id) {
	if :: landed[me] & BIT(id) -> db.outbox[id] = 0 :: else fi
}

proctype Instance(bit me) {
	byte next;        /* where it reads on */
	byte n;           /* records of the batch under way */
	byte outcome[2], events, id, version;  /* of that batch */
	byte k;
end:	do
	:: {
end_idle:	do
		/* The assignment: kafka's callback, before anything is read. */
		:: d_step { assigned == me && !holds[me] && owner_of[me] == 0 && lock == 0 -> take_partitions();
#ifndef OUTBOX_READ_LATER
			announce_again(); holds[me] = true
#endif
			}
#ifdef OUTBOX_READ_LATER  /* the outbox is read after the transaction that wrote `owner`, without a look at it */
		:: d_step { owner_of[me] != 0 && !holds[me] -> announce_again(); holds[me] = true }
#endif
		/* A poll finds out that the partition went. */
		:: d_step { owner_of[me] != 0 && (assigned != me || joined[me] != generation) -> lose_partition() }
		/* On a quiet queue the row is compared now and then. */
		:: d_step { CHECKS && holds[me] && (db.next != next || !IS_OWNER) -> lose_partition() }
		/* What has landed is dropped from the outbox, by the owner alone. */
		:: d_step { holds[me] && landed[me] != 0 && lock == 0 && MAY_DROP ->
			drop_landed(1); drop_landed(2); drop_landed(3); landed[me] = 0 }
		/* A batch: the position's row is locked and compared. */
		:: atomic { holds[me] && next < log_end ->
			if :: n = 1 :: next + 1 < log_end -> n = 2 fi };
			break
		od;
#ifdef POSITION_FIRST  /* the position moves in a transaction of its own, before the facts */
		atomic {
			if
			:: lock == 0 && db.next == next && IS_OWNER -> db.next = next + n
			:: lock == 0 && !(db.next == next && IS_OWNER) -> lose_partition(); goto end_idle
			fi };
		atomic { lock == 0 -> lock = me + 1 };
#else
		atomic {
			if
			:: lock == 0 && db.next == next && IS_OWNER -> lock = me + 1
			:: lock == 0 && !(db.next == next && IS_OWNER) ->
#ifdef POSITION_BY_NEXT
				next = db.next; n = 0; goto end_idle
#else
				lose_partition(); goto end_idle
#endif
			fi };
#endif
#ifdef ANSWERED_BEFORE_COMMIT  /* the outcome is published when the command was judged */
		atomic { if :: waits[log_key[next]] == log_hash[next] && !IS_PROCESSED(log_key[next]) ->
				heard[log_key[next]] = db.aggregate + 1 :: else fi };
#endif
		if
		:: atomic { lock != me + 1 -> lose_partition(); goto end_idle }     /* PostgreSQL has ended it */
		:: d_step { lock == me + 1 -> write_and_commit() }
		fi;
		if
		:: atomic { announce() }
		:: atomic { ENDINGS -> events = 0; id = 0; version = 0; outcome[0] = 0; outcome[1] = 0;  /* COMMIT unanswered */
#ifdef UNANSWERED_TRIED_AGAIN  /* it reads on from the row, without an assignment */
			next = db.next; n = 0
#else
			lose_partition()
#endif
			}
		fi
	} unless {
		atomic { killed[me] -> killed[me] = false; next = 0; n = 0; k = 0;
			events = 0; id = 0; version = 0; outcome[0] = 0; outcome[1] = 0 }
	}
	od
}

/* Kafka's producer in an instance: it sends in order, on its own, also while the loop's thread is frozen or busy. */
proctype Producer(bit me) {
	byte id, events, version;
end:	do
	:: d_step { flights[me]?id, events, version ->
		project(id, events, version); landed[me] = landed[me] | BIT(id); id = 0; events = 0; version = 0 }
	:: d_step { n_resends < RESENDS && nempty(flights[me]) -> flights[me]?<id, events, version>;
		n_resends++; project(id, events, version); id = 0; events = 0; version = 0 }
	od
}

/* --- a client ----------------------------------------------------------------------------------------------------- */

inline hang_up(k) {
	waits[k] = 0; heard[k] = 0
}
proctype Client(bit k; byte tries) {
	byte hash, offset;
	do
	:: tries > 0 ->
		atomic { tries--; if :: hash = 1 :: hash != 0 -> hash = 2 fi };
		if
		:: atomic { log_end < LOG -> append(k, hash); offset = log_end - 1;
			acknowledged[k] = true; waits[k] = hash; heard[k] = 0 };
			if
			:: atomic { heard[k] != 0 -> answer[k] = heard[k]; answer_hash[k] = hash; hang_up(k); break }
			/* The service is asked. Where the position has passed the offset, there is a row. */
			:: atomic { db.next > offset -> assert(db.body[k] != 0);
				answer[k] = (SAME_BODY(k, hash) -> db.version[k] : REUSED);
				answer_hash[k] = hash; hang_up(k); break }
			:: atomic { tries > 0 -> hang_up(k) }             /* 202, and the client tries again */
			fi
		:: atomic { late[k] == 0 -> late[k] = hash }              /* 503: Kafka has it now, later, or never */
		fi
	:: tries == 0 -> break
	od;
	/* Who was answered reads it. */
	atomic { hash = 0; offset = 0; done[k] = true;
		assert(answer[k] == 0 || db.body[k] != 0 || IS_MARKED) }
}

/* --- faults, and what must hold in the end ------------------------------------------------------------------------ */

inline kill(i) {
	n_kills++; killed[i] = true; holds[i] = false; joined[i] = 0; owner_of[i] = 0; forget_flights(i);
	if :: lock == i + 1 -> lock = 0 :: else fi
}
inline check_key(k) {
	assert(db.facts[k] <= 1);
	assert(!acknowledged[k] || db.facts[k] == 1);
	assert(answer[k] == 0 || (answer[k] == REUSED && db.body[k] != answer_hash[k]) ||
		(db.body[k] == answer_hash[k] && db.version[k] == answer[k]));
	assert(shown.counted[k] == db.facts[k])
}
active proctype World() {
	do
	:: atomic { n_rebalances < REBALANCES -> n_rebalances++; generation++; assigned = 1 - assigned }
	:: d_step { n_kills < KILLS && !killed[0] -> kill(0) }
	:: d_step { n_kills < KILLS && !killed[1] -> kill(1) }
	:: atomic { ENDINGS && lock != 0 -> lock = 0 }                               /* PostgreSQL ends the transaction */
	:: atomic { late[0] != 0 && log_end < LOG -> append(0, late[0]); late[0] = 0 }
	:: atomic { late[1] != 0 && log_end < LOG -> append(1, late[1]); late[1] = 0 }
	:: atomic { late[0] != 0 -> late[0] = 0 }
	:: atomic { late[1] != 0 -> late[1] = 0 }
	:: d_step { n_restores < RESTORES && !has_backup -> has_backup = true; copy_database(backup, db) }
	:: d_step { has_backup && n_restores < RESTORES && db.next > backup.next -> n_restores++;
		copy_database(db, backup); lock = 0; restored = true; end_at_restore = log_end;
		has_backup = false; copy_database(backup, blank) }
	:: timeout ->
		assert(db.next == log_end && done[0] && done[1]);
		assert(log_end == 0 || db.version[log_key[0]] == 1);
		check_key(0); check_key(1);
		assert(shown.version == db.aggregate);
		assert(restored || (!db.outbox[1] && !db.outbox[2] && !db.outbox[3]));
		break
	od
}
init {
	atomic { run Instance(0); run Instance(1); run Producer(0); run Producer(1); run Client(0, TRIES); run Client(1, 1) }
}
