package route

import "strings"

// scope is what names mean inside a namespace: the site's, or a group's that
// has one. Groups without a namespace share the scope around them.
type scope struct {
	names  map[string][]candidate
	spaces map[string]*scope
	// apps lists the instances of an application namespace.
	apps map[string][]string
}

// candidate is a route that a name may stand for.
type candidate struct {
	entry *Entry
	// defaults are the constants that count from inside the scope.
	defaults map[string]any
}

func newScope() *scope {
	return &scope{map[string][]candidate{}, map[string]*scope{}, map[string][]string{}}
}

// fill enters routes; next is the number of the first leaf among them.
func (s *scope) fill(routes []Route, entries []Entry, next *int) {
	s.enter(routes, nil, entries, next)
}

func (s *scope) enter(routes []Route, defaults map[string]any, entries []Entry, next *int) {
	for i := range routes {
		r := &routes[i]
		switch {
		case r.Include == nil:
			e := &entries[*next]
			*next++
			if r.Name != "" {
				s.names[r.Name] = append(s.names[r.Name], candidate{e, merge(defaults, r.Extra)})
			}
		case r.Namespace == "":
			s.enter(r.Include, merge(defaults, r.Extra), entries, next)
		default:
			inner := newScope()
			inner.enter(r.Include, nil, entries, next)
			if _, taken := s.spaces[r.Namespace]; !taken {
				s.spaces[r.Namespace] = inner
			}
			app := r.AppName
			if app == "" {
				app = r.Namespace
			}
			s.apps[app] = append(s.apps[app], r.Namespace)
		}
	}
}

// find follows the namespaces of a name. An application namespace stands for
// the current instance, the instance of the same name, or the last one.
func (s *scope) find(name, current string) (*scope, string) {
	var now []string
	if current != "" {
		now = strings.Split(current, ":")
	}
	for {
		space, rest, more := strings.Cut(name, ":")
		if !more {
			return s, name
		}
		here := ""
		if len(now) > 0 {
			here, now = now[0], now[1:]
		}
		if instances := s.apps[space]; len(instances) > 0 {
			switch {
			case here != "" && contains(instances, here):
				space = here
			case !contains(instances, space):
				space = instances[len(instances)-1]
			}
		}
		if space != here {
			now = nil
		}
		if s = s.spaces[space]; s == nil {
			return nil, ""
		}
		name = rest
	}
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
