package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const connections = 64

const uniqueViolation = "23505"

var (
	errNotFound   = errors.New("not_found")
	errNotAllowed = errors.New("not_allowed")
	errState      = errors.New("wrong_state")
	errReused     = errors.New("idempotency_key_reused")
)

// write is all that a comment is, in one round trip and one commit: the rule, the counter, the comment, its key and its
// event. No row: refused. The same key once more violates seen_pkey, and nothing is written.
const write = `
WITH m AS (
    UPDATE meeting m SET comments = m.comments + ($5::int4 = 0)::int4
    FROM directory_member d
    WHERE m.id = $3 AND d.id = $4 AND d.branch_id = m.organization_id AND d.status NOT IN (2, 3)
        AND m.state = 1 AND m.starts_at_us > $6
        AND ($7::uuid IS NULL OR EXISTS (SELECT FROM agenda_item i WHERE i.id = $7 AND i.meeting_id = m.id))
    RETURNING m.organization_id, m.month, d.full_name),
s AS (
    INSERT INTO seen(message_id, kind, aggregate_id, body_hash, resource_id, version, actor_id, created_at_us,
        settled_at_us, after_events)
    SELECT $1, 'CommentOnMeeting', $3, $8, $2, 0, $4, $6, $6, false FROM m),
c AS (
    INSERT INTO meeting_comment(id, meeting_id, agenda_item_id, author_id, text, visibility, channel, created_at_us)
    SELECT $2, $3, $7, $4, $9, $5, 0, $6 FROM m),
o AS (
    INSERT INTO outbox(cluster, topic, partition, announcement)
    SELECT 'peer', 7, 0, convert_to(format($10, organization_id, month), 'UTF8') FROM m)
SELECT full_name FROM m`

// why tells what refused it: whether the meeting is the member's, and whether he may speak.
const why = `
SELECT d.status <> 2 FROM meeting m JOIN directory_member d ON d.branch_id = m.organization_id
WHERE m.id = $1 AND d.id = $2 AND d.status <> 3 AND m.state <> 0`

const repeated = `
SELECT s.body_hash, c.created_at_us, d.full_name
FROM seen s JOIN meeting_comment c ON c.id = s.resource_id JOIN directory_member d ON d.id = c.author_id
WHERE s.message_id = $1`

type store struct {
	pool *pgxpool.Pool
}

func newStore(ctx context.Context) (*store, error) {
	config, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	config.MinConns, config.MaxConns = connections, connections
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &store{pool}, pool.Ping(ctx)
}

func (s *store) close() {
	s.pool.Close()
}

// event is what other services would hear. The organization and the month are filled in by `write`.
func event(command *command) (string, error) {
	text, err := json.Marshal(map[string]interface{}{
		"message_id": derive(command.message, []byte("event"), command.message[:]), "kind": "MeetingCommented",
		"meeting_id": command.meeting, "comment_id": command.comment, "author_id": command.member,
		"visibility": command.input.Visibility, "commented_at_us": command.at.UnixMicro(),
		"notification_id": derive(command.message, []byte("notification"), command.message[:]),
		"organization_id": "%s", "month": "%s"})
	return string(text), err
}

// add writes the comment and returns its author's name.
func (s *store) add(ctx context.Context, command *command) (author string, err error) {
	announcement, err := event(command)
	if err != nil {
		return "", err
	}
	var item interface{}
	if command.input.AgendaItem != nil {
		item = [16]byte(*command.input.AgendaItem)
	}
	err = s.pool.QueryRow(ctx, write, [16]byte(command.message), [16]byte(command.comment), [16]byte(command.meeting),
		[16]byte(command.member), visibilities[command.input.Visibility], command.at.UnixMicro(), item,
		command.bodyHash, *command.input.Text, announcement).Scan(&author)
	if errors.Is(err, pgx.ErrNoRows) {
		err = s.refusal(ctx, command)
	}
	return author, err
}

func (s *store) refusal(ctx context.Context, command *command) error {
	var allowed bool
	err := s.pool.QueryRow(ctx, why, [16]byte(command.meeting), [16]byte(command.member)).Scan(&allowed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errNotFound
	case err != nil:
		return err
	case !allowed:
		return errNotAllowed
	}
	return errState
}

// isRepeat: the command's key was used before.
func isRepeat(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == uniqueViolation
}

// repeat returns the author's name, and when the command was done first.
func (s *store) repeat(ctx context.Context, command *command) (author string, atUS int64, err error) {
	var hash []byte
	err = s.pool.QueryRow(ctx, repeated, [16]byte(command.message)).Scan(&hash, &atUS, &author)
	if err == nil && !bytes.Equal(hash, command.bodyHash) {
		err = errReused
	}
	return author, atUS, err
}
