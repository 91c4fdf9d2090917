package gateway

import (
	"context"
	"testing"
	"time"
)

// watching is an engine that keeps who wants to hear of the client's leaving.
type watching struct{ gone func() }

func (w *watching) Watch(gone func())       { w.gone = gone }
func (*watching) Inform(int, *Header) error { return nil }
func ended(ctx context.Context) bool        { return ctx.Err() != nil }
func (w *watching) begin() (x *Exchange, base context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	x = new(Exchange)
	x.Bind(w, ctx)
	x.SetDeadline(time.Now().Add(time.Hour))
	return x, cancel
}

// Ensure that who takes a connection over has a context without deadline, whether or not there was one
// before, that ends when he says so, with the engine, and with the exchange.
func TestProlong(t *testing.T) {
	for name, finish := range map[string]func(x *Exchange, base, end context.CancelFunc){
		"the client leaves": func(_ *Exchange, _, end context.CancelFunc) { end() },
		"the engine ends":   func(_ *Exchange, base, _ context.CancelFunc) { base() },
		"the exchange ends": func(x *Exchange, _, _ context.CancelFunc) { x.Finish() },
	} {
		for _, asked := range []bool{false, true} {
			w := new(watching)
			x, base := w.begin()
			defer base()
			earlier := context.Background()
			if asked {
				earlier = x.Context()
			}
			end := x.Prolong()
			if asked != ended(earlier) {
				t.Errorf("%s: the context from before has ended: %t", name, ended(earlier))
			}
			if w.gone != nil {
				t.Errorf("%s: the engine looks for the client still", name)
			}
			ctx := x.Context()
			if _, has := ctx.Deadline(); has || ended(ctx) || !x.Deadline.IsZero() {
				t.Errorf("%s: the context is bound", name)
			}
			finish(x, base, end)
			if !ended(ctx) {
				t.Errorf("%s: the context goes on", name)
			}
		}
	}
}
