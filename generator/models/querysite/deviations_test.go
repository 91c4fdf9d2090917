package querysite_test

import "maps"

// deviation is an answer that is not Django's, by design.
type deviation struct {
	reason string
	want   []string
}

func deviations() map[string]deviation {
	differ := byDesign()
	if engine == "postgres" {
		maps.Copy(differ, ofPostgres())
	}
	return differ
}

// byDesign are those of both databases.
func byDesign() map[string]deviation {
	const negation = "a negation holds wherever what it negates does not, also where a key is missing"
	return map[string]deviation{
		"q-232": {negation, []string{"1", "2", "4", "5", "6"}},
		"q-233": {negation, []string{"1", "2", "5", "6"}},
		"q-236": {"text that looks like a number stays text", []string{`1 | "en" | 1`, `3 | "de" | 2.5`, `4 | null | "1"`}},
		"q-264": {"null among the values of a subquery hides no row from a negation", []string{"4"}},
		"q-348": {"an aggregate of an annotated query is that of the row it belongs to",
			[]string{"0 | 1", "1 | 1", "1 | 1", "2 | 2", "2 | 2", "3 | 3"}},
	}
}

// ofPostgres are those that come of how PostgreSQL orders JSON, with Django too.
func ofPostgres() map[string]deviation {
	const order = "JSON text comes before numbers, not behind them"
	return map[string]deviation{
		"q-212": {order, []string{"1", "4"}},
		"q-233": {"a negation holds also where a key is missing, and " + order, []string{"1", "2", "4", "5", "6"}},
		"q-237": {"JSON's null comes before text",
			[]string{"2 | null", "5 | null", "6 | null", "4 | null", `3 | "de"`, `1 | "en"`}},
	}
}

// tagged are the tags of cases whose answer is SQLite's own: what its look-ups
// and functions do with letters outside ASCII.
const tagged = "sqlite-collation"

// refusedByGo are the queries that do not compile: what is an exception in
// Django, or a conversion that Go does not do unasked.
func refusedByGo() map[string]string {
	const name, kind, null = "there is no such field or look-up", "the value is of another type", "null is no value to compare with"
	return map[string]string{
		"q-026": name, "q-372": name, "q-373": name, "q-374": name, "q-376": name, "q-381": name,
		"q-377": kind, "q-380": kind, "q-382": kind, "q-384": kind, "q-385": kind, "q-386": kind, "q-389": kind, "q-394": kind,
		"q-062": null,
	}
}
