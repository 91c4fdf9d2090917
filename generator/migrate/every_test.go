package migrate

import (
	"os"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

// every is the model set of testdata/every.hcl with pieces replaced.
func every(t *testing.T, pairs ...string) *schema.Site {
	t.Helper()
	text, err := os.ReadFile("testdata/every.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(string(text), pairs[i]) {
			t.Fatalf("%q is not in the model set", pairs[i])
		}
	}
	return load(t, strings.NewReplacer(pairs...).Replace(string(text)))
}

// Ensure a model set with every kind of field, option and relation is created,
// led forward to another and back, rebuilt on the way, and that the database it
// leaves is inspected into blocks that make the same database, in the words of
// the database itself, with nothing left for a comment.
func TestEvery(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(every(t))
		p.done(every(t))
		made := p.shape()
		p.script(everyRows)
		before := p.contents()

		// Every table gets a column that cannot be added in place on SQLite, so that
		// it is rebuilt there, and the other kinds of change.
		var changes []string
		for _, m := range []string{"country", "ticket", "counter", "kinds", "nulls", "given", "node", "visit", "event"} {
			head := "model \"" + m + "\" {\n"
			if m == "kinds" {
				head += "  bases = [model.dated]\n"
			}
			changes = append(changes, head, head+"  field \"added\" {\n    type    = integer\n    default = 7\n  }\n  check \""+m+"_added\" { condition = "+m+".added >= 0 }\n")
		}
		m := p.migrate(every(t, changes...))
		if m == nil {
			t.Fatal("nothing has changed")
		}
		if engine == "sqlite" {
			for _, table := range []string{"country", "ticket", "counter", "kinds", "nothing_said", "given", "node", "visit", "event"} {
				if !strings.Contains(string(m.SQL), `CREATE TABLE "new__`+table+`"`) {
					t.Errorf("%s is not rebuilt", table)
				}
			}
		}
		p.done(every(t, changes...))
		changed := p.shape()
		if _, err := p.migrator().Revert(ctx); err != nil {
			t.Fatal(err)
		}
		p.inspected()
		if got := p.shape(); got != made {
			t.Errorf("forward and back the database differs:\n%s", difference(got, made))
		}
		if got := p.contents(); got != before {
			t.Errorf("forward and back the rows differ:\n%s", difference(got, before))
		}
		p.apply()
		if got := p.shape(); got != changed {
			t.Errorf("forward again the database differs:\n%s", difference(got, changed))
		}
		if _, err := p.migrator().Revert(ctx); err != nil {
			t.Fatal(err)
		}

		now, err := p.inspect()
		if err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, now)
		if !onlyDigits(blocks) {
			t.Errorf("something is left for a comment:\n%s", blocks)
		}
		again := newProjectOn(t, engine)
		again.migrate(load(t, blocks))
		if got := again.shape(); got != made {
			t.Errorf("generated again it differs:\n%s\nfrom\n%s", difference(got, made), blocks)
		}
	})
}

// onlyDigits reports whether the one thing that is said in comments is that SQLite
// does not keep the digits of decimals.
func onlyDigits(blocks string) bool {
	for _, line := range strings.Split(blocks, "\n") {
		if strings.Contains(line, "#") && !strings.Contains(line, "the database does not say how many digits it has") {
			return false
		}
	}
	return true
}

const everyRows = `INSERT INTO country VALUES ('de', 'Germany'), ('fr', 'France');
INSERT INTO ticket VALUES ('00010203040506070809000000000001');
INSERT INTO counter (country_id) VALUES ('de'), ('fr');
INSERT INTO given (id) VALUES (1), (5);
INSERT INTO nothing_said (chars, positive) VALUES ('x', 3), (NULL, NULL);
INSERT INTO event (title, city, begins, ends, "open", day, at, length, price, uid) VALUES
	('an 50%_', 'b', 1, 2, TRUE, '2026-01-01', '2026-01-01 10:00:00', '1', 9.5, '00010203040506070809000000000001');
`

// contents are the rows of all tables.
func (p *project) contents() string {
	p.Helper()
	now, err := p.inspect()
	if err != nil {
		p.Fatal(err)
	}
	var b strings.Builder
	for _, t := range now.tables {
		if t.name == "stackgen_migrations" {
			continue
		}
		var columns []string
		for _, c := range t.columns {
			columns = append(columns, "coalesce(CAST("+quote(c.name)+" AS text), '-')")
		}
		b.WriteString(t.name + ": " + p.rows("SELECT "+strings.Join(columns, " || ' ' || ")+" FROM "+quote(t.name)+" ORDER BY 1") + "\n")
	}
	return b.String()
}
