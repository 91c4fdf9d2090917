package server

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// Ensure that a handler which reads a body can be called off, whatever the
// protocol, that it can still answer, and that a body to come is read in vain.
func TestInterruptedBody(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {
		body := x.Request.Body
		if _, err := io.ReadFull(body, make([]byte, 5)); err != nil {
			answerError(x, err)
			return
		}
		done := make(chan struct{})
		go func() {
			body.(gateway.Interrupter).Interrupt()
			close(done)
		}()
		if string(x.Request.Path) == "/before" {
			<-done
		}
		for range 2 {
			if _, err := body.Read(make([]byte, 1)); !errors.Is(err, gateway.ErrBodyInterrupted) {
				x.Response.Status = 500
				return
			}
		}
		<-done // the exchange lasts as long
		x.Response.Status = 413
	})
	for name, c := range clients(t, r) {
		for _, path := range []string{"/before", "/while"} {
			t.Run(name+path, func(t *testing.T) {
				pause, pen := io.Pipe()
				defer pen.Close()
				go io.WriteString(pen, "begun")
				res, err := c.client.Post(c.url+path, "text/plain", pause)
				if err != nil {
					t.Fatal(err)
				}
				why, _ := io.ReadAll(res.Body)
				res.Body.Close()
				if res.StatusCode != http.StatusRequestEntityTooLarge {
					t.Errorf("got %d %s", res.StatusCode, why)
				}
			})
		}
	}
}
