/* Cached answers (DESIGN, rule 8): who reads through which gateway sees what, while a service commits. Run by
 * tests/model/run, which names the bounds and the planted mistakes.
 *
 * What there is: one cached resource with one tag; two instances of its service that take its partition from each
 * other, and commit; a job that commits beside the queue; Redis with the entry, its tag's version and the channel of
 * the service; two gateways with copies in memory; an author whose write is the first commit, and everybody else.
 *
 * What happens to it: an instance is killed between commit and announcement, or frozen while the other one takes the
 * partition; a publication does not reach Redis, or one gateway does not hear it; Redis is emptied; whatever is under
 * way takes any time, so a gateway may be frozen, with news waiting in its socket, and a question may be under way
 * while the world changes.
 *
 * What must hold, whatever the order of steps:
 *   - never old: an answer from a gateway's memory or from Redis is at most a second old;
 *   - an author reads his write, at whichever gateway.
 *
 * Time is counted in whole seconds that may end at any moment (Clock). What was committed before the end of the second
 * before last is more than a second old: an answer must show it. A gateway is current while what it heard last was
 * published at most a second ago: two ends of seconds are more than a second; one may be less. The code knows a
 * message's age from the last ping that was answered before it; here the message carries it.
 *
 * The random version of a tag, and of the tag of the whole service, is modelled by what it is for: when it is unlinked,
 * the entry in Redis and every answer under way that carries the old one match no more (unlink_tags). Numbers and
 * epochs are modelled by what they show: `news[]` says that the next message that a gateway hears from an instance has
 * a gap before it or a new epoch.
 *
 * Not modelled: lifetimes of entries, several resources, tags, loops and partitions; a heartbeat whose sender freezes
 * between its look at the rows and its publication (it makes answers older by one second more); those who wait for a
 * question that was asked before theirs, but for the author; outcomes that are asked for (loop.pml).
 *
 * Not yet in code: a heartbeat that looks at commits of jobs (JOBS_UNSEEN). */

#ifndef GATEWAYS
#define GATEWAYS 2
#endif
#ifndef COMMITS
#define COMMITS 1     /* in all: of instances, and of the job where there is one */
#endif
#ifndef JOBS
#define JOBS 0        /* commits beside the queue */
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef REBALANCES
#define REBALANCES 1
#endif
#ifndef CUTS
#define CUTS 1        /* publications that do not reach Redis */
#endif
#ifndef LOSSES
#define LOSSES 1      /* publications that one gateway does not hear */
#endif
#ifndef EMPTIED
#define EMPTIED 0     /* Redis loses all it holds */
#endif
#ifndef RECENT
#define RECENT 0      /* 1: an answer that the service gave within the last second is served whatever is heard */
#endif
#define ROOM 2        /* messages that wait in a gateway's socket */
#define OTHER (1 - me)

/* --- planted mistakes --------------------------------------------------------------------------------------------- */

