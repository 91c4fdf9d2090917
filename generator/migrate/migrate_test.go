package migrate

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/schema"
)

var (
	author = block("author", field("name", "char(50)", "unique = true"))
	post   = block("post",
		field("title", "char(80)"),
		field("slug", "slug"),
		field("author", "foreign_key(model.author)", "on_delete = cascade"))
	comment = block("comment",
		field("post", "foreign_key(model.post)", "on_delete = cascade"),
		field("text", "text"))
	blog = author + post + comment
)

// blogRows are two posts, each with a comment; the last key was given out and is free.
const blogRows = `INSERT INTO author VALUES (1, 'Ada'), (2, 'Bob');
INSERT INTO post (id, title, slug, author_id) VALUES (1, 'first', 'a', 1), (2, '2', 'b', 2), (9, 'gone', 'c', 2);
DELETE FROM post WHERE id = 9;
INSERT INTO comment (id, post_id, text) VALUES (1, 1, 'x'), (2, 2, 'y');`

// Ensure the first migration makes the tables, and reads as a person would write it.
func TestInitial(t *testing.T) {
	p := newProject(t)
	s := site(t, blog)
	m := p.migrate(s)
	const want = `-- Written by stackgen migrate diff. Review it, change it where you must, commit it.
-- create table author
-- create table post
-- create table comment

-- migrate: up
CREATE TABLE "author" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"name" varchar(50) NOT NULL UNIQUE
);
CREATE TABLE "post" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"title" varchar(80) NOT NULL,
	"slug" varchar(50) NOT NULL,
	"author_id" bigint NOT NULL REFERENCES "author" ("id") ON DELETE CASCADE
);
CREATE TABLE "comment" (
	"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
	"post_id" bigint NOT NULL REFERENCES "post" ("id") ON DELETE CASCADE,
	"text" text NOT NULL
);
CREATE INDEX "post_slug_idx" ON "post" ("slug");
CREATE INDEX "post_author_id_idx" ON "post" ("author_id");
CREATE INDEX "comment_post_id_idx" ON "comment" ("post_id");

-- migrate: down
-- destructive: drops table comment
DROP TABLE "comment";
-- destructive: drops table post
DROP TABLE "post";
-- destructive: drops table author
DROP TABLE "author";
`
	if m.File() != "0001_initial.sql" || string(m.SQL) != want {
		t.Errorf("%s:\n%s", m.File(), m.SQL)
	}
	if len(m.Destructive) != 0 {
		t.Errorf("destructive: %v", m.Destructive)
	}
	p.done(s)
	if _, err := m.Write(p.dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("written over the file: %v", err)
	}
}

