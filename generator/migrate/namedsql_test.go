package migrate

import (
	"strings"
	"testing"

	"stackgen.dev/generator/models"
)

// Ensure a statement is held against the models: its names, its parameters and
// the columns that it gives.
func TestNamedSQL(t *testing.T) {
	const model = "model \"post\" {\n  field \"title\" { type = char(20) }\n  field \"rank\" { type = integer }\n}\n"
	for _, row := range []struct{ name, block, want string }{
		{"rows", `sql "s" {
  query = "SELECT title, rank * :n AS more FROM post WHERE title <> ':n' -- :n"
  param "n" { type = integer }
  column "title" { type = char(20) }
  column "more" { type = integer }
}`, ""},
		{"changes", `sql "s" {
  query = "UPDATE post SET rank = rank + :n;"
  param "n" { type = integer }
}`, ""},
		{"unknown table", `sql "s" { query = "DELETE FROM posts" }`, "no such table: posts"},
		{"unknown column", `sql "s" {
  query = "SELECT titel FROM post"
  column "titel" { type = text }
}`, "no such column: titel"},
		{"syntax", `sql "s" { query = "DELETE post" }`, "syntax error"},
		{"other columns", `sql "s" {
  query = "SELECT rank, title FROM post"
  column "title" { type = text }
  column "rank" { type = integer }
}`, "gives the columns rank, title, and the block declares title, rank"},
		{"unknown parameter", `sql "s" { query = "DELETE FROM post WHERE rank = :rang" }`, "has :rang, which is none of its parameters"},
		{"parameter without effect", `sql "s" {
  query = "DELETE FROM post"
  param "n" { type = integer }
}`, "does not have :n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := site(t, model+row.block+"\n")
			diags := models.Check(s)
			if !diags.HasErrors() {
				diags = CheckSQL(s, nil)
			}
			var got []string
			for _, d := range diags {
				got = append(got, d.Detail)
			}
			if text := strings.Join(got, "\n"); row.want == "" && text != "" || !strings.Contains(text, row.want) {
				t.Errorf("got %q, want %q", text, row.want)
			}
		})
	}
}