#if defined(HEARTBEAT_UNTOLD)    /* a heartbeat is sent between a commit and its announcement */
#define MAY_BEAT (holds[me] && is_owner[me])
#elif defined(HEARTBEAT_UNREAD)  /* a heartbeat is sent from memory, without a look at the rows */
#define MAY_BEAT (holds[me] && !untold[me])
#elif defined(JOBS_UNSEEN)       /* a heartbeat does not look at what jobs have committed */
#define MAY_BEAT (holds[me] && !untold[me] && is_owner[me])
#else
#define MAY_BEAT (holds[me] && !untold[me] && is_owner[me] && told[me] == number)
#endif
#ifdef GAP_IGNORED             /* what was missed before a message does not matter to the gateway */
#define VOIDS false
#else
#define VOIDS is_news
#endif
#ifdef EPOCH_KEPT              /* an assignment goes on with the numbers of the one before */
#define BEGINS_EPOCH false
#else
#define BEGINS_EPOCH true
#endif
#ifdef REDIS_KEPT              /* the first message of an epoch does not unlink the tag of the service */
#define UNLINKS(kind) (kind == TAGS)
#else
#define UNLINKS(kind) (kind == TAGS || is_first[i])
#endif
#ifdef FILL_UNCHECKED          /* an answer is kept though its tag fell while it was asked for */
#define KEEPS_IN_MEMORY true
#define KEEPS_IN_REDIS true
#else
#define KEEPS_IN_MEMORY question[me].for_memory
#define KEEPS_IN_REDIS question[me].for_redis
#endif
#ifdef HEARD_WHEN_RECEIVED     /* a message counts as of when it was read from the socket */
#define AGE_OF(age) 0
#else
#define AGE_OF(age) age
#endif
#ifdef SILENCE_UNNOTICED       /* what is in memory is served, whatever is heard */
#define IS_USABLE true
#else
#define IS_USABLE (IS_CURRENT || (RECENT && copy_age[me] < 2))
#endif
#ifdef LOOKED_BEFORE_REDIS     /* the channel is looked at before Redis is read, and not after */
#define STILL_CURRENT true
#else
#define STILL_CURRENT IS_CURRENT
#endif
#ifdef AUTHOR_READS_CACHE      /* who wrote a moment ago is served like everybody */
#define AUTHOR_SERVED_FROM_CACHE true
#else
#define AUTHOR_SERVED_FROM_CACHE false
#endif
#ifdef AUTHOR_JOINS            /* he waits for the answer to a question that was asked before his own */
#define AUTHOR_JOINS_OTHERS true
#else
#define AUTHOR_JOINS_OTHERS false
#endif

/* --- the service's rows in PostgreSQL ----------------------------------------------------------------------------- */

byte number;                  /* of the last commit; also the resource's version */
byte one_second_old, older;   /* the version at the end of the last second, and of the one before */
byte authors;                 /* the version that the author's write made */
bool is_owner[2];             /* the row's `owner` is what this instance wrote */

/* --- Redis -------------------------------------------------------------------------------------------------------- */

bool has_entry;               /* the entry is there, and its versions are the present ones */
byte entry;                   /* the version that it shows */
#define TAGS 0                /* a message announces a commit: its tags */
#define HEARTBEAT 1
chan channel[2] = [ROOM] of { bit, bool, byte };  /* to each gateway: TAGS or HEARTBEAT, news before it, age */

/* --- the gateways ------------------------------------------------------------------------------------------------- */

bool has_copy[2];             /* in memory */
byte copy[2];
byte age_heard[2];            /* seconds since what it heard last was published; 2: more than one */
byte copy_age[2];             /* seconds since the service was asked for it; 2: more than one, or Redis was */
#define IS_CURRENT (age_heard[me] < 2)
#define NONE 0
#define READS_REDIS 1
#define ASKS 2
#define ANSWERED 3
typedef asking {
	byte state, version;  /* of the answer */
	byte age;             /* seconds since the service was asked */
	bool for_memory;      /* no tag fell in memory since it began */
	bool for_redis;       /* no version changed in Redis since it began */
}
asking question[2];
bool heard_author;            /* gateway 0 has heard the author's outcome */

inline unlink_tags() {
	has_entry = false; entry = 0; question[0].for_redis = false; question[1].for_redis = false
}

/* --- the instances of the service --------------------------------------------------------------------------------- */

bool assigned, holds[2], untold[2];
byte told[2];                 /* the number up to which it has announced */
byte made[2];                 /* the number of its commit that is untold */
bool news[4];                 /* for each instance and gateway */
bool is_first[2];             /* the instance's epoch has had no message yet */
byte n_kills, n_rebalances, n_cuts, n_losses, n_emptied;

