package main

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	bodyBytesMax = 1 << 20
	textMax      = 4000 // characters
)

// input is the body of a request, as the contract has it.
type input struct {
	AgendaItem *uuid   `json:"agenda_item_id"`
	Text       *string `json:"text"`
	Visibility string  `json:"visibility"`
	OnBehalfOf *uuid   `json:"on_behalf_of"`
	Channel    string  `json:"channel"`
}

// As the contract numbers them.
var visibilities = map[string]int32{"branch": 0, "secretary": 1}

var errShape = errors.New("invalid")

// readInput takes what our gateway takes of a member who speaks for himself. The text is in NFC afterwards.
func readInput(body io.Reader) (*input, error) {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	found := &input{Visibility: "branch", Channel: "app"}
	if err := decoder.Decode(found); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errShape
	}
	_, known := visibilities[found.Visibility]
	if found.Text == nil || !known || found.OnBehalfOf != nil || found.Channel != "app" {
		return nil, errShape
	}
	*found.Text = norm.NFC.String(*found.Text)
	if n := utf8.RuneCountInString(*found.Text); n < 1 || n > textMax || strings.IndexFunc(*found.Text, isControl) >= 0 {
		return nil, errShape
	}
	return found, nil
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == 0x7f
}

type person struct {
	ID       uuid   `json:"id"`
	FullName string `json:"full_name"`
}

// comment is the resource that is answered.
type comment struct {
	ID         uuid    `json:"id"`
	AgendaItem *uuid   `json:"agenda_item_id"`
	Author     person  `json:"author"`
	Text       string  `json:"text"`
	Visibility string  `json:"visibility"`
	Channel    string  `json:"channel"`
	CreatedAt  string  `json:"created_at"`
	EditedAt   *string `json:"edited_at"`
	Answer     *string `json:"answer"`
}

func newComment(command *command, author string) *comment {
	return &comment{ID: command.comment, AgendaItem: command.input.AgendaItem, Author: person{command.member, author},
		Text: *command.input.Text, Visibility: command.input.Visibility,
		Channel: command.input.Channel, CreatedAt: command.at.UTC().Format("2006-01-02T15:04:05.000000Z")}
}

// command is a request that was understood.
type command struct {
	message, comment, meeting, member uuid
	bodyHash                          []byte
	input                             *input
	at                                time.Time
}
