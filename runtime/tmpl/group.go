package tmpl

// Group is one group of the tag regroup: items that follow one another and
// have the same Grouper.
type Group[G, E any] struct {
	Grouper G
	List    []E
}

// AppendGroup puts an item into the last group where its grouper is the same,
// else into a new one.
func AppendGroup[G, E any](groups []Group[G, E], grouper G, item E) []Group[G, E] {
	n := len(groups)
	if n == 0 || !Equal(groups[n-1].Grouper, grouper) {
		return append(groups, Group[G, E]{grouper, []E{item}})
	}
	groups[n-1].List = append(groups[n-1].List, item)
	return groups
}

// EqualAll compares lists item by item: what the tag ifchanged watches.
func EqualAll(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !Equal(a[i], b[i]) {
			return false
		}
	}
	return true
}
