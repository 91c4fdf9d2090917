package supervisor

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// telling is a message to the processes that serve the public, of which somebody waits
// for the answers.
type telling struct {
	id      int
	waiting []*process
	texts   []string
	errs    []string
	until   time.Time
	answer  chan<- reply
}

// answerTime is how long a process may take to answer a message.
const answerTime = 10 * time.Second

// message is an order's part for [Child.Hear]; ID 0 wants no answer.
type message struct {
	ID    int      `json:"id,omitempty"`
	Words []string `json:"words"`
}

// told answers a message.
type told struct {
	ID    int    `json:"id"`
	Text  string `json:"text,omitempty"`
	Error string `json:"error,omitempty"`
}

// pass gives a message to every process that serves the public: those that are leaving, too, as
// they answer requests still. Answer may be nil.
func (s *supervisor) pass(words []string, answer chan<- reply) {
	t := &telling{answer: answer, until: time.Now().Add(answerTime)}
	if answer != nil {
		s.messages++
		t.id = s.messages
	}
	for _, p := range s.processes() {
		if p.slot.role != RoleWorker && (p.state == ready || p.state == draining) && s.tell(p, order{Tell: &message{t.id, words}}) {
			t.waiting = append(t.waiting, p)
		}
	}
	switch {
	case answer == nil:
	case len(t.waiting) == 0:
		answerTo(answer, errors.New("no process serves that could be told"))
	default:
		s.tellings = append(s.tellings, t)
	}
}

// heard notes a process's answer, or with nil that none will come.
func (s *supervisor) heard(p *process, answer *told) {
	for _, t := range slices.Clone(s.tellings) {
		i := slices.Index(t.waiting, p)
		if i < 0 || answer != nil && answer.ID != t.id {
			continue
		}
		t.waiting = slices.Delete(t.waiting, i, i+1)
		switch {
		case answer == nil:
		case answer.Error != "":
			t.errs = append(t.errs, answer.Error)
		default:
			t.texts = append(t.texts, answer.Text)
		}
		if len(t.waiting) == 0 {
			s.endTelling(t)
		}
	}
}

// endTelling gives the answers to who asked.
func (s *supervisor) endTelling(t *telling) {
	s.tellings = slices.DeleteFunc(s.tellings, func(other *telling) bool { return other == t })
	var r reply
	switch {
	case len(t.errs) > 0:
		slices.Sort(t.errs)
		r.Error = strings.Join(slices.Compact(t.errs), "; ")
	case len(t.waiting) > 0:
		r.Error = "a process has not answered in " + answerTime.String()
	}
	r.Texts = t.texts
	t.answer <- r
}

// overdueTellings ends those that have waited long enough.
func (s *supervisor) overdueTellings(now time.Time) {
	for _, t := range slices.Clone(s.tellings) {
		if !now.Before(t.until) {
			s.endTelling(t)
		}
	}
}

// Tell gives a message to all processes of the site that serve the public, through the supervisor
// whose control socket is at path, and returns what each has answered.
func Tell(path string, words ...string) ([]string, error) {
	r, err := ask(path, Command{Do: "tell", Words: words})
	if err != nil {
		return nil, err
	}
	return r.Texts, nil
}

// Tell gives a message to all processes that serve the public, this one included. Nobody waits
// for what comes of it.
func (c *Child) Tell(words ...string) error { return c.say(report{Tell: words}) }

// Hear has messages answered by f, one after the other; those that come before are lost.
func (c *Child) Hear(f func(words []string) (string, error)) {
	c.mu.Lock()
	c.hears = f
	c.mu.Unlock()
}

// hear answers a message. Children without [Child.Hear] say so.
func (c *Child) hear(m *message) {
	c.mu.Lock()
	f := c.hears
	c.mu.Unlock()
	t := told{ID: m.ID}
	if f == nil {
		t.Error = "a process is not ready to be told anything"
	} else if text, err := f(m.Words); err != nil {
		t.Error = err.Error()
	} else {
		t.Text = text
	}
	if m.ID != 0 {
		c.say(report{Told: &t})
	}
}
