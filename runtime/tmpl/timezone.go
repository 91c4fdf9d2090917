package tmpl

import "time"

// SetZone makes another time zone that of the page, and returns the one
// before; None is the site's own (the tag timezone).
func (s *State) SetZone(name any) (before *time.Location) {
	before = s.zone
	if name = simplify(name); name == nil {
		s.zone = s.env.Location
		return before
	}
	zone, err := time.LoadLocation(text(name))
	if err != nil || text(name) == "" || text(name) == "Local" {
		s.failf("there is no time zone %s", repr(name))
		return before
	}
	s.zone = zone
	return before
}

// RestoreZone sets the zone back at the end of the tag.
func (s *State) RestoreZone(before *time.Location) { s.zone = before }

// ZoneName is the name of the page's time zone (get_current_timezone).
func (s *State) ZoneName() string { return s.zone.String() }

// Localtime turns the conversion of times to the page's zone on or off, and
// returns what it was (the tag localtime).
func (s *State) Localtime(on bool) (before bool) {
	before = !s.untouched
	s.untouched = !on
	return before
}

// FilterLocaltime is the filter localtime: a moment in the page's zone.
func FilterLocaltime(s *State, v any, args ...any) any { return s.inZone(v, s.zone) }

// FilterUtc is the filter utc.
func FilterUtc(s *State, v any, args ...any) any { return s.inZone(v, time.UTC) }

// FilterTimezone is the filter timezone: a moment in the zone of that name.
// What is no moment, or no zone, is "".
func FilterTimezone(s *State, v any, args ...any) any {
	switch simplify(v).(type) {
	case time.Time, Zoned, Naive:
	default:
		return ""
	}
	name, ok := textOf(simplify(args[0]))
	switch {
	case !ok || name == "Local":
		return ""
	case name == "":
		s.failf("the filter timezone needs the name of a time zone")
		return ""
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return ""
	}
	return s.inZone(v, zone)
}

// inZone is a moment in a zone; a clock without a zone is taken as the site's.
func (s *State) inZone(v any, zone *time.Location) any {
	switch v := simplify(v).(type) {
	case time.Time:
		return Zoned{v.In(zone)}
	case Zoned:
		return Zoned{v.In(zone)}
	case Naive:
		t := v.Time
		return Zoned{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), s.env.Location).In(zone)}
	}
	return ""
}
