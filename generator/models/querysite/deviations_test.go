package querysite_test

// deviation is an answer that is not Django's, by design.
type deviation struct {
	reason string
	want   []string
}

// deviations are the same on both databases.
func deviations() map[string]deviation {
	const negation = "a negation holds wherever what it negates does not, so also where the key is missing; " +
		"Django's exclude keeps rows whose whole field is null and leaves out those whose object lacks the key"
	return map[string]deviation{
		"q-232": {negation, []string{"1", "2", "4", "5", "6"}},
		"q-233": {negation + "; and text is never greater than a number", []string{"1", "2", "4", "5", "6"}},
		"q-236": {"JSON text that looks like a number stays text; Django on SQLite reads it as one", []string{`1 | "en" | 1`, `3 | "de" | 2.5`, `4 | null | "1"`}},
		"q-264": {"null among the values of a subquery hides no row from a negation; Django's NOT IN then never holds", []string{"4"}},
	}
}

// tagged are the tags of cases whose answer is SQLite's own: what its look-ups
// and functions do with letters outside ASCII.
const tagged = "sqlite-collation"
