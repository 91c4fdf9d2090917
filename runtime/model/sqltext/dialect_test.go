package sqltext

import "testing"

// Ensure that what databases write differently is written for each.
func TestDialects(t *testing.T) {
	two := Operand{Param: 2}
	for _, c := range []struct {
		name             string
		write            func(*Writer)
		sqlite, postgres string
	}{
		{"nothing holds", func(w *Writer) { And{}.write(w, false) }, `1`, `TRUE`},
		{"in nothing", func(w *Writer) { In{id, nil}.write(w, false) }, `0`, `FALSE`},
		{"a part of the text", func(w *Writer) { Compare{status, Like, two}.write(w, false) },
			`"post"."status" LIKE ?2 ESCAPE '\'`, `"post"."status" ILIKE ?2 ESCAPE '\'`},
		{"a truth value", func(w *Writer) { Compare{id, Eq, Operand{Value: Bool(true), Literal: true}}.write(w, false) }, `"post"."id" = 1`, `"post"."id" = true`},
		{"null first", (&Select{Table: "post", Columns: []string{"id"}, Order: []Order{{By: status}}}).Write,
			"SELECT \"post\".\"id\"\nFROM \"post\"\nORDER BY \"post\".\"status\"", "SELECT \"post\".\"id\"\nFROM \"post\"\nORDER BY \"post\".\"status\" NULLS FIRST"},
		{"offset alone", (&Select{Table: "post", Offset: &two}).WriteCount,
			"SELECT COUNT(*) FROM (\nSELECT 1\nFROM \"post\"\nLIMIT -1 OFFSET ?2\n)", "SELECT COUNT(*) FROM (\nSELECT 1\nFROM \"post\"\n OFFSET ?2\n) AS \"counted\""},
		{"a fresh key", (&Insert{Table: "post", Key: "id", Set: []Assignment{{"id", Operand{Param: 1}}, {"a", two}}}).Write,
			"INSERT INTO \"post\" (\"id\", \"a\")\nVALUES (?1, ?2)",
			"INSERT INTO \"post\" (\"id\", \"a\")\nVALUES (CASE WHEN ?1::bigint IS NULL THEN nextval(pg_get_serial_sequence('\"post\"', 'id')::regclass) WHEN ?1 > COALESCE(pg_sequence_last_value(pg_get_serial_sequence('\"post\"', 'id')::regclass), 0) THEN setval(pg_get_serial_sequence('\"post\"', 'id')::regclass, ?1) ELSE ?1 END, ?2)\nRETURNING \"id\""},
	} {
		for dialect, want := range map[Dialect]string{SQLite: c.sqlite, Postgres: c.postgres} {
			w := NewWriter(dialect)
			c.write(w)
			if w.SQL() != want {
				t.Errorf("%s, %s: got\n%s\nwant\n%s", c.name, dialect, w.SQL(), want)
			}
		}
	}
}

// Ensure a constant holds the texts of both databases.
func TestText(t *testing.T) {
	both := "a" + OnPostgres + "b"
	for _, c := range []struct{ sql, sqlite, postgres string }{{both, "a", "b"}, {"a", "a", "a"}} {
		if got := SQLite.Text(c.sql); got != c.sqlite {
			t.Errorf("got %q, want %q", got, c.sqlite)
		}
		if got := Postgres.Text(c.sql); got != c.postgres {
			t.Errorf("got %q, want %q", got, c.postgres)
		}
	}
}
