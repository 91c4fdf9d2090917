package main

import (
	"strings"
	"testing"
)

// Ensure that an answer ends where it says, in whichever pieces it comes.
func TestAnswer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nDate: x\r\n"
	for _, test := range []struct {
		name, text string
		err        string
		unfinished bool
	}{
		{name: "a length", text: ok + "Content-Length: 5\r\n\r\nhello"},
		{name: "a length, the name in small letters", text: ok + "content-length:5\r\n\r\nhello"},
		{name: "no body", text: ok + "Content-Length: 0\r\n\r\n"},
		{name: "chunks", text: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"},
		{name: "chunks with a trailer", text: ok + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n\r\n"},
		{name: "the end of the head inside the body", text: ok + "Content-Length: 4\r\n\r\n\r\n\r\n"},
		{name: "cut short", text: ok + "Content-Length: 5\r\n\r\nhell", unfinished: true},
		{name: "chunks cut short", text: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", unfinished: true},
		{name: "another status", text: "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", err: "502"},
		{name: "no length", text: ok + "\r\n", err: "without a length"},
		{name: "a length that is no number", text: ok + "Content-Length: +5\r\n\r\n", err: "Content-Length"},
		{name: "a chunk that is longer", text: ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", err: "longer"},
		{name: "a chunk size that is no number", text: ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n", err: "chunk size"},
		{name: "a head without end", text: ok + strings.Repeat("a", maxHead) + "\r\n", err: "more than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{1, 3, len(test.text)} {
				var a answer
				complete := false
				var err error
				for rest := test.text; rest != "" && err == nil; {
					if complete {
						t.Fatalf("pieces of %d: complete before %q", size, rest)
					}
					n := min(size, len(rest))
					complete, err = a.take([]byte(rest[:n]))
					rest = rest[n:]
				}
				if test.err != "" {
					if err == nil || !strings.Contains(err.Error(), test.err) {
						t.Fatalf("pieces of %d: error %v, want one about %q", size, err, test.err)
					}
					continue
				}
				if err != nil || complete == test.unfinished {
					t.Fatalf("pieces of %d: complete is %t, %v", size, complete, err)
				}
				if complete && (a.part != head || len(a.held) > 0) {
					t.Errorf("pieces of %d: does not wait for the next answer: %+v", size, a)
				}
			}
		})
	}
}

// Ensure that bytes behind an answer are not taken for the next one.
func TestAnswerWithMoreBehind(t *testing.T) {
	var a answer
	if _, err := a.take([]byte("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab")); err == nil {
		t.Error("two bytes of a body of one were taken")
	}
}

// Ensure that one answer follows another on the same connection without allocating.
func TestAnswersAllocateNothing(t *testing.T) {
	var a answer
	text := []byte("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
	if n := testing.AllocsPerRun(100, func() {
		if complete, err := a.take(text); !complete || err != nil {
			t.Fatal(complete, err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
