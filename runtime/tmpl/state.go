package tmpl

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/i18n"
)

// Env is what all pages of a site share.
type Env struct {
	// Location is the zone in which times are shown (TIME_ZONE).
	Location *time.Location
	// Zone is the zone that a page begins with; nil is Location.
	Zone *time.Location
	// Language is the language that a page begins with, one of Languages; nil is English (LANGUAGE_CODE).
	Language *i18n.Language
	// Languages are those of the site (LANGUAGES).
	Languages []*i18n.Language
	// Fragments keeps what the tag cache has written; nil keeps nothing.
	Fragments Fragments
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

// Keep gives the Env what keeps the fragments of the tag cache.
func (e *Env) Keep(f Fragments) *Env {
	e.Fragments = f
	return e
}

// Speak gives the Env the site's languages, and the one that pages begin with.
func (e *Env) Speak(code string, languages ...*i18n.Language) *Env {
	e.Languages = languages
	if e.Language = e.language(code); e.Language == nil {
		e.Language = i18n.NewLanguage(code, nil)
	}
	for _, l := range languages {
		// English is what the site's texts are written in, so it lacks nothing.
		if l != e.Language && l.Code != "en" && !strings.HasPrefix(l.Code, "en-") {
			l.Fallback = e.Language
		}
	}
	return e
}

// State is one run of a page. It keeps the first error.
type State struct {
	env  *Env
	err  error
	at   string         // what is being rendered: "post.html:3:7"
	lang *i18n.Language // nil is English
	zone *time.Location
	// untouched shows times in the zone that they have (localtime off), and
	// unlocalized numbers and dates as English does (localize off).
	untouched, unlocalized bool
	// fragments are where this page's are kept, the Env's where it is nil.
	fragments Fragments
}

// Begin starts a page.
func (e *Env) Begin() State {
	zone := e.Zone
	if zone == nil {
		zone = e.Location
	}
	return State{env: e, lang: e.Language, zone: zone}
}

// BeginFor starts a page in the time zone and the language that a request is answered in, the
// latter by its code; in the site's own where the request has none that the site has.
func (e *Env) BeginFor(request any) State {
	s := e.Begin()
	if r, ok := request.(interface{ TimeZone() *time.Location }); ok && e.Zone == nil {
		if zone := r.TimeZone(); zone != nil {
			s.zone = zone
		}
	}
	if r, ok := request.(interface{ Language() string }); ok {
		if l := e.language(r.Language()); l != nil {
			s.lang = l
		}
	}
	return s
}

// Nonce is the nonce of the content security policy that a request's answer
// has; "" where it has none.
func Nonce(request any) string {
	if r, ok := request.(interface{ CSPNonce() string }); ok {
		return r.CSPNonce()
	}
	return ""
}

// At says which tag or variable of a template the page has come to:
// "post.html:3:7". Errors from then on are about that.
func (s *State) At(place string) { s.at = place }

// Err is the first thing that went wrong, as an [Error], or nil.
func (s *State) Err() error { return s.err }

// Fail notes an error; nil is none.
func (s *State) Fail(err error) {
	if s.err == nil && err != nil {
		s.err = At(s.at, err)
	}
}

func (s *State) failf(format string, args ...any) {
	if s.err == nil {
		s.err = At(s.at, fmt.Errorf(format, args...))
	}
}

// local is t in the page's zone.
func (s *State) local(t time.Time) time.Time {
	if s.untouched {
		return t
	}
	return t.In(s.zone)
}

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

// ParentName is the name of the template that an extends tag names.
func (s *State) ParentName(name any) string {
	if names := s.TemplateNames(name); len(names) == 1 {
		return names[0]
	}
	return repr(name)
}

// NoTemplate notes that a tag names no template of the site.
func (s *State) NoTemplate(name any) {
	s.failf("no template %s", repr(name))
}

// NoPartial notes that a page has come to a partial tag that names no partial.
func (s *State) NoPartial(name string) {
	s.failf("partial %q is not defined in the current template", name)
}
