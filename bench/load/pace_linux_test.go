package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Ensure that every request that is due is sent, whatever becomes of the
// connections, and that wrong answers are errors.
func TestPace(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(n int64, w http.ResponseWriter)
		errors int64
		first  string
		fails  string
	}{
		{name: "answers with a length", answer: func(_ int64, w http.ResponseWriter) { w.Write([]byte("hello")) }},
		{name: "answers in chunks", answer: func(_ int64, w http.ResponseWriter) {
			w.Write([]byte("hello"))
			http.NewResponseController(w).Flush()
		}},
		{
			name: "one connection that is closed unanswered", errors: 1, first: "closed",
			answer: func(n int64, w http.ResponseWriter) {
				if n == 3 {
					panic(http.ErrAbortHandler)
				}
			},
		},
		{
			name: "one answer with another status", errors: 1, first: "503",
			answer: func(n int64, w http.ResponseWriter) {
				if n == 1 {
					w.WriteHeader(503)
				}
			},
		},
		{name: "nothing but errors", fails: "more than 1,000 errors", answer: func(_ int64, w http.ResponseWriter) { w.WriteHeader(503) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			var n atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { test.answer(n.Add(1), w) }))
			defer server.Close()
			j := job{address: server.Listener.Addr().String(), path: "/", connections: 4, rate: 20_000, duration: 100 * time.Millisecond}
			r, err := pace(j)
			if test.fails != "" {
				if err == nil || !strings.Contains(err.Error(), test.fails) {
					t.Fatalf("error %v, want %q", err, test.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if r.Requests+r.Errors != 2000 || r.Errors != test.errors || !strings.Contains(r.FirstFail, test.first) {
				t.Errorf("%d answers and %d errors of 2,000, the first %q", r.Requests, r.Errors, r.FirstFail)
			}
		})
	}
}
