package testsite_test

import (
	"errors"
	"fmt"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure the bulk forms read back what the database makes of rows: keys, and what
// it computes.
func TestBulkReadsBack(t *testing.T) {
	db := memory(t)
	check := func(what string, row *Tally) {
		t.Helper()
		stored, err := GetTally(db, row.ID)
		must(t, err)
		if fmt.Sprint(*row) != fmt.Sprint(*stored) || row.Twice != 2*row.N {
			t.Errorf("%s: %+v is stored as %+v", what, *row, *stored)
		}
	}
	rows := []*Tally{{Name: "a", N: 1}, {ID: 50, Name: "b", N: 2}, {Name: "c", N: 3}, {Name: "d", N: 4}, {Name: "e", N: 5}}
	must(t, model.BulkCreate(db, rows, model.BatchSize[Tally](2)))
	for _, row := range rows {
		check("created", row)
	}
	if rows[1].ID != 50 || rows[0].Shout != "A" || rows[4].Shout != "E" {
		t.Errorf("%+v", rows)
	}

	for _, row := range rows {
		row.N *= 10
		row.Name = "n" + row.Name
	}
	must(t, model.BulkUpdate(db, rows, TallyField.N))
	for _, row := range rows {
		if row.Name[0] != 'n' {
			t.Errorf("a field that was not asked for is read back: %+v", *row)
		}
		row.Name = row.Name[1:]
		check("updated", row)
	}
	if err := model.BulkUpdate(db, []*Tally{{ID: 999}}, TallyField.N); !errors.Is(err, model.ErrNotFound) {
		t.Error(err)
	}

	// A row that is there gets the new values, and its key and fields are known.
	again := []*Tally{{Name: "a", N: 7}, {Name: "f", N: 8}}
	must(t, model.BulkCreate(db, again, model.UpdateConflicts([]model.Column[Tally]{TallyField.Name}, []model.Column[Tally]{TallyField.N})))
	if again[0].ID != rows[0].ID {
		t.Errorf("the key of a row that was there: %+v", again[0])
	}
	check("met", again[0])
	check("new beside it", again[1])
	must(t, model.BulkCreate(db, []*Tally{{Name: "a", N: 1}, {Name: "g", N: 1}}, model.IgnoreConflicts[Tally](), model.BatchSize[Tally](1)))
	if n, err := Tallies(db).Count(); err != nil || n != 7 {
		t.Error(n, err)
	}
}
