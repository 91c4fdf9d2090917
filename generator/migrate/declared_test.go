package migrate

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
)

const event = `model "event" {
  field "title" { type = char(40) }
  field "city" { type = char(40) }
  field "begins" { type = integer }
  field "ends" {
    type = integer
    null = true
  }
`

// declaredSites are one model with ever other constraints and indexes; each is
// reached from the one before it, and led back to it.
var declaredSites = []struct{ name, blocks string }{
	{"nothing", event + "}\n"},
	{"all kinds", event + `
  check "ends_later" { condition = event.ends > event.begins && length(trim(event.title)) > 0 }
  unique "one_a_day" { fields = ["title", "begins"] }
  unique "title_any_case" {
    expressions = [lower(event.title), event.begins + 1]
    condition   = event.ends == null || !(event.city == "it's")
  }
  index "by_city" {
    fields    = ["city", "-begins"]
    condition = event.begins >= 0
  }
  index "by_length" { expressions = [desc(length(event.title)), coalesce(event.ends, event.begins)] }
}
`},
	{"changed", event + `
  check "ends_later" { condition = event.ends >= event.begins }
  unique "one_a_day" { fields = ["title", "city", "begins"] }
  index "by_city" { fields = ["city"] }
}
`},
	{"column renamed", strings.Replace(event, `field "city" { type = char(40) }`, `field "town" {
    type         = char(40)
    renamed_from = "city"
  }`, 1) + `
  check "ends_later" { condition = event.ends >= event.begins }
  unique "one_a_day" { fields = ["title", "town", "begins"] }
  index "by_city" { fields = ["town"] }
}
`},
	{"table renamed and column typed anew", strings.NewReplacer(`"event"`, `"meeting"`, `"begins" { type = integer }`, `"begins" { type = big_integer }`,
		`field "city" { type = char(40) }`, "field \"town\" { type = char(40) }\n  renamed_from = \"event\"").Replace(event) + `
  check "ends_later" { condition = meeting.ends >= meeting.begins }
  unique "one_a_day" { fields = ["title", "town", "begins"] }
  index "by_city" { fields = ["town"] }
}
`},
	{"column gone", `model "meeting" {
  field "title" { type = char(40) }
  unique "one_a_day" { fields = ["title"] }
}
`},
	{"computed and given", `model "meeting" {
  field "title" {
    type       = char(40)
    db_default = "it's"
  }
  field "seats" {
    type       = integer
    db_default = 3
  }
  field "key" {
    type       = uuid
    default    = uuid()
    db_default = uuid()
  }
  field "made" {
    type       = datetime
    db_default = now()
  }
  field "double" {
    type      = integer
    generated = meeting.seats * 2
  }
  field "loud" {
    type      = char(40)
    generated = upper(meeting.title)
  }
}
`},
	{"otherwise computed", `model "meeting" {
  field "title" { type = char(40) }
  field "seats" {
    type       = integer
    db_default = 4
  }
  field "double" {
    type      = integer
    generated = meeting.seats * 2 + 1
  }
  field "loud" { type = char(40) }
}
`},
}

// Ensure constraints, indexes, defaults and generated fields are made, changed,
// renamed and dropped, forward and back, and that the database has then what it
// would have if it were made at once.
func TestDeclared(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		var shapes []string
		for i, s := range declaredSites {
			m := p.migrate(site(t, s.blocks))
			if m == nil {
				t.Fatalf("%s: there is no migration", s.name)
			}
			p.done(site(t, s.blocks))
			shapes = append(shapes, p.shape())
			fresh := newProjectOn(t, engine)
			fresh.migrate(site(t, strings.NewReplacer(`renamed_from = "city"`, "", `renamed_from = "event"`, "").Replace(s.blocks)))
			if got, want := p.shape(), fresh.shape(); got != want {
				t.Errorf("%s: the database differs from one that is made at once:\n%s\nafter\n%s", s.name, difference(got, want), m.SQL)
			}
			if i == 0 {
				p.script(`INSERT INTO event (title, city, begins) VALUES ('a', 'b', 1)`)
			}
		}
		for i := len(declaredSites) - 1; i > 0; i-- {
			if _, err := p.migrator().Revert(ctx); err != nil {
				t.Fatalf("%s, back: %v", declaredSites[i].name, err)
			}
			p.inspected()
			if got := p.shape(); got != shapes[i-1] {
				t.Errorf("%s, back:\n%s", declaredSites[i].name, difference(got, shapes[i-1]))
			}
		}
	})
}

// shape is what the database says of the declared parts, in its own words.
func (p *project) shape() string {
	p.Helper()
	if p.engine == "postgres" {
		return strings.ReplaceAll(p.rows(`SELECT x FROM (
	SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS x FROM pg_constraint WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND connamespace = current_schema()::regnamespace
	UNION ALL SELECT regexp_replace(indexdef, ' ON [^ .]+\.', ' ON ') FROM pg_indexes WHERE schemaname = current_schema()
	UNION ALL SELECT table_name || '.' || column_name || ' ' || data_type || coalesce(character_maximum_length::text, '') || coalesce(' ' || numeric_precision || ',' || numeric_scale, '') || is_identity || ' ' || is_nullable || coalesce(column_default, '') || coalesce(generation_expression, '') FROM information_schema.columns WHERE table_schema = current_schema()
) AS all_of_it WHERE x NOT LIKE '%stackgen_migrations%' ORDER BY x COLLATE "C"`), "|", "\n")
	}
	now, err := p.inspect()
	if err != nil {
		p.Fatal(err)
	}
	return nameOfIndex.ReplaceAllString(now.canonical(), "$1")
}