// Ensure each change of the models becomes the right step, keeps what can be
// kept, and can be taken back.
func TestChanges(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(blog, old, new, 1) }
	title := field("title", "char(80)")
	for _, c := range []struct {
		name, models, file, destructive string
		query, want, back               string // what the query has after the way forward, and after the way back
	}{
		{
			"add a field with null", with(title, title+field("subtitle", "char(40)", "null = true")),
			"0002_post_subtitle.sql", "",
			"SELECT id || title || coalesce(subtitle, '-') FROM post ORDER BY id", "1first-|22-", "",
		},
		{
			"add a field with a default", with(title, title+field("views", "positive_integer", "default = 7")),
			"0002_post_views.sql", "",
			"SELECT title || views FROM post ORDER BY id", "first7|27", "",
		},
		{
			"add a blank text", with(title, title+field("intro", "text", "blank = true")),
			"0002_post_intro.sql", "",
			"SELECT title || '[' || intro || ']' FROM post ORDER BY id", "first[]|2[]", "",
		},
		{
			"add the time of saving", with(title, title+field("at", "datetime", "auto_now = true")),
			"0002_post_at.sql", "",
			"SELECT count(*) || '' FROM post WHERE CAST(at AS text) LIKE '20__-__-__ __:__:__%'", "2", "",
		},
		{
			"drop a field", with(title, ""),
			"0002_remove_post_title.sql", "drops column post.title",
			"SELECT id || slug FROM post ORDER BY id", "1a|2b", "1a|2b",
		},
		{
			"drop a foreign key", with(field("author", "foreign_key(model.author)", "on_delete = cascade"), ""),
			"0002_remove_post_author_id.sql", "drops column post.author_id",
			"SELECT id || title FROM post ORDER BY id", "1first|22", "-",
		},
		{
			"rename a field", with(title, field("headline", "char(80)", `renamed_from = "title"`)),
			"0002_rename_title_post_headline.sql", "",
			"SELECT id || headline FROM post ORDER BY id", "1first|22", "",
		},
		{
			"rename a foreign key", with(`field "author" {`, "field \"writer\" {\n renamed_from = \"author\""),
			"0002_rename_author_id_post_writer_id.sql", "",
			"SELECT name FROM post JOIN author ON author.id = writer_id", "Ada|Bob", "",
		},
		{
			"rename a model", strings.NewReplacer(`model "post" {`, "model \"article\" {\n renamed_from = \"post\"", "model.post", "model.article").Replace(blog),
			"0002_rename_post_article.sql", "",
			"SELECT title || text FROM comment JOIN article ON article.id = post_id", "firstx|2y", "",
		},
		{
			"change a type", with(title, field("title", "integer")),
			"0002_alter_post_title.sql", "changes column post.title from varchar(80) to integer: text that is no number becomes 0",
			"SELECT id || '=' || title FROM post ORDER BY id", "1=0|2=2", "1=0|2=2",
		},
		{
			"change the length", with(title, field("title", "char(100)")),
			"0002_alter_post_title.sql", "",
			"SELECT id || title FROM post ORDER BY id", "1first|22", "1first|22",
		},
		{
			"allow null", with(title, field("title", "char(80)", "null = true")),
			"0002_alter_post_title.sql", "",
			"SELECT id || title FROM post ORDER BY id", "1first|22", "1first|22",
		},
		{
			"make unique", with(field("slug", "slug"), field("slug", "slug", "unique = true")),
			"0002_alter_post_slug.sql", "",
			"SELECT slug FROM post ORDER BY id", "a|b", "a|b",
		},
		{
			"change on_delete", with("on_delete = cascade", "on_delete = protect"),
			"0002_alter_post_author.sql", "",
			"SELECT text FROM comment ORDER BY id", "x|y", "x|y",
		},
		{
			"add an index", with(title, field("title", "char(80)", "index = true")),
			"0002_index_post_title.sql", "",
			"SELECT title FROM post WHERE title = '2'", "2", "2",
		},
		{
			"drop a model", author + post,
			"0002_delete_comment.sql", "drops table comment",
			"SELECT title FROM post ORDER BY id", "first|2", "first|2",
		},
		{
			"add a model", blog + block("tag", field("name", "slug")),
			"0002_tag.sql", "",
			"SELECT count(*) || '' FROM tag", "0", "",
		},
		{
			"much at once", with(title, field("a", "text", `default = ""`)+field("b", "text", `default = ""`)+field("c", "text", `default = ""`)+field("the_last_of_many_fields", "text", `default = ""`)),
			"0002_post_a_post_b_post_c_post_the_last_of_many_fields_and_more.sql", "drops column post.title",
			"SELECT slug FROM post ORDER BY id", "a|b", "a|b",
		},
	} {
		eachNamed(t, c.name, func(t *testing.T, engine string) {
			p := newProjectOn(t, engine)
			p.migrate(site(t, blog))
			p.script(blogRows)
			s := site(t, c.models)
			m := p.migrate(s)
			if m == nil {
				t.Fatal("nothing to do")
			}
			if m.File() != c.file {
				t.Errorf("file %s, want %s", m.File(), c.file)
			}
			if got := strings.Join(m.Destructive, "; "); got != c.destructive {
				t.Errorf("destructive %q, want %q", got, c.destructive)
			}
			if c.destructive != "" && !strings.Contains(string(m.SQL), "\n-- destructive: "+c.destructive+"\n") {
				t.Errorf("the loss is not marked in:\n%s", m.SQL)
			}
			if got := p.rows(c.query); got != c.want {
				t.Errorf("%s: got %q, want %q\n%s", c.query, got, c.want, m.SQL)
			}
			if c.name != "drop a model" {
				if got := p.rows("SELECT text FROM comment ORDER BY id"); got != "x|y" {
					t.Errorf("comments: %q", got)
				}
			}
			p.done(s)

			_, err := p.migrator().Revert(ctx)
			if c.back == "-" {
				if err == nil {
					t.Error("a foreign key came back out of nothing")
				}
				p.inspected()
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p.inspected()
			if got := p.rows("SELECT slug || author_id FROM post ORDER BY id"); got != "a1|b2" {
				t.Errorf("after the way back: %q", got)
			}
			if c.back != "" {
				if got := p.rows(c.query); got != c.back {
					t.Errorf("%s after the way back: got %q, want %q", c.query, got, c.back)
				}
			}
		})
	}
}

