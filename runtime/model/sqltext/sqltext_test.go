package sqltext

import (
	"fmt"
	"strings"
	"testing"
)

var (
	id     = Column{Table: "post", Name: "id"}
	status = Column{Table: "post", Name: "status", Null: true}
)

func eq(c Column, v Value) Expr { return Compare{Left: c, Op: Eq, Right: Bind(v)} }

// Ensure conditions are written with the brackets they need and no others.
func TestExpr(t *testing.T) {
	a, b := eq(id, Int(1)), eq(status, Text("x"))
	for _, c := range []struct {
		name string
		expr Expr
		want string
	}{
		{"comparison", a, `"post"."id" = ?1`},
		{"ne", Compare{id, Ne, Bind(Int(1))}, `"post"."id" <> ?1`},
		{"ne with null", Compare{status, Ne, Bind(Text("x"))}, `"post"."status" IS DISTINCT FROM ?1`},
		{"like", Compare{status, Like, Bind(Text("x%"))}, `"post"."status" LIKE ?1 ESCAPE '\'`},
		{"and", And{a, b}, `"post"."id" = ?1 AND "post"."status" = ?2`},
		{"or in and", And{Or{a, b}, a}, `("post"."id" = ?1 OR "post"."status" = ?2) AND "post"."id" = ?3`},
		{"and in or", Or{And{a, b}, a}, `("post"."id" = ?1 AND "post"."status" = ?2) OR "post"."id" = ?3`},
		{"one term", And{Or{a}}, `"post"."id" = ?1`},
		{"nothing holds always", And{}, `1`},
		{"nothing never holds", Or{}, `0`},
		{"not", Not{Or{a, b}}, `("post"."id" = ?1 OR "post"."status" = ?2) IS NOT TRUE`},
		{"not not", Not{Not{a}}, `(("post"."id" = ?1) IS NOT TRUE) IS NOT TRUE`},
		{"null", IsNull{Of: status}, `"post"."status" IS NULL`},
		{"not null", IsNull{Of: status, Negated: true}, `"post"."status" IS NOT NULL`},
		{"in", In{id, []Operand{Bind(Int(1)), {Value: Int(2), Literal: true}, {Param: 7}}}, `"post"."id" IN (?1, 2, ?7)`},
		{"in nothing", In{id, nil}, `0`},
		{"names are quoted", IsNull{Of: Column{Name: `a"b`}}, `"a""b" IS NULL`},
	} {
		var w Writer
		c.expr.write(&w, false)
		if got := w.SQL(); got != c.want {
			t.Errorf("%s: got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// Ensure literals read back as the value they stand for.
func TestLiteral(t *testing.T) {
	for want, v := range map[string]Value{
		"NULL": {}, "-7": Int(-7), "1": Bool(true), "0": Bool(false), "2.0": Float(2), "0.1": Float(0.1), "1e+300": Float(1e300), "'it''s'": Text("it's"), "''": Text(""),
	} {
		if got := string(v.AppendLiteral(nil)); got != want {
			t.Errorf("%#v: got %s, want %s", v, got, want)
		}
	}
}

// Ensure statements have their clauses in order.
func TestStatements(t *testing.T) {
	two := Bind(Int(2))
	editor := Related{Path{{Table: "author", Alias: "editor", Column: "editor_id", Key: "id", PK: "id", Optional: true}}, []string{"id"}}
	sel := Select{Table: "post", Columns: []string{"id", "title"}, Related: []Related{editor}, Where: eq(id, Int(1)), Order: []Order{{By: id, Descending: true}, {By: status}}, Limit: &two, Offset: &two}
	for want, write := range map[string]func(*Writer){
		"SELECT \"post\".\"id\", \"post\".\"title\", \"editor\".\"id\"\nFROM \"post\"\nLEFT JOIN \"author\" AS \"editor\" ON \"editor\".\"id\" = \"post\".\"editor_id\"\n" +
			"WHERE \"post\".\"id\" = ?1\nORDER BY \"post\".\"id\" DESC, \"post\".\"status\"\nLIMIT ?2 OFFSET ?3": sel.Write,
		"SELECT COUNT(*)\nFROM \"post\"":                                          (&Select{Table: "post"}).WriteCount,
		"SELECT COUNT(*) FROM (\nSELECT 1\nFROM \"post\"\nLIMIT -1 OFFSET ?1\n)":  (&Select{Table: "post", Offset: &two}).WriteCount,
		"SELECT EXISTS (\nSELECT 1\nFROM \"post\"\nLIMIT ?1\n)":                   (&Select{Table: "post", Limit: &two}).WriteExists,
		"UPDATE \"post\"\nSET \"a\" = ?1, \"b\" = ?2\nWHERE \"post\".\"id\" = ?3": (&Update{Table: "post", Set: []Assignment{{"a", two}, {"b", two}}, Where: eq(id, Int(1))}).Write,
		"DELETE FROM \"post\"":                                 (&Delete{Table: "post"}).Write,
		"INSERT INTO \"post\" (\"a\", \"b\")\nVALUES (?1, ?2)": (&Insert{Table: "post", Set: []Assignment{{"a", two}, {"b", two}}}).Write,
		"INSERT INTO \"post\" DEFAULT VALUES":                  (&Insert{Table: "post"}).Write,
	} {
		var w Writer
		write(&w)
		if got := w.SQL(); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// Ensure a pattern finds its text literally.
func TestLikePattern(t *testing.T) {
	if got := fmt.Sprint(LikePattern("%", `50%_\`, "")); got != `%50\%\_\\` {
		t.Errorf("got %s", got)
	}
}

// Ensure a table that is joined to itself has two names for every database: SQLite does
// not tell them apart by their case, and PostgreSQL cuts long ones off.
func TestAliases(t *testing.T) {
	long := strings.Repeat("long_name_", 7)
	self := func(table, alias string) *Select {
		step := Step{Table: table, Alias: alias, Column: "parent_id", Key: "id", PK: "id", Optional: true}
		return &Select{Table: table, Columns: []string{"id"}, Related: []Related{{Path{step}, []string{"id"}}}}
	}
	for _, c := range []struct {
		dialect Dialect
		s       *Select
		want    string
	}{
		{SQLite, self("Category", "category"), `SELECT "Category"."id", "category_2"."id"
FROM "Category"
LEFT JOIN "Category" AS "category_2" ON "category_2"."id" = "Category"."parent_id"`},
		{SQLite, self(long, long), `SELECT "` + long + `"."id", "` + long + `_2"."id"
FROM "` + long + `"
LEFT JOIN "` + long + `" AS "` + long + `_2" ON "` + long + `_2"."id" = "` + long + `"."parent_id"`},
		{Postgres, self(long, long), `SELECT "` + long[:63] + `"."id", "` + long[:61] + `_2"."id"
FROM "` + long + `" AS "` + long[:63] + `"
LEFT JOIN "` + long + `" AS "` + long[:61] + `_2" ON "` + long[:61] + `_2"."id" = "` + long[:63] + `"."parent_id"`},
	} {
		w := NewWriter(c.dialect)
		c.s.Write(w)
		if got := w.SQL(); got != c.want {
			t.Errorf("%v: got\n%s\nwant\n%s", c.dialect, got, c.want)
		}
	}
}
