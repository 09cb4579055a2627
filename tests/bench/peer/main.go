// The peer of write_peer: a member's comment on a meeting as one would write it without a queue. One process answers
// HTTP, and each request is one statement, committed before the answer. README.md beside it says what it does as ours.
//
//	peer ADDRESS PUBLIC_KEY_FILE     the database: libpq's environment (PGHOST, PGDATABASE, …)
package main

import (
	"context"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const idleTimeout = 60 * time.Second

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: peer ADDRESS PUBLIC_KEY_FILE")
	}
	tokens, err := newTokens(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	store, err := newStore(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{Addr: os.Args[1], Handler: &comments{tokens, store}, ReadHeaderTimeout: requestTimeout,
		IdleTimeout: idleTimeout}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	go func() {
		<-stop.Done()
		_ = server.Close() // nobody waits for it any more
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	store.close()
}