// Ensure a rebuild keeps indexes, foreign keys, triggers, views, and gives no key out twice.
func TestRebuildKeeps(t *testing.T) {
	p := newProject(t)
	p.migrate(site(t, blog))
	byHand := `-- migrate: unmanaged log
-- migrate: up
CREATE TABLE log (line text);
CREATE UNIQUE INDEX post_pair ON post (author_id, slug);
CREATE TRIGGER post_log AFTER INSERT ON post BEGIN INSERT INTO log VALUES (new.slug); END;
CREATE VIEW titles AS SELECT title FROM post;
-- migrate: down
DROP VIEW titles;
DROP TRIGGER post_log;
DROP INDEX post_pair;
DROP TABLE log;
`
	if err := os.WriteFile(filepath.Join(p.dir, "0002_by_hand.sql"), []byte(byHand), 0o644); err != nil {
		t.Fatal(err)
	}
	p.apply()
	p.done(site(t, blog))
	p.script(blogRows)
	s := site(t, strings.Replace(blog, field("title", "char(80)"), field("title", "char(80)")+field("views", "integer", "default = 0"), 1))
	p.migrate(s)
	p.done(s)
	p.script(`INSERT INTO post (title, slug, views, author_id) VALUES ('new', 'd', 1, 1)`)
	for sql, want := range map[string]string{
		"SELECT id || '' FROM post ORDER BY id":                                             "1|2|10",
		"SELECT line FROM log ORDER BY rowid":                                               "a|b|c|d",
		"SELECT title FROM titles ORDER BY title":                                           "2|first|new",
		"SELECT name FROM sqlite_schema WHERE type = 'index' AND sql <> '' ORDER BY name":   "comment_post_id_idx|post_author_id_idx|post_pair|post_slug_idx",
		"SELECT \"table\" || on_delete FROM pragma_foreign_key_list('comment')":             "postCASCADE",
		"SELECT \"table\" || on_delete FROM pragma_foreign_key_list('post')":                "authorCASCADE",
		"SELECT count(*) || '' FROM sqlite_schema WHERE name LIKE 'new\\_\\_%' ESCAPE '\\'": "0",
	} {
		if got := p.rows(sql); got != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
	if _, err := p.migrator().Revert(ctx); err != nil {
		t.Fatal(err)
	}
	if got := p.rows("SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY name"); got != "post_log|titles" {
		t.Errorf("after the way back: %q", got)
	}
}

// Ensure a rebuild keeps triggers of other tables and of views that name the table, on
// the way forward and on the way back.
func TestRebuildKeepsTriggersAround(t *testing.T) {
	p := newProject(t)
	p.migrate(site(t, blog))
	byHand := `-- migrate: unmanaged log
-- migrate: up
CREATE TABLE log (line text);
CREATE VIEW titles AS SELECT id, title FROM post;
CREATE TRIGGER title_given INSTEAD OF UPDATE ON titles BEGIN UPDATE post SET title = new.title WHERE id = old.id; END;
CREATE TRIGGER log_shouts AFTER INSERT ON log BEGIN UPDATE post SET title = upper(title); END;
CREATE TRIGGER author_log AFTER UPDATE ON author BEGIN INSERT INTO log SELECT title FROM titles WHERE id = 1; END;
-- migrate: down
DROP VIEW titles;
DROP TABLE log;
DROP TRIGGER author_log;
`
	if err := os.WriteFile(filepath.Join(p.dir, "0002_by_hand.sql"), []byte(byHand), 0o644); err != nil {
		t.Fatal(err)
	}
	p.apply()
	p.script(blogRows)
	works := func(when, title string) {
		t.Helper()
		p.script("UPDATE titles SET title = '" + title + "' WHERE id = 1; UPDATE author SET name = name WHERE id = 1;")
		if got := p.rows("SELECT line FROM log ORDER BY rowid DESC LIMIT 1"); got != title {
			t.Errorf("%s: the log says %q", when, got)
		}
		if got := p.rows("SELECT title FROM post WHERE id = 1"); got != strings.ToUpper(title) {
			t.Errorf("%s: the title is %q", when, got)
		}
	}
	works("before", "one")
	p.migrate(site(t, strings.Replace(blog, field("title", "char(80)"), field("title", "char(80)")+field("views", "integer", "default = 0"), 1)))
	works("rebuilt", "two")
	if _, err := p.migrator().Revert(ctx); err != nil {
		t.Fatal(err)
	}
	works("taken back", "three")
}

// Ensure what only the user can decide is said with the place and the words to write.
func TestNeedsTheUser(t *testing.T) {
	title := field("title", "char(80)")
	for _, c := range []struct{ name, models, want string }{
		{"no value for rows", strings.Replace(blog, title, title+field("body", "text"), 1),
			"migrate: the new field body has no value for the rows of post that exist; write default = ... or null = true in its block"},
		{"no row to point at", strings.Replace(blog, title, title+field("editor", "foreign_key(model.author)", "on_delete = cascade"), 1),
			"migrate: the new field editor has no value for the rows of post that exist; write null = true in its block"},
		{"no way between types", strings.Replace(blog, title, field("title", "date"), 1),
			"migrate: there is no way from varchar(80) to date for the column post.title; add a field with another name, or write the migration by hand"},
		{"too many digits", blog + block("price", field("amount", "decimal(18, 2)")),
			"migrate: SQLite keeps 15 digits of a decimal exactly, and the field amount of the model price has 18; give it fewer, or use an integer in the smallest unit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t)
			p.migrate(site(t, blog))
			m, err := p.diff(site(t, c.models))
			var user *Error
			if m != nil || !errors.As(err, &user) || err.Error() != c.want {
				t.Fatalf("got %v, %v\nwant %s", m, err, c.want)
			}
			if user.Range.Start.Line == 0 {
				t.Error("without a place")
			}
		})
	}
}

