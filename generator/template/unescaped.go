package template

// Unescaped is a place where values are written as they are, because a
// template's author says so.
type Unescaped struct {
	// Template is the template's name; Line and Column begin at 1.
	Template     string
	Line, Column int
	// What says so: "the filter safe".
	What string
}

// unescaped notes one. Text that is no HTML is not escaped anyway.
func (p *parser) unescaped(at span, what string) {
	if isText(p.src.name) {
		return
	}
	pos := p.src.pos(at.start)
	p.out.unescaped = append(p.out.unescaped, Unescaped{p.src.name, pos.Line, pos.Column, what})
}

// FindUnescaped lists where the named templates write values without escaping,
// in the order of the names and of each template. Templates that do not parse
// are left out: Compile reports them.
func FindUnescaped(opts Options, names []string) []Unescaped {
	s := &site{opts: &opts, cache: map[string]*parsed{}, spans: map[node]span{}}
	var all []Unescaped
	for _, name := range names {
		if t, status := s.parsed(name); status == isRead {
			all = append(all, t.unescaped...)
		}
	}
	return all
}
