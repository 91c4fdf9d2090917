package migrate

import (
	"fmt"
	"sort"
	"strings"

	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqltext"
)

// replayPostgres is the state after migrations. There is no PostgreSQL to run
// them in where stackgen runs, so their statements are read: those that define
// tables and indexes are followed, those that change rows leave the state as it
// is. Tests hold the result against a real server.
func replayPostgres(files []runtime.File) (*state, error) {
	s := &state{dialect: sqltext.Postgres, owned: managed(files)}
	for _, f := range files {
		if err := s.follow(f.Up, f.UpLine); err != nil {
			return nil, fmt.Errorf("migrate: %s: %w", f.Name, err)
		}
	}
	return s.managed(files), nil
}

// managed is the state without what is no model's, in the order of names.
func (s *state) managed(files []runtime.File) *state {
	m := &state{dialect: s.dialect, views: s.views, owned: managed(files)}
	for _, t := range s.tables {
		if t.name != runtime.Table && !unmanaged(files, t.name) {
			m.tables = append(m.tables, t)
		}
	}
	m.claim(m.owned)
	sort.SliceStable(m.tables, func(i, j int) bool { return m.tables[i].name < m.tables[j].name })
	return m
}

// follow changes the state as the statements of a section change the database.
func (s *state) follow(section string, line int) error {
	for _, statement := range sqltext.Split(section) {
		if err := s.followOne(statement.Text); err != nil {
			return fmt.Errorf("line %d: %w", line+statement.Line-1, err)
		}
	}
	return nil
}

func (s *state) followOne(text string) error {
	d := newDDL(text)
	switch {
	case d.take("CREATE", "TABLE"):
		return s.followCreate(d)
	case d.take("ALTER", "TABLE"):
		return s.followAlter(d)
	case d.take("DROP", "TABLE"):
		d.take("IF", "EXISTS")
		for !d.done() && !d.is("CASCADE") && !d.is("RESTRICT") {
			s.drop(d.name())
			d.take(",")
		}
	case d.is("CREATE", "INDEX"), d.is("CREATE", "UNIQUE", "INDEX"):
		return s.followIndex(d)
	case d.take("DROP", "INDEX"):
		d.take("CONCURRENTLY")
		d.take("IF", "EXISTS")
		for !d.done() && !d.is("CASCADE") && !d.is("RESTRICT") {
			s.dropIndex(d.name())
			d.take(",")
		}
	case d.take("ALTER", "INDEX"):
		d.take("IF", "EXISTS")
		old := d.name()
		if d.take("RENAME", "TO") {
			s.renameIndex(old, d.name())
		}
	}
	return nil // rows, views, functions and rights are not the models'
}

func (s *state) followCreate(d *ddl) error {
	if d.is("IF", "NOT", "EXISTS") && s.table(unquoted(d.peek(3))) != nil {
		return nil
	}
	t, err := d.createTable()
	if err != nil {
		return err
	}
	if s.table(t.name) != nil {
		return fmt.Errorf("the table %s is there already", t.name)
	}
	t.dialect, t.suffix = sqltext.Postgres, ""
	t.claim(s.owned)
	for _, c := range t.columns {
		settle(c)
	}
	s.tables = append(s.tables, t)
	s.nameKeys()
	return nil
}

// settle brings a column that was read to the form that stackgen writes.
func settle(c *column) {
	serial := strings.Contains(c.typ, "serial")
	c.typ = canonicalType(c.typ)
	if serial {
		c.auto, c.null = true, false
	}
}

// nameKeys completes references that name no column: the table's key.
func (s *state) nameKeys() {
	for _, t := range s.tables {
		for _, c := range t.columns {
			if r := c.references; r != nil && r.column == "" {
				if target := s.table(r.table); target != nil {
					for _, k := range target.columns {
						if k.key {
							r.column = k.name
						}
					}
				}
			}
		}
	}
}

func (s *state) drop(name string) {
	var rest []*table
	for _, t := range s.tables {
		if t.name != name {
			rest = append(rest, t)
		}
	}
	s.tables = rest
}

// followIndex reads CREATE INDEX. An index on one column without more is one that
// stackgen writes; any other was written by hand.
func (s *state) followIndex(d *ddl) error {
	d.at++
	unique := d.take("UNIQUE")
	d.at++
	d.take("CONCURRENTLY")
	d.take("IF", "NOT", "EXISTS")
	name := ""
	if !d.is("ON") {
		name = d.name()
	}
	if !d.take("ON") {
		return fmt.Errorf("an index without a table")
	}
	d.take("ONLY")
	t := s.table(d.name())
	if t == nil {
		return nil
	}
	plain := !d.is("USING")
	if !plain {
		d.at += 2
		plain = d.tokens[d.at-1].Text == "btree"
	}
	columns, err := d.bracketed()
	if err != nil {
		return err
	}
	tokens := sqltext.Tokens(columns)
	if plain && !unique && d.done() && len(tokens) == 1 {
		if column := unquoted(tokens[0].Text); t.column(column) != nil && (name == "" || name == indexName(t.name, column)) {
			t.indexes = append(t.indexes, index{indexName(t.name, column), column})
			return nil
		}
	}
	t.kept = append(t.kept, object{name, d.text})
	t.claim(s.owned)
	return nil
}

func (s *state) dropIndex(name string) {
	for _, t := range s.tables {
		for i, index := range t.indexes {
			if index.name == name {
				t.indexes = append(t.indexes[:i:i], t.indexes[i+1:]...)
				return
			}
		}
		for i, x := range t.declared {
			if x.name == name {
				t.declared = append(t.declared[:i:i], t.declared[i+1:]...)
				return
			}
		}
		for i, k := range t.kept {
			if k.name == name {
				t.kept = append(t.kept[:i:i], t.kept[i+1:]...)
				return
			}
		}
	}
}

func (s *state) renameIndex(old, name string) {
	for _, t := range s.tables {
		for i := range t.indexes {
			if t.indexes[i].name == old {
				t.indexes[i].name = name
			}
		}
		for i := range t.kept {
			if t.kept[i].name == old {
				t.kept[i].name = name
			}
		}
	}
}

// verifyPostgres follows the migration: forward it must lead to want, backward
// to now.
func verifyPostgres(m *Migration, files []runtime.File, now, want *state) error {
	f, err := runtime.Parse(m.File(), m.SQL)
	if err != nil {
		return fmt.Errorf("the migration that was planned does not parse: %w", err)
	}
	s := now.clone()
	s.owned = managed(append(append([]runtime.File{}, files...), f))
	if err := s.follow(f.Up, f.UpLine); err != nil {
		return fmt.Errorf("the migration that was planned cannot be followed; write it by hand: %w", err)
	}
	if got, wanted := s.canonical(), want.canonical(); got != wanted {
		return fmt.Errorf("the migration that was planned does not lead to the models; write it by hand:\n%s", difference(got, wanted))
	}
	if err := s.follow(f.Down, f.DownLine); err != nil {
		return fmt.Errorf("the way back of the migration that was planned cannot be followed; write it by hand: %w", err)
	}
	if got, wanted := s.canonical(), now.canonical(); got != wanted {
		return fmt.Errorf("the way back of the migration that was planned does not lead to where it began; write it by hand:\n%s", difference(got, wanted))
	}
	return nil
}
