package sqltext

// walk visits a condition or term and what it is made of, until visit says
// not to go deeper. It does not enter subqueries.
func walk(n any, visit func(n any) bool) {
	if n == nil || !visit(n) {
		return
	}
	each := func(list []Expr) {
		for _, t := range list {
			walk(t, visit)
		}
	}
	switch n := n.(type) {
	case And:
		each(n)
	case Or:
		each(n)
	case Xor:
		each(n)
	case Not:
		walk(n.Term, visit)
	case Compare:
		walk(n.Left, visit)
		walk(n.Right, visit)
	case IsNull:
		walk(n.Of, visit)
	case In:
		walk(n.Of, visit)
	case InSelect:
		walk(n.Of, visit)
	case Across:
		walk(n.Term, visit)
	case Holds:
		walk(n.Of, visit)
	case Touch:
		for _, t := range n {
			walk(t, visit)
		}
	case Binary:
		walk(n.Left, visit)
		walk(n.Right, visit)
	case Cast:
		walk(n.Of, visit)
	case Pattern:
		walk(n.Of, visit)
	case Call:
		for _, t := range n.Args {
			walk(t, visit)
		}
	case Aggregate:
		walk(n.Of, visit)
		if n.Filter != nil {
			walk(n.Filter, visit)
		}
	case Case:
		for _, when := range n.When {
			walk(when.If, visit)
			walk(when.Then, visit)
		}
		walk(n.Else, visit)
	case Truth:
		walk(n.Of, visit)
	case AcrossTerm:
		walk(n.Of, visit)
	case Part:
		walk(n.Of, visit)
	case Trunc:
		walk(n.Of, visit)
	case JSONKey:
		walk(n.Of, visit)
	}
}

// hasAggregate reports whether a condition or term has an aggregate in it.
func hasAggregate(n any) bool {
	found := false
	walk(n, func(n any) bool {
		_, is := n.(Aggregate)
		found = found || is
		return !found
	})
	return found
}

// manyRows reports whether a condition crosses a relation to several rows,
// outside aggregates and values that known reports.
func manyRows(n any, known func(AcrossTerm) bool) bool {
	found := false
	walk(n, func(n any) bool {
		switch n := n.(type) {
		case Aggregate:
			return false
		case Across:
			found = found || n.Path.many()
		case AcrossTerm:
			if known(n) {
				return false
			}
			found = found || n.Path.many()
		}
		return !found
	})
	return found
}

// crosses reports whether a condition or term joins anything.
func crosses(n any) bool {
	found := false
	walk(n, func(n any) bool {
		switch n.(type) {
		case Across, AcrossTerm:
			found = true
		}
		return !found
	})
	return found
}

func (p Path) many() bool {
	for _, s := range p {
		if s.Many {
			return true
		}
	}
	return false
}

// mayEnd reports whether the path may lead to no row.
func (p Path) mayEnd() bool {
	for _, s := range p {
		if s.Optional || s.Many {
			return true
		}
	}
	return false
}