#define NEWS(i, g) news[2 * (i) + (g)]
inline begin_epoch(i) {
	NEWS(i, 0) = true; NEWS(i, 1) = (GATEWAYS == 2); is_first[i] = true
}
#define HAS_ROOM (nfull(channel[0]) && nfull(channel[1]))
inline deliver(i, g, kind) {
	if
	:: channel[g]!kind, NEWS(i, g), 0; NEWS(i, g) = false
	:: n_losses < LOSSES -> n_losses++; NEWS(i, g) = true
	fi
}
/* One pipeline: the tags' versions are unlinked, of an epoch's first message that of the service too; then the message
 * is published. What Redis may not have taken begins an epoch. */
inline publish(i, kind) {
	if
	:: n_cuts < CUTS -> n_cuts++; begin_epoch(i)
	:: HAS_ROOM ->
#ifndef TAGS_UNLINKED_LAST
		if :: UNLINKS(kind) -> unlink_tags() :: else fi;
#endif
		is_first[i] = false;
		deliver(i, 0, kind); if :: GATEWAYS == 2 -> deliver(i, 1, kind) :: else fi
	fi
}

proctype Instance(bit me) {
end:	do
	/* The assignment. */
	:: d_step { assigned == me && !holds[me] -> is_owner[me] = true; is_owner[OTHER] = false; holds[me] = true;
		told[me] = number; if :: BEGINS_EPOCH -> begin_epoch(me) :: else fi }
	/* A poll finds out that the partition went. */
	:: d_step { holds[me] && assigned != me && !untold[me] -> holds[me] = false; told[me] = 0 }
	/* A commit, and its announcement. Where another number is between, the rows are told by an epoch (below). */
#ifdef TOLD_BEFORE_COMMIT
	:: atomic { holds[me] && !untold[me] && number < COMMITS && is_owner[me] &&
		(n_cuts < CUTS || HAS_ROOM) -> publish(me, TAGS); untold[me] = true }
	:: d_step { untold[me] && is_owner[me] && number < COMMITS -> number++; told[me] = number; untold[me] = false;
		if :: authors == 0 -> authors = number; heard_author = true :: else fi }
	:: d_step { untold[me] && !(is_owner[me] && number < COMMITS) -> untold[me] = false; holds[me] = false }
#else
	:: d_step { holds[me] && !untold[me] && number < COMMITS && is_owner[me] ->
		number++; made[me] = number; untold[me] = true; if :: authors == 0 -> authors = number :: else fi }
	:: atomic { untold[me] && (n_cuts < CUTS || HAS_ROOM) ->
		publish(me, TAGS); untold[me] = false;
		if :: told[me] == made[me] - 1 -> told[me] = made[me] :: else fi; made[me] = 0 }
#endif
	/* A heartbeat: the row is read, and what it shows untold is voided first. */
	:: atomic { MAY_BEAT && HAS_ROOM -> publish(me, HEARTBEAT) }
	:: d_step { holds[me] && !untold[me] && is_owner[me] && told[me] != number -> told[me] = number; begin_epoch(me) }
#ifdef TAGS_UNLINKED_LAST  /* the versions are unlinked when the message was published */
	:: d_step { holds[me] -> unlink_tags() }
#endif
	:: d_step { n_kills < KILLS && holds[me] -> n_kills++; holds[me] = false; untold[me] = false; made[me] = 0;
		told[me] = 0; is_owner[me] = false; begin_epoch(me) }
	od
}
active proctype Job() {
	atomic { JOBS > 0 && number < COMMITS -> number++ }
}

/* --- a gateway ---------------------------------------------------------------------------------------------------- */

inline drop_copy(g) {
	has_copy[g] = false; copy[g] = 0; copy_age[g] = 0; question[g].for_memory = false
}
inline end_question() {
	question[me].state = NONE; question[me].version = 0; question[me].age = 0;
	question[me].for_memory = false; question[me].for_redis = false
}
inline keep_copy(seconds) {
	has_copy[me] = true; copy[me] = question[me].version; copy_age[me] = seconds
}