// Ensure a field that loses its null stops at rows that have one, and says so in the file.
func TestNullToNotNull(t *testing.T) {
	with := func(attr string) *schema.Site {
		return site(t, block("a", field("x", "integer", attr)))
	}
	p := newProject(t)
	p.migrate(with("null = true"))
	p.script("INSERT INTO a (x) VALUES (1), (NULL)")
	m, err := p.diff(with("null = false"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(m.SQL), "-- stops if a row of a has no x") {
		t.Errorf("not said in:\n%s", m.SQL)
	}
	if _, err := m.Write(p.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := p.migrator().Apply(ctx, nil); err == nil || !strings.Contains(err.Error(), "stopped at 0002_alter_a_x.sql: line 10: model: new__a.x must have a value") {
		t.Errorf("got %v", err)
	}
	p.script("UPDATE a SET x = 0 WHERE x IS NULL")
	p.apply()
	if got := p.rows("SELECT x || '' FROM a ORDER BY x"); got != "0|1" {
		t.Errorf("rows %q", got)
	}

	p = newProject(t)
	p.migrate(with("null = true"))
	p.script("INSERT INTO a (x) VALUES (1), (NULL)")
	p.migrate(with("default = 5"))
	if got := p.rows("SELECT x || '' FROM a ORDER BY x"); got != "1|5" {
		t.Errorf("rows %q", got)
	}
}

// Ensure a name is used as given, and refused when it is none.
func TestSetName(t *testing.T) {
	m := &Migration{Number: 12, Name: "auto"}
	if err := m.SetName("add_tags"); err != nil || m.File() != "0012_add_tags.sql" {
		t.Errorf("%s, %v", m.File(), err)
	}
	for _, bad := range []string{"", "../x", "A", "a b", strings.Repeat("a", 101)} {
		if m.SetName(bad) == nil {
			t.Errorf("took %q", bad)
		}
	}
}

// Ensure all models of the test site, with every kind of field, come out as
// they went in, and the same twice.
func TestEveryKind(t *testing.T) {
	s, _, diags := schema.Load("../models/testsite/site.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p := newProject(t)
	m := p.migrate(s)
	p.done(s)
	again, err := Diff(s, "sqlite", filepath.Join(t.TempDir(), "none"), Options{})
	if err != nil || string(again.SQL) != string(m.SQL) {
		t.Errorf("two runs differ: %v", err)
	}
}

// eachNamed is each beneath a name.
func eachNamed(t *testing.T, name string, test func(t *testing.T, engine string)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { each(t, test) })
}
