package migrate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/schema"
)

const shop = `model "author" {
  field "name" { type = char(20) }
  field "born" { type = date }
}
model "post" {
  field "title" { type = char(20) }
  field "rank" { type = integer }
  field "day" { type = date }
  field "author" {
    type      = foreign_key(model.author)
    on_delete = cascade
  }
}
`

// postgresStatements are statements with the columns they declare, and what is
// said of them; "" for nothing. Where nothing is said, PostgreSQL takes them too.
var postgresStatements = []struct{ name, query, columns, want string }{
	{"join", "SELECT a.name, COUNT(*) AS posts FROM author AS a JOIN post p ON p.author_id = a.id WHERE p.day >= DATE '2026-01-01' GROUP BY a.id, a.name ORDER BY posts DESC NULLS LAST LIMIT 3", "name posts", ""},
	{"functions and casts", "SELECT title || ':' || rank::text AS line, extract(year FROM day)::int AS y, date_trunc('month', day::timestamptz AT TIME ZONE 'UTC') AS m FROM post WHERE title ~* '^a' AND day > now() - interval '3 days'", "line y m", ""},
	{"with", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n", "i", ""},
	{"subqueries", "SELECT t.total, (SELECT max(rank) FROM post) AS most FROM (SELECT author_id, sum(rank) AS total FROM post GROUP BY author_id) AS t WHERE EXISTS (SELECT 1 FROM author AS a WHERE a.id = t.author_id)", "total most", ""},
	{"window", "SELECT title, row_number() OVER w AS place FROM post WINDOW w AS (PARTITION BY author_id ORDER BY rank DESC)", "title place", ""},
	{"insert", "INSERT INTO post (title, rank, day, author_id) SELECT name, 1, born, id FROM author ON CONFLICT (id) DO UPDATE SET rank = excluded.rank + 1 RETURNING id, title", "id title", ""},
	{"update from", "UPDATE post AS p SET rank = p.rank + 1 FROM author AS a WHERE a.id = p.author_id AND a.name IS DISTINCT FROM 'x'", "", ""},
	{"delete using", "DELETE FROM post USING author WHERE author.id = post.author_id AND author.born < '1900-01-01'", "", ""},
	{"sets and lists", "SELECT title FROM post WHERE rank = ANY (ARRAY[1, 2]) UNION SELECT name FROM author WHERE id IN (1, 2) ORDER BY 1", "title", ""},
	{"function as a table", "SELECT g.i, p.title FROM generate_series(1, 3) AS g(i) LEFT JOIN post AS p ON p.rank = g.i", "i title", ""},
	{"catalog", "SELECT c.relname::text AS name FROM pg_catalog.pg_class AS c WHERE c.relkind = 'r'", "name", ""},
	{"filter and grouping", "SELECT author_id, count(*) FILTER (WHERE rank > 3) AS high, string_agg(title, ', ' ORDER BY title COLLATE \"C\") AS all_titles FROM post GROUP BY GROUPING SETS ((author_id), ())", "author_id high all_titles", ""},
	{"lateral", "SELECT a.name, l.title FROM author a CROSS JOIN LATERAL (SELECT title FROM post p WHERE p.author_id = a.id ORDER BY rank DESC LIMIT 1) l", "name title", ""},
	{"case", "SELECT CASE WHEN rank > 3 THEN 'high' WHEN rank IS NULL THEN NULL ELSE 'low' END AS level, coalesce(nullif(title, ''), 'none') AS t, rank BETWEEN 1 AND 5 AS middle FROM post FOR UPDATE SKIP LOCKED", "level t middle", ""},
	{"json", `SELECT jsonb_build_object('t', title) ->> 't' AS t FROM post WHERE title = $$it's$$ -- and : more`, "t", ""},
	{"a view", "SELECT anything FROM old_report", "anything", ""},
	{"using", "SELECT name FROM author JOIN post USING (id)", "name", ""},

	{"no such table", "DELETE FROM posts", "", "there is no table posts; did you mean post?"},
	{"no such column", "SELECT titel FROM post", "titel", "there is no column titel; did you mean title?"},
	{"no such column of an alias", "SELECT p.titel FROM post AS p JOIN author AS a ON a.id = p.author_id", "titel", "the table post has no column titel; did you mean title?"},
	{"no such alias", "SELECT b.title FROM post AS p", "title", "there is no table or alias b"},
	{"no such column in a condition", "UPDATE post SET rank = 1 WHERE ranks = 2", "", "there is no column ranks; did you mean rank?"},
	{"no such column inserted", "INSERT INTO post (titel) VALUES ('x')", "", "there is no column titel"},
	{"bracket", "SELECT count((rank) AS n FROM post", "n", "a ( is not closed"},
	{"bracket too much", "SELECT rank) FROM post", "rank", "a ) closes nothing"},
	{"string", "SELECT title FROM post WHERE title = 'x", "title", "a string or quoted name does not end"},
	{"no statement", "EXPLODE post", "", "it begins with EXPLODE"},
	{"two statements", "DELETE FROM post; DELETE FROM author", "", "is several for PostgreSQL"},
	{"other columns", "SELECT rank, title FROM post", "title rank", "it gives the columns rank, title, and the block declares title, rank"},
	{"fewer columns", "SELECT title FROM post", "title rank", "it gives 1 columns, and the block declares 2 (title, rank)"},
	{"columns of a change", "DELETE FROM post", "title", "it gives 0 columns, and the block declares 1 (title)"},
	{"columns that nobody reads", "SELECT title FROM post", "", "it gives 1 columns, and the block declares 0"},
}

// Ensure what can be told of a statement for PostgreSQL without a server is told,
// and nothing is said of one that the server takes.
func TestNamedSQLPostgres(t *testing.T) {
	migrations, err := runtime.Parse("0001_view.sql", []byte("-- migrate: up\nCREATE OR REPLACE VIEW old_report AS SELECT 1 AS anything;\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := newProjectOn(t, "postgres")
	p.migrate(postgresSite(t, shop))
	p.script("CREATE VIEW old_report AS SELECT 1 AS anything")
	for _, row := range postgresStatements {
		t.Run(row.name, func(t *testing.T) {
			block := fmt.Sprintf("sql \"s\" {\n  query = %s\n", hclString(row.query))
			for _, c := range strings.Fields(row.columns) {
				block += fmt.Sprintf("  column %q { type = text }\n", c)
			}
			s := postgresSite(t, shop+block+"}\n")
			diags := models.Check(s)
			if !diags.HasErrors() {
				diags = CheckSQL(s, map[string][]runtime.File{"postgres": {migrations}})
			}
			var got []string
			for _, d := range diags {
				got = append(got, d.Detail)
			}
			if text := strings.Join(got, "\n"); row.want == "" && text != "" || !strings.Contains(text, row.want) {
				t.Errorf("got %q, want %q", text, row.want)
			}
			if row.want != "" {
				return
			}
			err := p.db.Session(ctx, func(s model.Session) error {
				columns, err := s.(model.Describer).Describe(ctx, row.query)
				if got := strings.Join(columns, " "); err == nil && got != row.columns {
					t.Errorf("the server gives the columns %s", got)
				}
				return err
			})
			if err != nil {
				t.Errorf("the server does not take it: %v", err)
			}
		})
	}
}

// postgresSite is a site on PostgreSQL alone.
func postgresSite(t *testing.T, blocks string) *schema.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.hcl")
	text := "site \"fixture\" {}\ndatabase { url = \"postgres:///test\" }\nview \"home\" { text = \"hi\" }\nroute \"/\" { view = view.home }\n" + blocks
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, _, diags := schema.Load(file)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return s
}
