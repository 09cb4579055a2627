/* Meetings and documents as items know them. Facts about them carry a version and may come late: a dead letter is
 * replayed, a projection rebuilt. Pure; any thread; results are owned by `ctx`, strings may be borrowed from the
 * facts. */
#ifndef SOTAY_NOTIFICATION_SUBJECT_H
#define SOTAY_NOTIFICATION_SUBJECT_H

#include "services/notification/inbox/notification.h"

/* The newest ring about it. */
struct subject_ring {
    struct uuid item;
    int64_t at_us; /* when phones rang, or will; 0: they never did */
    bool of_change;
    struct uuid correction; /* what is to ring after it, for those who have looked at it */
    bool has_correction;
};

/* What the newest facts say of a meeting or document. */
struct subject {
    struct uuid id;
    uint64_t version;
    uint64_t told_version;    /* of the newest facts that an item tells of; 0: none does */
    const char *title, *body; /* of its items; NULL: each says its own */
    Pb__Classification classification;
    struct address to;
    int64_t withdrawn_at_us; /* 0: it is not */
    struct subject_ring rang;
};

/* OK; ERR_MALFORMED when an id is none. `now_us` is the event's. */
MUST_CHECK enum err subject_of_meeting(TALLOC_CTX *ctx, const Pb__MeetingFacts *facts, struct subject *ret);
MUST_CHECK enum err subject_of_document(TALLOC_CTX *ctx, const Pb__DocumentFacts *facts, int64_t now_us,
                                        struct subject *ret);

/* How a fact that comes late is taken; `last`: NULL when nothing was known.
 *   - An older fact undoes nothing that a newer one said.
 *   - It is told, unless a newer one was told: then it is news no more.
 *   - It is told to those, and in those words, that the newest facts say; no phone rings for what was withdrawn. */
bool subject_tells(const struct subject *last, const struct subject *said);
struct subject subject_next(const struct subject *last, const struct subject *said, bool tells);
/* Which phones ring when for a fact about it that may ring from `rings_at_us` on, after `last`:
 *   - Corrections within ten minutes ring once: what changes again within ten minutes of the ring for a change rings
 *     only for those who have looked at that one or made it, when the ten minutes are over; of several the
 *     last. What begins soon rings at once, for all: the first may still wait for the morning.
 *   - What is cancelled before phones rang for it rings never; what is changed before rings once, as it is then.
 *   - Whatever rings for all is rung for instead of a correction that has not rung. */
struct subject_rings {
    bool rings;
    int64_t at_us;
    const struct uuid *follows;   /* last->item: it rings only for those who have read that; NULL: for all */
    const struct uuid *overtakes; /* what is still to be sent of this item of `last` ends; NULL: nothing does */
};
struct subject_rings subject_ring(const struct subject_ring *last, const struct notification *fact,
                                  int64_t rings_at_us);
/* What rang last, when `fact` rings so. */
struct subject_ring subject_ring_next(const struct subject_ring *last, const struct notification *fact,
                                      const struct subject_rings *rings);
void subject_revise(const struct subject *subject, struct notification *fact);

#endif
