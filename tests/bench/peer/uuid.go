package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// uuid is stored in PostgreSQL's binary form.
type uuid [16]byte

var errUUID = errors.New("not a UUID")

func (u *uuid) UnmarshalText(text []byte) error {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return errUUID
	}
	var digits [32]byte
	n := 0
	for _, c := range text {
		if c != '-' && n < len(digits) {
			digits[n] = c
			n++
		}
	}
	if _, err := hex.Decode(u[:], digits[:n]); err != nil || n != len(digits) {
		return errUUID
	}
	return nil
}

func (u uuid) MarshalText() ([]byte, error) {
	var text [36]byte
	hex.Encode(text[:8], u[:4])
	hex.Encode(text[9:13], u[4:6])
	hex.Encode(text[14:18], u[6:8])
	hex.Encode(text[19:23], u[8:10])
	hex.Encode(text[24:], u[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return text[:], nil
}

func (u uuid) String() string {
	text, _ := u.MarshalText()
	return string(text)
}

// derive makes a UUIDv8 with the time of `time`, a UUIDv7, and a hash of the parts: the same parts give the same id.
func derive(time uuid, parts ...[]byte) uuid {
	hash := sha256.New()
	for _, part := range parts {
		hash.Write([]byte{byte(len(part) >> 8), byte(len(part))})
		hash.Write(part)
	}
	var id uuid
	copy(id[:], time[:6])
	copy(id[6:], hash.Sum(nil))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
