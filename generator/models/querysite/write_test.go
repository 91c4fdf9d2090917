package querysite_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

func filled(t *testing.T) *model.DB {
	t.Helper()
	_, data := load(t)
	return open(t, data)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func titles(posts []*Post) string {
	var out []string
	for _, p := range posts {
		out = append(out, fmt.Sprint(p.ID))
	}
	return strings.Join(out, " ")
}

// Ensure related rows of every kind are read with one statement for each
// relation, nested as asked for, and in the order asked for.
func TestPrefetchRelated(t *testing.T) {
	db := filled(t)
	authors, err := Authors(db).OrderBy(AuthorField.ID.Asc()).PrefetchRelated(
		model.Prefetch(AuthorField.Posts, Posts(db).OrderBy(PostField.ID.Desc()).PrefetchRelated(PostField.Tags)),
		AuthorField.Profile,
	).All()
	must(t, err)
	var got []string
	for _, a := range authors {
		line := a.Name + ":"
		for _, p := range a.Posts {
			line += fmt.Sprintf(" %d%v", p.ID, len(p.Tags))
		}
		if a.Profile != nil {
			line += fmt.Sprint(" karma ", a.Profile.Karma)
		}
		got = append(got, line)
	}
	want := []string{"Ada: 21 12 karma 10", "bob: 32", "Çelik: 40 karma -5", "Dora_50%:", "eve: 61 karma 0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	tags, err := Tags(db).OrderBy(TagField.ID.Asc()).PrefetchRelated(TagField.Posts, TagField.Parent).All()
	must(t, err)
	if s := titles(tags[1].Posts); s != "1 3 5" || tags[2].Parent != nil && tags[2].Parent.ID != 2 || tags[2].Parent == nil || tags[0].Parent != nil {
		t.Errorf("posts of web %q, parents %v %v", s, tags[2].Parent, tags[0].Parent)
	}
	posts, err := Posts(db).PrefetchRelated(model.Prefetch(PostField.Comments, Comments(db).Filter(CommentField.Score.Gt(1)))).Filter(PostField.ID.Eq(1)).All()
	must(t, err)
	if len(posts[0].Comments) != 2 {
		t.Errorf("%d comments", len(posts[0].Comments))
	}
	if _, err := Posts(db).PrefetchRelated(model.Prefetch(PostField.Comments, Comments(db).Limit(1))).All(); err == nil {
		t.Error("a sliced prefetch is no error")
	}
}

// Ensure select_related goes as far as asked, and stops where there is no row.
func TestSelectRelated(t *testing.T) {
	db := filled(t)
	author := model.Then(CommentField.Post, PostField.Author)
	rows, err := Comments(db).SelectRelated(
		CommentField.Post, author, model.Then(author, AuthorField.Profile), CommentField.Author,
	).OrderBy(CommentField.ID.Asc()).All()
	must(t, err)
	var got []string
	for _, c := range rows {
		line := fmt.Sprint(c.Post.ID)
		if a := c.Post.Author; a != nil {
			line += a.Name
			if a.Profile != nil {
				line += fmt.Sprint(a.Profile.Karma)
			}
		}
		if c.Author != nil {
			line += " by " + c.Author.Name
		}
		got = append(got, line)
	}
	want := []string{"1Ada10 by bob", "1Ada10", "1Ada10 by Ada", "3bob by Ada", "3bob by Dora_50%", "5", "6eve0 by eve"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// Ensure Any finds every row once, where Where finds it for each related row.
func TestAny(t *testing.T) {
	db := filled(t)
	scored := CommentField.Score.Gt(1)
	for name, c := range map[string]struct {
		q    model.Query[Post]
		want string
	}{
		"where":            {Posts(db).Filter(PostField.Comments.Where(scored)), "1 1 6"},
		"any":              {Posts(db).Filter(PostField.Comments.Any(scored)), "1 6"},
		"any tag":          {Posts(db).Filter(PostField.Tags.Any(TagField.Name.In("go", "web"))), "1 2 3 5"},
		"any within":       {Posts(db).Filter(PostField.Comments.Any(CommentField.Author.Where(AuthorField.Posts.Any()))), "1 3 6"},
		"none":             {Posts(db).Exclude(PostField.Comments.Any()), "2 4"},
		"not in subquery":  {Posts(db).Filter(model.Not(model.Exists[Post](Comments(db).Filter(model.Eq(CommentField.PostID, model.Outer[Comment](PostField.ID)))))), "2 4"},
		"exclude in there": {Posts(db).Filter(model.Exists[Post](Comments(db).Filter(model.Eq(CommentField.PostID, model.Outer[Comment](PostField.ID))).Exclude(CommentField.Replies.Where(CommentField.ID.Gt(0))))), "1 3 5 6"},
	} {
		rows, err := c.q.OrderBy(PostField.ID.Asc()).All()
		must(t, err)
		if got := titles(rows); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// Ensure changes of many rows count them, cross relations and compute.
func TestUpdateAndDelete(t *testing.T) {
	db := filled(t)
	n, err := Posts(db).Filter(PostField.Author.Where(AuthorField.Name.Eq("Ada"))).Update(
		model.Set(PostField.Views, PostField.Views.Plus(5)), PostField.Price.SetNull(),
	)
	must(t, err)
	p, err := GetPost(db, 2)
	must(t, err)
	if n != 2 || p.Views != 5 || p.Price.Valid {
		t.Errorf("%d rows, views %d, price %v", n, p.Views, p.Price)
	}
	n, err = Posts(db).Exclude(PostField.Comments.IsNotNull()).Delete()
	must(t, err)
	left, err := Posts(db).Count()
	must(t, err)
	if n != 2 || left != 4 {
		t.Errorf("%d deleted, %d left", n, left)
	}
	if _, err := Posts(db).Limit(1).Delete(); err == nil {
		t.Error("a slice was deleted")
	}
}

// Ensure bulk_create gives the keys, keeps those that are set, and ignores or
// updates rows that are there.
func TestBulk(t *testing.T) {
	db := filled(t)
	var tags []*Tag
	for i := range 7000 {
		tags = append(tags, &Tag{Name: fmt.Sprint("t", i)})
	}
	tags[3].ID = 50_000
	must(t, model.BulkCreate(db, tags))
	if tags[3].ID != 50_000 || tags[0].ID == 0 || tags[6999].ID-tags[4].ID != 6995 {
		t.Errorf("keys %d %d %d", tags[0].ID, tags[3].ID, tags[6999].ID)
	}
	found, err := model.InBulk(Tags(db), TagField.ID, []int64{tags[6999].ID, tags[3].ID})
	must(t, err)
	if found[tags[6999].ID].Name != "t6999" || found[50_000].Name != "t3" {
		t.Errorf("found %v", found)
	}
	tags[0].Name, tags[1].Name = "a", "b"
	must(t, model.BulkUpdate(db, tags[:2], TagField.Name))
	again := []*Tag{{ID: tags[0].ID, Name: "c"}}
	must(t, model.BulkCreate(db, again, model.IgnoreConflicts[Tag]()))
	if tag, err := GetTag(db, tags[0].ID); err != nil || tag.Name != "a" {
		t.Errorf("ignored: %v, %v", tag, err)
	}
	must(t, model.BulkCreate(db, again, model.UpdateConflicts([]model.Column[Tag]{TagField.ID}, []model.Column[Tag]{TagField.Name})))
	if tag, err := GetTag(db, tags[0].ID); err != nil || tag.Name != "c" {
		t.Errorf("updated: %v, %v", tag, err)
	}
	var unique *model.UniqueError
	if err := model.BulkCreate(db, again); !errors.As(err, &unique) || unique.Table != "tag" {
		t.Errorf("conflict: %v", err)
	}
	gone := &Tag{ID: 99_999}
	if err := model.BulkUpdate(db, []*Tag{{ID: tags[1].ID, Name: "lost"}, gone}, TagField.Name); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("update of a row that is gone: %v", err)
	}
	if tag, err := GetTag(db, tags[1].ID); err != nil || tag.Name != "b" {
		t.Errorf("half an update was stored: %v, %v", tag, err)
	}
}

// Ensure get_or_create and update_or_create find, make and change one row.
func TestGetOrCreate(t *testing.T) {
	db := filled(t)
	q := Tags(db).Filter(TagField.Name.Eq("new"))
	fresh := func() *Tag { return &Tag{Name: "new"} }
	first, created, err := q.GetOrCreate(fresh)
	must(t, err)
	second, again, err := q.GetOrCreate(fresh)
	must(t, err)
	if !created || again || first.ID != second.ID {
		t.Errorf("created %v then %v, keys %d and %d", created, again, first.ID, second.ID)
	}
	under := func(tag *Tag) { tag.ParentID = model.Some[int64](1) }
	third, created, err := q.UpdateOrCreate(fresh, under)
	must(t, err)
	if created || third.ID != first.ID || third.ParentID.V != 1 {
		t.Errorf("created %v, %+v", created, third)
	}
	fourth, created, err := Tags(db).Filter(TagField.Name.Eq("other")).UpdateOrCreate(func() *Tag { return &Tag{Name: "other"} }, under)
	must(t, err)
	if !created || fourth.ID == 0 || fourth.ParentID.V != 1 {
		t.Errorf("created %v, %+v", created, fourth)
	}
	if _, _, err := Tags(db).GetOrCreate(fresh); !errors.Is(err, model.ErrMultiple) {
		t.Errorf("of many: %v", err)
	}
}

// Ensure the rows of a many_to_many are added once, removed and replaced.
func TestManyToMany(t *testing.T) {
	db := filled(t)
	p, err := GetPost(db, 4)
	must(t, err)
	tagged := func() string {
		rows, err := Tags(db).Filter(TagField.Posts.Where(PostField.ID.Eq(4))).OrderBy(TagField.ID.Asc()).All()
		must(t, err)
		var out []string
		for _, tag := range rows {
			out = append(out, fmt.Sprint(tag.ID))
		}
		return strings.Join(out, " ")
	}
	web, err := GetTag(db, 2)
	must(t, err)
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"add", func() error { return PostField.Tags.AddKeys(db, p, 1, 3) }, "1 3"},
		{"add again", func() error { return PostField.Tags.AddKeys(db, p, 1) }, "1 3"},
		{"add rows", func() error { return PostField.Tags.Add(db, p, web) }, "1 2 3"},
		{"remove", func() error { return PostField.Tags.Remove(db, p, web) }, "1 3"},
		{"from the other side", func() error { return TagField.Posts.Add(db, web, p) }, "1 2 3"},
		{"set", func() error { return PostField.Tags.SetKeys(db, p, 2, 5) }, "2 5"},
		{"clear", func() error { return PostField.Tags.Clear(db, p) }, ""},
	} {
		must(t, step.do())
		if got := tagged(); got != step.want {
			t.Errorf("%s: got %q, want %q", step.name, got, step.want)
		}
	}
}

// Ensure hooks see the row and their errors undo what was done.
func TestHooks(t *testing.T) {
	db := filled(t)
	var seen []string
	refused := errors.New("refused")
	model.Listen(db, model.Hooks[Tag]{
		BeforeSave: func(_ model.Source, tag *Tag, created bool) error {
			tag.Name = strings.ToLower(tag.Name)
			seen = append(seen, fmt.Sprint("before save ", created))
			return nil
		},
		AfterSave: func(_ model.Source, tag *Tag, created bool) error {
			seen = append(seen, fmt.Sprint("after save ", created, tag.ID > 0))
			if tag.Name == "bad" {
				return refused
			}
			return nil
		},
		BeforeDelete: func(_ model.Source, tag *Tag) error {
			seen = append(seen, "before delete")
			return nil
		},
	})
	tag := &Tag{Name: "UPPER"}
	must(t, tag.Create(db))
	must(t, tag.Save(db))
	must(t, tag.Delete(db))
	if err := (&Tag{Name: "BAD"}).Create(db); !errors.Is(err, refused) {
		t.Errorf("error %v", err)
	}
	must(t, model.BulkCreate(db, []*Tag{{Name: "Many"}}))
	want := []string{
		"before save true", "after save true true", "before save false", "after save false true", "before delete",
		"before save true", "after save true true", "before save true", "after save true true",
	}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %q", seen)
	}
	n, err := Tags(db).Filter(TagField.Name.In("bad", "many")).Count()
	if n != 1 || err != nil {
		t.Errorf("%d stored, %v", n, err)
	}
}

// Ensure that what runs no hooks is told to those that want to know, in transactions too.
func TestOnChange(t *testing.T) {
	db := filled(t)
	told := 0
	model.OnChange[Tag](db, func(src model.Source) { model.OnCommit(src, func() { told++ }) })
	one := &Tag{Name: "one"}
	must(t, one.Create(db))
	for _, c := range []struct {
		name string
		do   func(src model.Source) error
		want int
	}{
		{"Update", func(src model.Source) error {
			_, err := Tags(src).Filter(TagField.Name.Eq("one")).Update(TagField.Name.Set("two"))
			return err
		}, 1},
		{"Update of nothing", func(src model.Source) error {
			_, err := Tags(src).Filter(TagField.Name.Eq("none")).Update(TagField.Name.Set("two"))
			return err
		}, 0},
		{"BulkUpdate", func(src model.Source) error { return model.BulkUpdate(src, []*Tag{one}, TagField.Name) }, 1},
		{"Save", func(src model.Source) error { return one.Save(src) }, 0},
		{"a transaction", func(src model.Source) error {
			return model.Atomic(src, func(tx model.Source) error {
				_, err := Tags(tx).Filter(TagField.Name.Eq("one")).Update(TagField.Name.Set("two"))
				return err
			})
		}, 1},
		{"Delete", func(src model.Source) error {
			_, err := Tags(src).Filter(TagField.Name.Eq("two")).Delete()
			return err
		}, 1},
	} {
		told = 0
		if err := c.do(db); err != nil || told != c.want {
			t.Errorf("%s: told %d times, want %d, %v", c.name, told, c.want, err)
		}
	}
}

// Ensure functions wait for the commit, and go with the savepoint that is undone.
func TestOnCommit(t *testing.T) {
	db := filled(t)
	var ran []string
	note := func(s string) func() { return func() { ran = append(ran, s) } }
	stop := errors.New("stop")
	must(t, model.Atomic(db, func(tx model.Source) error {
		model.OnCommit(tx, note("first"))
		if err := model.Atomic(tx, func(tx model.Source) error {
			model.OnCommit(tx, note("undone"))
			return stop
		}); !errors.Is(err, stop) {
			return err
		}
		model.OnCommit(tx, note("last"))
		if len(ran) > 0 {
			t.Error("ran before the commit")
		}
		return nil
	}))
	if err := model.Atomic(db, func(tx model.Source) error {
		model.OnCommit(tx, note("never"))
		return stop
	}); !errors.Is(err, stop) {
		t.Error(err)
	}
	model.OnCommit(db, note("at once"))
	if !slices.Equal(ran, []string{"first", "last", "at once"}) {
		t.Errorf("ran %q", ran)
	}
}

// Ensure SQL of one's own reads into typed rows.
func TestRaw(t *testing.T) {
	db := filled(t)
	type line struct {
		Name  string
		Age   model.Null[int64]
		Posts int64
	}
	lines, err := model.Raw(db, `SELECT name, age, (SELECT COUNT(*) FROM post WHERE author_id = author.id) FROM author WHERE name <> ?1 ORDER BY id`,
		func(l *line) []any { return []any{&l.Name, &l.Age, &l.Posts} }, "eve")
	must(t, err)
	if len(lines) != 4 || lines[0] != (line{"Ada", model.Some[int64](36), 2}) || lines[1].Age.Valid {
		t.Errorf("got %v", lines)
	}
	n, err := model.RawExec(db, `UPDATE author SET age = ?1 WHERE age IS NULL`, 40)
	if n != 1 || err != nil {
		t.Errorf("%d changed, %v", n, err)
	}
}

// Ensure a whole row comes with what is computed beside it.
func TestValuesWhole(t *testing.T) {
	db := filled(t)
	type counted struct {
		Author   Author
		Posts    int64
		Comments int64
	}
	posts, comments := model.CountOf(AuthorField.Posts).Distinct(), model.CountOf(AuthorField.Comments).Distinct()
	rows, err := model.Values(Authors(db).OrderBy(posts.Desc(), AuthorField.ID.Asc()).Limit(2), func(c *counted) []model.Pick[Author] {
		return model.Picks(model.Whole(&c.Author), posts.Into(&c.Posts), comments.Into(&c.Comments))
	})
	must(t, err)
	if len(rows) != 2 || rows[0].Author.Name != "Ada" || rows[0].Posts != 2 || rows[0].Comments != 2 || rows[1].Author.ID != 2 || rows[1].Author.Age.Valid {
		t.Errorf("got %+v", rows)
	}
}
