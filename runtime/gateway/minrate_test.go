package gateway

import (
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// trickle is a client that sends size bytes after every pause.
type trickle struct {
	pause      time.Duration
	size, left int
}

func (s *trickle) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	time.Sleep(s.pause)
	n := min(s.size, s.left, len(p))
	s.left -= n
	return n, nil
}

// A body that comes more slowly than it has to is given up, also where
// net/http reads it; the time that the handler takes does not count.
func TestHTTPHandlerMinRate(t *testing.T) {
	tests := []struct {
		name    string
		body    trickle
		handler time.Duration // how long the handler pauses between reads
		want    error
	}{
		{"fast enough", trickle{time.Second, 600, 60_000}, 0, nil},
		{"too slow", trickle{time.Second, 400, 60_000}, 0, ErrBodyTimeout},
		{"slow within the grace", trickle{time.Second, 1, 9}, 0, nil},
		{"a slow handler", trickle{time.Millisecond, 10, 1000}, 10 * time.Second, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got error
				h := &HTTPHandler{MinRate: 500, RateGrace: 10 * time.Second, Handler: HandlerFunc(func(x *Exchange) {
					p := make([]byte, 1000)
					for got == nil {
						_, got = x.Request.Body.Read(p)
						time.Sleep(tt.handler)
					}
				})}
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/", &tt.body))
				if got == io.EOF {
					got = nil
				}
				if !errors.Is(got, tt.want) {
					t.Errorf("the body ended with %v, want %v", got, tt.want)
				}
			})
		})
	}
}
