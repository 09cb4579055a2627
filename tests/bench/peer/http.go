package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const requestTimeout = 20 * time.Second

// comments answers POST /v1/meetings/{id}/comments.
type comments struct {
	tokens *tokens
	store  *store
}

var statuses = map[error]int{errToken: http.StatusUnauthorized, errShape: http.StatusUnprocessableEntity,
	errNotFound: http.StatusNotFound, errNotAllowed: http.StatusForbidden, errState: http.StatusConflict,
	errReused: http.StatusUnprocessableEntity}

func (c *comments) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	command, err := c.read(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	author, err := c.store.add(ctx, command)
	if isRepeat(err) {
		var atUS int64
		author, atUS, err = c.store.repeat(ctx, command)
		command.at = time.UnixMicro(atUS)
		w.Header().Set("Idempotency-Replayed", "true")
	}
	if err != nil {
		refuse(w, err)
		return
	}
	answer(w, r, newComment(command, author))
}

// meetingOf takes the path apart.
func meetingOf(r *http.Request) (meeting uuid, err error) {
	parts := strings.Split(r.URL.Path, "/")
	if r.Method != http.MethodPost || len(parts) != 5 ||
		parts[1] != "v1" || parts[2] != "meetings" || parts[4] != "comments" {
		return meeting, errNotFound
	}
	if meeting.UnmarshalText([]byte(parts[3])) != nil {
		err = errNotFound
	}
	return meeting, err
}

func (c *comments) read(w http.ResponseWriter, r *http.Request) (*command, error) {
	meeting, err := meetingOf(r)
	if err != nil {
		return nil, err
	}
	text := r.Header.Get("Authorization")
	who, err := c.tokens.find(strings.TrimPrefix(text, "Bearer "))
	if !strings.HasPrefix(text, "Bearer ") || err != nil {
		return nil, errToken
	}
	var key uuid
	if key.UnmarshalText([]byte(r.Header.Get("Idempotency-Key"))) != nil ||
		r.Header.Get("Content-Type") != "application/json" {
		return nil, errShape
	}
	input, err := readInput(http.MaxBytesReader(w, r.Body, bodyBytesMax))
	if err != nil {
		return nil, errShape
	}
	return newCommand(meeting, who.member, key, input)
}

func newCommand(meeting, member, key uuid, input *input) (*command, error) {
	canonical, err := json.Marshal(input) // what it means, not its bytes
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(canonical)
	message := derive(key, member[:], []byte("POST comments"), meeting[:], key[:])
	return &command{message: message, comment: derive(message, []byte("comment"), message[:]), meeting: meeting,
		member: member, bodyHash: hash[:], input: input, at: time.Now()}, nil
}

func answer(w http.ResponseWriter, r *http.Request, made *comment) {
	body, err := json.Marshal(made)
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Location", r.URL.Path+"/"+made.ID.String())
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body) // whoever has gone asks again
}

// refuse: what is not the caller's fault is ours, and worth another try.
func refuse(w http.ResponseWriter, err error) {
	status, code := http.StatusServiceUnavailable, "unavailable"
	for known, of := range statuses {
		if errors.Is(err, known) {
			status, code = of, known.Error()
		}
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]interface{}{"status": status, "code": code})
}
