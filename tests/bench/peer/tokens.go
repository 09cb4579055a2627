package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// As many as our gateway keeps.
const tokensKept = 20000

var errToken = errors.New("token_invalid")

type claims struct {
	jwt.RegisteredClaims
	Session    uuid   `json:"sid"`
	Generation uint32 `json:"gen"`
	member     uuid
}

// tokens verifies access tokens (ES256, one key) and remembers those that were good until they expire.
type tokens struct {
	key    *ecdsa.PublicKey
	keyID  string
	parser *jwt.Parser

	lock     sync.RWMutex
	verified map[string]*claims
}

func newTokens(file string) (*tokens, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM: " + file)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return nil, errors.New("no EC key: " + file)
	}
	id := sha256.Sum256(block.Bytes) // of the SubjectPublicKeyInfo, as the issuer makes it
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer("sotay"),
		jwt.WithAudience("sotay"), jwt.WithExpirationRequired())
	return &tokens{key: public, keyID: hex.EncodeToString(id[:16]), parser: parser,
		verified: make(map[string]*claims)}, nil
}

// find returns whose token it is.
func (t *tokens) find(text string) (*claims, error) {
	t.lock.RLock()
	found := t.verified[text]
	t.lock.RUnlock()
	if found != nil && time.Now().Before(found.ExpiresAt.Time) {
		return found, nil
	}
	found, err := t.verify(text)
	if err != nil {
		return nil, err
	}
	t.remember(text, found)
	return found, nil
}

func (t *tokens) verify(text string) (*claims, error) {
	found := &claims{}
	_, err := t.parser.ParseWithClaims(text, found, func(token *jwt.Token) (interface{}, error) {
		if token.Header["kid"] != t.keyID {
			return nil, errToken
		}
		return t.key, nil
	})
	if err == nil {
		err = found.member.UnmarshalText([]byte(found.Subject))
	}
	return found, err
}

func (t *tokens) remember(text string, found *claims) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if len(t.verified) >= tokensKept {
		for any := range t.verified {
			delete(t.verified, any)
			break
		}
	}
	t.verified[text] = found
}
