package websocket

import (
	"context"
	"sync"
)

// Groups are connections by name that are told the same (Channels' groups): the rooms of a chat, or who watches a page. The
// zero Groups is ready. They are those of one process: with workers in processes of their own, and
// while one process takes over from another, there are as many of them, and who has to reach everybody needs a
// store that all of them ask.
type Groups struct {
	mu     sync.Mutex
	byName map[string]map[*Conn]func() bool // which takes back the wish to hear of the connection's end
}

// Join adds a connection to a group, until it leaves or ends. It may be in several.
func (g *Groups) Join(name string, c *Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.byName == nil {
		g.byName = map[string]map[*Conn]func() bool{}
	}
	group := g.byName[name]
	if group == nil {
		group = map[*Conn]func() bool{}
		g.byName[name] = group
	}
	if _, in := group[c]; !in {
		group[c] = context.AfterFunc(c.ctx, func() { g.Leave(name, c) })
	}
}

// Leave takes a connection out of a group.
func (g *Groups) Leave(name string, c *Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if stop, in := g.byName[name][c]; in {
		stop()
		delete(g.byName[name], c)
	}
	if len(g.byName[name]) == 0 {
		delete(g.byName, name) // clients may be who names them
	}
}

// Send tells a group something, and waits for nobody: see [Conn.Post]. A message that is malformed is an error.
func (g *Groups) Send(name string, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.byName[name] {
		c.Post(m)
	}
	return nil
}

// SendText tells a group a text.
func (g *Groups) SendText(name, text string) error { return g.Send(name, TextMessage(text)) }

// SendJSON tells a group a value as encoding/json writes it.
func (g *Groups) SendJSON(name string, v any) error {
	m, err := JSONMessage(v)
	if err != nil {
		return err
	}
	return g.Send(name, m)
}

// Len is how many connections a group has.
func (g *Groups) Len(name string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.byName[name])
}
