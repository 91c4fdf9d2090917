package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqlite"
)

// verifySQLite applies the migration to an empty database and takes it back: the
// first must lead to want, the second to now, where it began.
func verifySQLite(m *Migration, files []runtime.File, now, want *state) error {
	f, err := runtime.Parse(m.File(), m.SQL)
	if err != nil {
		return fmt.Errorf("the migration that was planned does not parse: %w", err)
	}
	all := append(append([]runtime.File{}, files...), f)
	ctx := context.Background()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	migrator := runtime.New(db, all).WithoutFunctions()
	if _, err := migrator.Apply(ctx, nil); err != nil {
		return fmt.Errorf("the migration that was planned cannot be applied; write it by hand: %w", err)
	}
	reached, err := inspectAfter(db, all)
	if err != nil {
		return err
	}
	if got, wanted := reached.canonical(), want.canonical(); got != wanted {
		return fmt.Errorf("the migration that was planned does not lead to the models; write it by hand:\n%s", difference(got, wanted))
	}
	if _, err := migrator.Revert(ctx); err != nil {
		return fmt.Errorf("the migration that was planned cannot be taken back; write it by hand: %w", err)
	}
	back, err := inspectAfter(db, all)
	if err != nil {
		return err
	}
	if got, wanted := back.canonical(), now.canonical(); got != wanted {
		return fmt.Errorf("the way back of the migration that was planned does not lead to where it began; write it by hand:\n%s", difference(got, wanted))
	}
	return nil
}

// difference is the lines of two states that only one of them has.
func difference(got, want string) string {
	var b strings.Builder
	only := func(mark, list, other string) {
		have := map[string]bool{}
		for _, line := range strings.Split(other, "\n") {
			have[line] = true
		}
		for _, line := range strings.Split(list, "\n") {
			if !have[line] {
				b.WriteString("\t" + mark + " " + line + "\n")
			}
		}
	}
	only("missing", want, got)
	only("too much", got, want)
	return b.String()
}

// expected is what the models ask for, with what was written by hand beside it.
func expected(want, now *state, r renames) *state {
	e := want.clone()
	e.views, e.owned, e.triggers = now.views, now.owned, nil
	for _, t := range now.triggers {
		if !slices.ContainsFunc(now.tables, func(of *table) bool { return strings.EqualFold(of.name, t.on) }) {
			e.triggers = append(e.triggers, t) // of a view, or of a table that is no model's
		}
	}
	for _, t := range now.tables {
		name := t.name
		if renamed, ok := r.tables[name]; ok {
			name = renamed
		}
		stays := e.table(name)
		for _, trigger := range now.triggers {
			if strings.EqualFold(trigger.on, t.name) && stays != nil {
				e.triggers = append(e.triggers, trigger)
			}
		}
		if stays == nil {
			continue
		}
		before := t.clone()
		for old, column := range r.columns[name] {
			before.renameInText(old, column)
		}
		stays.kept, stays.suffix = t.kept, t.suffix
		stays.constraints = append(stays.constraints, before.constraints...)
		for i, c := range t.columns {
			column := c.name
			if renamed, ok := r.columns[name][column]; ok {
				column = renamed
			}
			if c := stays.column(column); c != nil && c.extra == "" && !now.owned[t.name+"."+t.columns[i].name] {
				c.extra = before.columns[i].extra
			}
		}
	}
	return e
}
