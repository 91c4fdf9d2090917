package migrate

import (
	"strings"
	"testing"
)

// Ensure SQL of conditions becomes the site file's, with the same meaning where a
// value is null, and that what has no such form is refused.
func TestConditions(t *testing.T) {
	fields := map[string]*inspectedField{}
	for name, kind := range map[string]string{"n": "integer", "t": "text", "flag": "boolean", "d": "date", "uid": "uuid", "len": "duration", "j": "json"} {
		fields[name] = &inspectedField{name: name, kind: kind}
	}
	fields["author_id"] = &inspectedField{name: "author", kind: "foreign_key"}
	fields["price"] = &inspectedField{name: "price", kind: "decimal"}
	fields["other"] = &inspectedField{name: "other", kind: "integer", null: true}
	fields["maybe"] = &inspectedField{name: "maybe", kind: "integer", null: true}
	for _, row := range []struct{ sql, check, index string }{
		{`"n" > 1 AND "t" = 'it''s'`, `m.n > 1 && m.t == "it's"`, ""},
		{`a.n > 1 OR (n < -2 AND t <> '')`, `m.n > 1 || (m.n < -2 && m.t != "")`, ""},
		{`n BETWEEN 1 AND 3`, `m.n >= 1 && m.n <= 3`, ""},
		{`NOT (n = 1 OR maybe < 2)`, `m.n != 1 && m.maybe >= 2`, ""},
		{`maybe <> 1`, `m.maybe != 1`, `m.maybe != 1 && m.maybe != null`},
		{`maybe IS DISTINCT FROM 1`, `m.maybe != 1`, ""},
		{`NOT maybe IN (1, 2)`, `!contains([1, 2], m.maybe)`, `!contains([1, 2], m.maybe) && m.maybe != null`},
		{`n NOT IN (1, 2)`, `!contains([1, 2], m.n)`, ""},
		{`(maybe = 1) IS NOT TRUE`, `!(m.maybe == 1)`, ""},
		{`flag`, `m.flag == true`, ""},
		{`NOT flag`, `m.flag == false`, ""},
		{`"flag" = 1`, `m.flag == true`, ""},
		{`author_id IS NOT NULL`, `m.author != null`, ""},
		{`"uid" = '000102030405060708090a0b0c0d0e0f'`, `m.uid == "00010203-0405-0607-0809-0a0b0c0d0e0f"`, ""},
		{`"len" >= 5400000000`, `m.len >= "1h30m"`, ""},
		{`len >= '1 day 00:00:01.5'::interval`, `m.len >= "1d1s500ms"`, ""},
		{`(t)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])`, `contains(["a", "b"], m.t)`, ""},
		{`t LIKE 'a\%%' ESCAPE '\'`, `istartswith(m.t, "a%")`, ""},
		{`(n + 1) * 2 > length(TRIM(BOTH FROM t))`, `(m.n + 1) * 2 > length(trim(m.t))`, ""},
		{`coalesce(maybe, 0) = n % 3`, `coalesce(m.maybe, 0) == m.n % 3`, ""},
		{`(n)::bigint > 2`, `m.n > 2`, ""},

		{`maybe <> other`, `m.maybe != m.other || m.maybe == null`, `m.maybe != m.other && m.maybe != null && m.other != null`},
		{`n / 2 > 1`, `m.n / 2 > 1`, ""},
		{`price / (2)::numeric > 1.5`, `m.price / 2 > 1.5`, ""},

		{`(n)::smallint > 2`, "", ""},
		{`(price)::bigint > 2`, "", ""},
		{`(n)::double precision / 2 > 1`, "", ""},
		{`n / (2)::numeric > 1`, "", ""},
		{`length(t) <> maybe`, "", ""},
		{`t LIKE 'a%'`, "", ""},
		{`t LIKE 'a_c' ESCAPE '\'`, "", ""},
		{`t ~ '^a'`, "", ""},
		{`json_valid(j)`, "", ""},
		{`n > (SELECT 1)`, "", ""},
		{`nothing = 1`, "", ""},
		{`1 = 1`, "", ""},
		{`n = 1 +`, "", ""},
		{`NOT ((maybe = 1) IS NOT TRUE)`, "", ""},
		{`x::`, "", ""},
	} {
		check := conditionWriter{"m", fields, false}
		got, err := check.condition(row.sql)
		if (err == nil) != (row.check != "") || err == nil && got != row.check {
			t.Errorf("%s as a check: %s, %v; want %s", row.sql, got, err, row.check)
		}
		if row.index == "" {
			row.index = row.check
		}
		index := conditionWriter{"m", fields, true}
		if got, err := index.condition(row.sql); err == nil && got != row.index {
			t.Errorf("%s of an index: %s; want %s", row.sql, got, row.index)
		}
	}
}

// FuzzExpression ensures that no text makes the reader panic.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{`"a" > 1 AND b IN ('x')`, `(t)::character varying(3) ~~* like_escape('a', '\')`, `x::`, `'`, `a.`, `ARRAY[1`, `1.5e-3`, `0e+`, `NOT ((`, strings.Repeat("NOT ", 1_000), strings.Repeat("- ", 1_000)} {
		f.Add(s)
	}
	fields := map[string]*inspectedField{"a": {name: "a", kind: "integer"}, "t": {name: "t", kind: "text", null: true}}
	f.Fuzz(func(t *testing.T, text string) {
		w := conditionWriter{"m", fields, true}
		w.condition(text)
		w.expression(text)
		fields["a"].defaultLiteral(text)
		indexTerms(text)
		splitExtra(text)
		(&statementReader{tokens: newDDL(text).tokens, known: relations{"a": nil}}).read()
	})
}
