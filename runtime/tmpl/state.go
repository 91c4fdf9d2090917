package tmpl

import (
	"fmt"
	"sync"
	"time"
)

// Env is what all pages of a site share.
type Env struct {
	// Location is the zone in which times are shown (TIME_ZONE).
	Location *time.Location
	// Now is the clock.
	Now func() time.Time

	// members remembers, per type and name, which field or method is meant.
	members sync.Map // memberKey to *memberAt
}

// Environment is the Env of a site with that IANA time zone, which the
// generator has checked; a zone that the machine does not know is UTC.
func Environment(zone string) *Env {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	return &Env{Location: loc, Now: time.Now}
}

// State is one run of a page. It keeps the first error.
type State struct {
	env *Env
	err error
}

// Begin starts a page.
func (e *Env) Begin() State { return State{env: e} }

// Err is the first thing that went wrong, or nil.
func (s *State) Err() error { return s.err }

// Fail notes an error; nil is none.
func (s *State) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *State) failf(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("template: "+format, args...)
	}
}

// local is t in the site's zone.
func (s *State) local(t time.Time) time.Time { return t.In(s.env.Location) }

// TemplateNames are the templates that an include names: one, or the first that exists of several.
func (s *State) TemplateNames(name any) []string {
	switch v := simplify(name).(type) {
	case string:
		return []string{v}
	case Safe:
		return []string{string(v)}
	case []any:
		var names []string
		for _, n := range v {
			names = append(names, text(n))
		}
		return names
	}
	return nil
}

// NoTemplate notes that an include names no template of the site.
func (s *State) NoTemplate(name any) {
	s.failf("no template %s", repr(name))
}