proctype Gateway(bit me) {
	bit kind; bool is_news; byte age;
end:	do
	/* The subscriber's thread: news of a gap or an epoch void the service's copies. */
	:: d_step { channel[me]?kind, is_news, age ->
		if :: VOIDS || kind == TAGS -> drop_copy(me) :: else fi;
		if :: kind == TAGS && me == 0 && authors != 0 -> heard_author = true :: else fi;
		if :: kind == HEARTBEAT && AGE_OF(age) < age_heard[me] -> age_heard[me] = AGE_OF(age) :: else fi;
		kind = 0; is_news = false; age = 0 }
	/* A read is served from memory; what is not usable is dropped. Never older than a second. */
	:: d_step { has_copy[me] && IS_USABLE -> assert(copy[me] >= older) }
	:: d_step { has_copy[me] && !IS_USABLE -> drop_copy(me) }
	/* Else a question begins: to Redis, while the gateway is current, or to the service. */
	:: d_step { question[me].state == NONE && !has_copy[me] -> question[me].for_memory = true;
		question[me].state = (IS_CURRENT -> READS_REDIS : ASKS) }
	:: d_step { question[me].state == READS_REDIS && has_entry && STILL_CURRENT -> assert(entry >= older);
		question[me].version = entry;
		if :: question[me].for_memory -> keep_copy(2 * RECENT) :: else fi;
		end_question() }
	:: d_step { question[me].state == READS_REDIS && !(has_entry && STILL_CURRENT) ->
		question[me].for_redis = true; question[me].state = ASKS }
	:: d_step { question[me].state == ASKS -> question[me].version = number; question[me].state = ANSWERED }
	:: d_step { question[me].state == ANSWERED ->
		if :: KEEPS_IN_MEMORY -> keep_copy(question[me].age) :: else fi;
		if :: KEEPS_IN_REDIS -> has_entry = true; entry = question[me].version :: else fi;
		end_question() }
	od
}

/* Answered by gateway 0, he reads at once, at any gateway: his session is answered by the service itself. */
active proctype Author() {
	atomic { heard_author;
		if
		:: AUTHOR_SERVED_FROM_CACHE && has_copy[0] -> assert(copy[0] >= authors)
		:: AUTHOR_SERVED_FROM_CACHE && has_copy[1] -> assert(copy[1] >= authors)
		:: AUTHOR_JOINS_OTHERS && question[0].state == ANSWERED -> assert(question[0].version >= authors)
		:: AUTHOR_JOINS_OTHERS && question[1].state == ANSWERED -> assert(question[1].version >= authors)
		:: assert(number >= authors)
		fi }
}

/* --- time, and faults --------------------------------------------------------------------------------------------- */

inline grow_older(seconds) {
	if :: seconds < 2 -> seconds++ :: else fi
}
inline grow_copy_older(g) {
	if :: RECENT && has_copy[g] -> grow_older(copy_age[g]) :: else fi;
	if :: RECENT && question[g].state == ANSWERED -> grow_older(question[g].age) :: else fi
}
inline age_messages(g) {
	i = len(channel[g]);
	do
	:: i > 0 -> channel[g]?kind, is_news, age; grow_older(age); channel[g]!kind, is_news, age; i--
	:: else -> break
	od
}
active proctype Clock() {
	bit kind; bool is_news; byte age, i;
end:	do
	:: d_step {
		older = one_second_old; one_second_old = number;
		grow_older(age_heard[0]); grow_older(age_heard[1]);
		grow_copy_older(0); grow_copy_older(1);
		age_messages(0); age_messages(1); kind = 0; is_news = false; age = 0 }
	od
}
active proctype World() {
end:	do
	:: atomic { n_rebalances < REBALANCES -> n_rebalances++; assigned = 1 - assigned }
	:: atomic { n_emptied < EMPTIED -> n_emptied++; unlink_tags() }
	od
}
init {
	atomic {
		begin_epoch(0); begin_epoch(1);       /* nobody has heard anything */
		age_heard[0] = 2; age_heard[1] = 2;
		run Instance(0); run Instance(1); run Gateway(0); if :: GATEWAYS == 2 -> run Gateway(1) :: else fi
	}
}
