/* A tiny service for the tests of common/loop/loop.h: one loop with real PostgreSQL and Kafka, a database and topics of
 * its own in every case. Its facts are versions of items, one row for each command applied; Redis is away.
 *
 * A command is a GetOutcome (the contract's smallest message with a number): message_id names nothing, `partition` says
 * what to do, `offset` is the item's version. */
#ifndef SOTAY_TESTS_STORE_LOOP_FIXTURE_H
#define SOTAY_TESTS_STORE_LOOP_FIXTURE_H

#include "common/base/clock.h"
#include "common/base/mem.h"
#include "common/loop/loop_notice.h"
#include "common/loop/loop_state.h"
#include "common/service/service_dead.h"
#include "common/service/service_internal.h"

#include <setjmp.h>
#include <stdarg.h>
/* cmocka.h needs the two above */
#include <cmocka.h>

enum { LOOP_PATIENCE_MS = 60000 };
/* A record goes to directory.organizations, keyed by the item; what names waits for document.events; the handler of
 * HANG never returns, and that of KILL is killed. */
enum what { KEEP, KEEP_AND_RECORD, RECURSE, KEEP_NAMING, HANG, KEEP_NOT_FOUND, KILL };

struct fixture {
    TALLOC_CTX *ctx;
    char *name; /* prefix of its topics, name of its database */
    char *conninfo;
    struct pg *pg;
    struct loop_environment environment; /* of its loops */
    struct service service;              /* for the command line of dead letters */
    struct kafka_producer *producer;     /* the test's own */
    atomic_bool failed;                  /* a loop could not go on */
    int statement_ms;                    /* of the loops' connections: 5 s where a case says nothing */
    uint64_t n_commands;
    atomic_int n_unsent; /* commands that Kafka did not take */
};

/* For main: the same process runs as the service when asked so, to die of what it is sent. */
int loop_fixture_serve(char **argv);
/* Starts that process, waits for its end; returns its wait status. */
int loop_fixture_run_child(const struct fixture *f);

int loop_fixture_start(void **state); /* *state is a struct fixture */
int loop_fixture_stop(void **state);

/* From now on the loop's commands wait for document.events and auth.events, which the case reads in its place. */
void loop_fixture_hears(void);
/* From now on loops announce to a Kafka that takes nothing; each message fails after timeout_ms. The case stops what it
 * gets, and gives `producer` back to the environment. */
struct kafka_producer *loop_fixture_mute(struct fixture *f, int timeout_ms);
/* The loop of the fixture, in its environment or another. */
struct loop *loop_fixture_loop(struct fixture *f);
struct loop *loop_fixture_loop_in(struct fixture *f, const struct loop_environment *environment);
/* Frees a stopped loop that had to leave commits behind: their reports have come, as its producer is gone. */
void loop_fixture_clear(struct loop *loop);
struct uuid item_id(const char *name);
void send_command(struct fixture *f, const struct uuid *item, enum what what, int64_t version);
/* A command of a kind that the loop does not know. */
void send_unknown(struct fixture *f, const struct uuid *item);
/* Polls until the SQL's one number is this. */
void wait_number(struct fixture *f, const char *sql, int64_t wanted);
int64_t number_of(struct fixture *f, const char *sql);
void must(struct fixture *f, const char *sql);
/* The versions that directory.organizations has of the item now, in order: "1 2 ". */
char *versions_on_topic(struct fixture *f, const struct uuid *item);

#endif
