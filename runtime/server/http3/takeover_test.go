package http3_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/server"
)

// Ensure that a second server on the socket takes what comes anew, while the first one goes on with its
// connections, and goes when they have ended.
func TestTakeover(t *testing.T) {
	s := newSite(t)
	a, b := newNamed(t, "a"), newNamed(t, "b")
	first := s.serve(server.Config{}, a.serve)
	old := s.client()
	if _, got, err := get(old, "/"); got != "a" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	events, err := old.Get(url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(events.Body)
	if line, err := lines.ReadString('\n'); line != "first a\n" || err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	waiting := make(chan string, 1)
	go func() {
		_, got, err := get(old, "/wait")
		if err != nil {
			got = err.Error()
		}
		waiting <- got
	}()
	wait(t, "it waits", func() bool { return first.Stats().Busy == 2 })

	s.serve(server.Config{}, b.serve)
	if _, got, err := get(old, "/"); got != "a" || err != nil {
		t.Errorf("on the old connection: %q, %v", got, err)
	}
	if _, got, err := get(s.client(), "/"); got != "b" || err != nil {
		t.Errorf("on a new connection: %q, %v", got, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gone := make(chan error, 1)
	go func() { gone <- first.Shutdown(ctx) }()
	wait(t, "the old connection is given up", func() bool {
		_, got, err := get(old, "/")
		if err != nil || got != "a" && got != "b" {
			t.Fatalf("%q, %v", got, err)
		}
		return got == "b"
	})
	a.let()
	if got := <-waiting; got != "a" {
		t.Errorf("what was under way came to %q", got)
	}
	if rest, err := io.ReadAll(lines); string(rest) != "last a\n" || err != nil {
		t.Errorf("the stream ends with %q, %v", rest, err)
	}
	if err := <-gone; err != nil {
		t.Error(err)
	}
}

// Ensure that clients under load lose nothing while servers take each other's place again and again, that handshakes
// end where they began, and that the last leaves nothing behind.
func TestTakeoverUnderLoad(t *testing.T) {
	s := newSite(t)
	h := newNamed(t, "x")
	current := s.serve(server.Config{}, h.serve)
	var stop atomic.Bool
	var asked atomic.Int64
	var load sync.WaitGroup
	for i := range 4 {
		load.Go(func() {
			c := s.client()
			for n := 0; !stop.Load(); n++ {
				if i%2 == 1 && n%3 == 0 { // always new connections, too
					c.CloseIdleConnections()
					c = s.client()
				}
				if status, got, err := get(c, "/"); status != 200 || got != "x" || err != nil {
					t.Errorf("request %d: %d, %q, %v", asked.Load(), status, got, err)
					return
				}
				asked.Add(1)
			}
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	var going sync.WaitGroup
	for range 5 {
		before := asked.Load()
		wait(t, "more is answered", func() bool { return asked.Load() > before+50 || t.Failed() })
		next := s.serve(server.Config{}, h.serve)
		going.Go(func(old *server.Server) func() {
			return func() {
				if err := old.Shutdown(ctx); err != nil {
					t.Errorf("a server did not leave: %v", err)
				}
			}
		}(current))
		current = next
	}
	stop.Store(true)
	load.Wait()
	going.Wait()
	current.Close()
	entries, err := os.ReadDir(s.dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sock") {
			t.Errorf("%s was left (%v)", e.Name(), err)
		}
	}
}

// Ensure that the server before serves again when the one that took its place dies or goes, and that clients of a
// dead one notice at once.
func TestTakeback(t *testing.T) {
	for _, dies := range []bool{true, false} {
		t.Run(map[bool]string{true: "death", false: "leaving"}[dies], func(t *testing.T) {
			s := newSite(t)
			a, b := newNamed(t, "a"), newNamed(t, "b")
			s.serve(server.Config{}, a.serve)
			old := s.client()
			get(old, "/")
			second := s.serve(server.Config{}, b.serve)
			c := s.client()
			if _, got, err := get(c, "/"); got != "b" || err != nil {
				t.Fatalf("%q, %v", got, err)
			}
			if dies {
				second.Close()
			} else {
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				if err := second.Shutdown(ctx); err != nil {
					t.Error(err)
				}
			}
			for _, c := range []*http.Client{old, s.client()} {
				if _, got, err := get(c, "/"); got != "a" || err != nil {
					t.Errorf("after it: %q, %v", got, err)
				}
			}
			wait(t, "the client of the second is served", func() bool {
				_, got, err := get(c, "/")
				return got == "a" && err == nil
			})
		})
	}
}

// Ensure that a server that goes for good answers what it has begun, refuses what comes, and does not wait for
// clients that rest.
func TestStop(t *testing.T) {
	s := newSite(t)
	a := newNamed(t, "a")
	r := s.serve(server.Config{}, a.serve)
	resting := s.client()
	get(resting, "/")
	busy := make(chan string, 1)
	go func() {
		_, got, err := get(s.client(), "/wait")
		if err != nil {
			got = err.Error()
		}
		busy <- got
	}()
	wait(t, "it waits", func() bool { return r.Stats().Busy == 1 })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gone := make(chan error, 1)
	go func() { gone <- r.Shutdown(ctx) }()
	wait(t, "new clients are refused", func() bool {
		_, _, err := get(s.client(), "/")
		return err != nil && strings.Contains(err.Error(), "CONNECTION_REFUSED")
	})
	a.let()
	if got := <-busy; got != "a" {
		t.Errorf("what was under way came to %q", got)
	}
	if err := <-gone; err != nil {
		t.Error(err)
	}
}

// Ensure that the drain limit ends what has not ended by itself.
func TestStopAtLimit(t *testing.T) {
	s := newSite(t)
	a := newNamed(t, "a")
	r := s.serve(server.Config{}, a.serve)
	events, err := s.client().Get(url + "/events")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if err := r.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v", err)
	}
	if rest, err := io.ReadAll(events.Body); err == nil {
		t.Errorf("the stream ends as if whole, with %q", rest)
	}
}

// Ensure that an answer which ends whenever it likes while the server goes arrives whole: no connection is closed on
// what has been written and not yet sent.
func TestAnswersArriveWhole(t *testing.T) {
	s := newSite(t)
	a := newNamed(t, "a")
	first := s.serve(server.Config{}, a.serve)
	var streams []io.Reader
	for range 30 {
		res, err := s.client().Get(url + "/events")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		streams = append(streams, res.Body)
	}
	s.serve(server.Config{}, newNamed(t, "b").serve)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	gone := make(chan error, 1)
	go func() { gone <- first.Shutdown(ctx) }()
	time.AfterFunc(2*time.Second, a.let) // when connections without requests would be closed
	for i, stream := range streams {
		if b, err := io.ReadAll(stream); string(b) != "first a\nlast a\n" || err != nil {
			t.Errorf("stream %d ends with %q, %v", i, b, err)
		}
	}
	if err := <-gone; err != nil {
		t.Error(err)
	}
}