// nameOfIndex is the name of a column's own index, which stays when its table is renamed.
var nameOfIndex = regexp.MustCompile(`(?m)^(index \S+) .*$`)

// Ensure that an index and a constraint that were written by hand stay, that a
// model may take them over by name, and that what it declares no more is dropped.
func TestDeclaredAndWritten(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(site(t, event+"}\n"))
		p.write("0002_by_hand.sql", "-- migrate: up\nCREATE INDEX \"hand\" ON \"event\" (\"city\");\nCREATE INDEX \"mine\" ON \"event\" (\"city\", \"begins\");\n\n-- migrate: down\nDROP INDEX \"mine\";\nDROP INDEX \"hand\";\n")
		p.apply()
		p.done(site(t, event+"}\n"))
		p.done(site(t, event+"  index \"mine\" { fields = [\"city\", \"begins\"] }\n}\n"))
		if m := p.migrate(site(t, event+"  index \"mine\" { fields = [\"-begins\"] }\n}\n")); m == nil || !strings.Contains(string(m.SQL), "-- migrate: managed mine") {
			t.Fatalf("the index is not taken over: %v", m)
		}
		m := p.migrate(site(t, event+"}\n"))
		if m == nil || !strings.Contains(string(m.SQL), `DROP INDEX "mine"`) || strings.Contains(strings.Split(string(m.SQL), "-- migrate: down")[0], "hand") {
			t.Fatalf("what no model declares is not dropped, or what was written by hand is: %s", m.SQL)
		}
	})
}

// Ensure that a migration whose rows break a constraint leaves everything as it was.
func TestDeclaredAgainstRows(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(site(t, event+"}\n"))
		p.script(`INSERT INTO event (title, city, begins, ends) VALUES ('a', 'b', 2, 1), ('a', 'b', 3, 4)`)
		for _, c := range []string{`check "later" { condition = event.ends > event.begins }`, `unique "city" { fields = ["city"] }`} {
			m, err := p.diff(site(t, event+c+"\n}\n"))
			if err != nil {
				t.Fatal(err)
			}
			p.write(m.File(), string(m.SQL))
			_, err = p.migrator().Apply(ctx, nil)
			if err == nil || !strings.Contains(err.Error(), "stopped at 0002_event_") || !strings.Contains(err.Error(), "nothing of it was kept") {
				t.Errorf("%s: %v", c, err)
			}
			p.remove(m.File())
			if n := p.rows("SELECT CAST(COUNT(*) AS text) FROM event"); n != "2" {
				t.Errorf("%s: %s rows are left", c, n)
			}
		}
	})
}

// Ensure the database holds what is declared, and says which constraint a row breaks.
func TestDeclaredHolds(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(site(t, declaredSites[1].blocks))
		p.script(`INSERT INTO event (title, city, begins, ends) VALUES ('A', 'b', 1, NULL)`)
		for _, row := range []struct{ values, want string }{
			{"'x', 'b', 5, 5", "refuses the row: ends_later"},
			{"' ', 'b', 5, 6", "refuses the row: ends_later"},
			{"'A', 'it''s', 1, 2", "another row of event has the same title and begins"},
			{"'a', 'b', 1, NULL", "title_any_case"},
			{"'a', 'it''s', 1, 2", ""}, // not among those that the condition is about
			{"'b', 'b', 1, NULL", ""},
		} {
			err := p.db.Session(ctx, func(s model.Session) error {
				_, err := s.Exec(ctx, "INSERT INTO event (title, city, begins, ends) VALUES ("+row.values+")", nil)
				return err
			})
			if got := fmt.Sprint(err); row.want == "" && err != nil || !strings.Contains(got, row.want) {
				t.Errorf("%s: %v, want %s", row.values, err, row.want)
			}
		}
	})
}

// Ensure indexes over several columns are inspected into blocks that make them again.
func TestInspectDeclared(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(site(t, declaredSites[2].blocks))
		now, err := p.inspect()
		if err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, now)
		for _, want := range []string{`unique "one_a_day" { fields = ["title", "city", "begins"] }`, `check "ends_later" { condition = event.ends >= event.begins }`} {
			if !strings.Contains(blocks, want) {
				t.Errorf("%s is missing in:\n%s", want, blocks)
			}
		}
		again, err := desired(load(t, blocks), dialectOf(engine))
		if err != nil {
			t.Fatal(err)
		}
		if names := strings.Join(again.names(), " "); names != "ends_later one_a_day by_city" {
			t.Errorf("the blocks declare %s", names)
		}
	})
}
