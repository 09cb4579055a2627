#include "common/pg/pg_internal.h"

#include <stdio.h>
#include <string.h>

/* SQLSTATE classes and codes that a later try can cure (DESIGN, rule 4). A statement that ran into its deadline does so
 * again: that is its own error. */
static const char *const RETRIED[] = {"08", "40", "53", "55P03", "57P", "58", "25P03", "42P01", "42703"};

static bool state_is(const char *state, const char *prefix)
{
    return strncmp(state, prefix, strlen(prefix)) == 0;
}

/* A prepared statement whose result the schema has changed (known by the server function that says so, as the text may
 * be translated and 0A000 means much else), or that the backend does not know. */
static bool says_stale(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
    if (!state)
        return false;
    return strcmp(state, "26000") == 0 ||
           (strcmp(state, "0A000") == 0 && function && strcmp(function, "RevalidateCachedQuery") == 0);
}

static enum err err_from_state(const char *state)
{
    if (!state)
        return ERR_RETRY; /* libpq's own: the connection */
    for (size_t i = 0; i < ARRAY_LENGTH(RETRIED); i++)
        if (state_is(state, RETRIED[i]))
            return ERR_RETRY;
    if (state_is(state, "57014"))
        return ERR_DEADLINE;
    return state_is(state, "23") ? ERR_CONSTRAINT : ERR_INTERNAL;
}

void pg_keep_text(char *to, size_t room, const char *text)
{
    size_t n = strnlen(text ? text : "", room - 1);
    memcpy(to, text ? text : "", n);
    to[n] = '\0';
    while (n > 0 && to[n - 1] == '\n')
        to[--n] = '\0';
}

void pg_error_clear(struct pg *pg)
{
    pg->err = ERR_OK;
    pg->prepared_is_stale = false;
    pg->constraint[0] = '\0';
    pg->blockers[0] = '\0';
    pg->message[0] = '\0';
}

void pg_error_set(struct pg *pg, enum err err, const char *message)
{
    if (pg->err)
        return;
    pg->err = err;
    pg_keep_text(pg->message, sizeof pg->message, message);
}

/* Who holds the lock comes first: what is cut is the end. */
static void set_lock_error(struct pg *pg, const char *message)
{
    char text[sizeof pg->message];
    (void)snprintf(text, sizeof text, "lock held by %s: %s", pg->blockers, message);
    pg_error_set(pg, ERR_RETRY, text);
}

void pg_error_result(struct pg *pg, const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (pg->err)
        return;
    if (state && state_is(state, "55P03") && *pg->blockers) {
        set_lock_error(pg, PQresultErrorMessage(result));
        return;
    }
    pg->prepared_is_stale = says_stale(result);
    enum err err = pg->prepared_is_stale ? ERR_RETRY : err_from_state(state);
    pg_error_set(pg, err, PQresultErrorMessage(result));
    if (err == ERR_CONSTRAINT)
        pg_keep_text(pg->constraint, sizeof pg->constraint, PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
}
