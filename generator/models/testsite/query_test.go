package testsite_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure conditions choose the rows that Django's look-ups choose on SQLite.
func TestFilter(t *testing.T) {
	db := memory(t)
	authors(t, db)
	f := AuthorField
	all := Authors(db).OrderBy(f.ID.Asc())
	for _, c := range []struct {
		name string
		q    model.Query[Author]
		want string
	}{
		{"all", all, "1 2 3 4 5"},
		{"exact", all.Filter(f.Name.Eq("Ada")), "1"},
		{"exact has case", all.Filter(f.Name.Eq("ada")), ""},
		{"exclude exact", all.Exclude(f.Name.Eq("Ada")), "2 3 4 5"},
		{"ne of a field without null", all.Filter(f.Name.Ne("Ada")), "2 3 4 5"},
		{"exact empty is not null", all.Filter(f.Email.Eq("")), "4"},
		{"exclude empty keeps null", all.Exclude(f.Email.Eq("")), "1 2 3 5"},
		{"ne empty keeps null", all.Filter(f.Email.Ne("")), "1 2 3 5"},
		{"isnull", all.Filter(f.Age.IsNull()), "2 5"},
		{"exclude isnull", all.Exclude(f.Age.IsNull()), "1 3 4"},
		{"is not null", all.Filter(f.Age.IsNotNull()), "1 3 4"},
		{"lt leaves null out", all.Filter(f.Age.Lt(40)), "1 4"},
		{"exclude lt keeps null", all.Exclude(f.Age.Lt(40)), "2 3 5"},
		{"lte", all.Filter(f.Age.Lte(36)), "1 4"},
		{"gt", all.Filter(f.Age.Gt(36)), "3"},
		{"gte", all.Filter(f.Age.Gte(36)), "1 3"},
		{"range", all.Filter(f.Age.Between(19, 36)), "1 4"},
		{"in", all.Filter(f.Age.In(19, 52, 99)), "3 4"},
		{"exclude in keeps null", all.Exclude(f.Age.In(36, 19)), "2 3 5"},
		{"in nothing", all.Filter(f.Age.In()), ""},
		{"exclude in nothing", all.Exclude(f.Age.In()), "1 2 3 4 5"},
		{"contains ignores ASCII case", all.Filter(f.Name.Contains("D")), "1 4"},
		{"icontains", all.Filter(f.Email.IContains("EXAMPLE")), "1 3 5"},
		{"contains percent", all.Filter(f.Name.Contains("%")), "4"},
		{"contains underscore", all.Filter(f.Name.Contains("_")), "4"},
		{"contains backslash", all.Filter(f.Name.Contains(`\`)), "5"},
		{"contains quote", all.Filter(f.Name.Contains("'")), "5"},
		{"contains nothing", all.Filter(f.Name.Contains("")), "1 2 3 4 5"},
		{"startswith", all.Filter(f.Name.StartsWith("a")), "1"},
		{"istartswith", all.Filter(f.Name.IStartsWith("B")), "2"},
		{"endswith", all.Filter(f.Name.EndsWith("_50%")), "4"},
		{"iendswith", all.Filter(f.Name.IEndsWith("DA")), "1"},
		{"iexact", all.Filter(f.Name.IEq("ADA")), "1"},
		{"exclude icontains keeps null", all.Exclude(f.Email.IContains("example")), "2 4"},
		{"decimal equal in value", all.Filter(f.Rating.Eq(decimal("4.5").V)), "1 4"},
		{"decimal order is by number", all.Filter(f.Rating.Lt(decimal("10").V)), "1 3 4 5"},
		{"boolean", all.Filter(f.Active.Eq(true)), "1 2 4"},
		{"two conditions", all.Filter(f.Active.Eq(true), f.Age.Lt(40)), "1 4"},
		{"two filters", all.Filter(f.Active.Eq(true)).Filter(f.Age.Lt(30)), "4"},
		{"exclude two is not both", all.Exclude(f.Age.Eq(36), f.Active.Eq(false)), "1 2 3 4 5"},
		{"exclude or", all.Exclude(f.Age.Eq(36).Or(f.Email.Eq(""))), "2 3 5"},
		{"or", all.Filter(f.Age.Eq(19).Or(f.Age.Eq(52))), "3 4"},
		{"or of nothing", all.Filter(model.Or[Author]()), ""},
		{"and of nothing", all.Filter(model.And[Author]()), "1 2 3 4 5"},
		{"and binds tighter", all.Filter(f.Age.Eq(36).And(f.Active.Eq(true)).Or(f.ID.Eq(5))), "1 5"},
		{"or inside and", all.Filter(f.Active.Eq(true), f.Age.Eq(52).Or(f.Age.Eq(36))), "1"},
		{"not", all.Filter(model.Not(f.Age.Gt(30))), "2 4 5"},
		{"not not", all.Filter(model.Not(model.Not(f.Age.Gt(30)))), "1 3"},
		{"not and", all.Filter(model.Not(f.Age.Gt(30).And(f.Active.Eq(true)))), "2 3 4 5"},
		{"order desc, null last", Authors(db).OrderBy(f.Age.Desc(), f.ID.Asc()), "3 1 4 2 5"},
		{"order asc, null first", Authors(db).OrderBy(f.Age.Asc(), f.ID.Desc()), "5 2 4 1 3"},
		{"reverse", all.Reverse(), "5 4 3 2 1"},
		{"limit", all.Limit(2), "1 2"},
		{"offset", all.Offset(3), "4 5"},
		{"slice", all.Slice(1, 3), "2 3"},
		{"slice of a slice", all.Slice(1, 4).Slice(1, 9), "3 4"},
		{"empty slice", all.Slice(3, 3), ""},
		{"slice backward", all.Slice(3, 1), ""},
		{"none", all.None(), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := c.q.All()
			must(t, err)
			var got, iterated []string
			for _, a := range rows {
				got = append(got, fmt.Sprint(a.ID))
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
			for a, err := range c.q.Iterate() {
				must(t, err)
				iterated = append(iterated, fmt.Sprint(a.ID))
			}
			if strings.Join(iterated, " ") != c.want {
				t.Errorf("iterated %q, want %q", iterated, c.want)
			}
			n, err := c.q.Count()
			must(t, err)
			exists, err := c.q.Exists()
			must(t, err)
			if n != int64(len(got)) || exists != (len(got) > 0) {
				t.Errorf("count %d, exists %v, but %d rows", n, exists, len(got))
			}
		})
	}
}

// Ensure a query is a value: what is built on it leaves it alone.
func TestQueryIsAValue(t *testing.T) {
	db := memory(t)
	authors(t, db)
	base := Authors(db).Filter(AuthorField.Active.Eq(true))
	a, b := base.Filter(AuthorField.ID.Eq(1)), base.Filter(AuthorField.ID.Eq(2))
	for name, q := range map[string]struct {
		q    model.Query[Author]
		want int64
	}{"base": {base, 3}, "a": {a, 1}, "b": {b, 1}, "both": {a.Filter(AuthorField.ID.Eq(2)), 0}} {
		if n, err := q.q.Count(); n != q.want || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

// Ensure Get has one row or says why not, and First and Last have an order.
func TestOne(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	q := Authors(db)
	if a, err := q.Filter(AuthorField.Name.Eq("Ada")).Get(); err != nil || a.ID != 1 {
		t.Errorf("get: %v, %v", a, err)
	}
	if _, err := q.Filter(AuthorField.Name.Eq("nobody")).Get(); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("get of none: %v", err)
	}
	if _, err := q.Get(); !errors.Is(err, model.ErrMultiple) {
		t.Errorf("get of many: %v", err)
	}
	for _, c := range []struct {
		name string
		one  func() (*Post, error)
		want int64
	}{
		{"first by the model's order", Posts(db).First, 4},
		{"last by the model's order", Posts(db).Last, 2},
		{"first by another", Posts(db).OrderBy(PostField.Views.Asc()).First, 4},
		{"last of a slice", Posts(db).OrderBy(PostField.ID.Asc()).Slice(1, 3).Last, 3},
		{"first without an order", Posts(db).OrderBy().First, 1},
		{"by key", func() (*Post, error) { return GetPost(db, 3) }, 3},
	} {
		if p, err := c.one(); err != nil || p.ID != c.want {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
	for name, err := range map[string]error{
		"first": second(Posts(db).None().First()), "last": second(Posts(db).None().Last()), "key": second(GetPost(db, 99)),
	} {
		if !errors.Is(err, model.ErrNotFound) {
			t.Errorf("%s of none: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// Ensure related rows come along where asked for, and not otherwise.
func TestSelectRelated(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	q := Posts(db).OrderBy(PostField.ID.Asc())
	p, err := q.First()
	must(t, err)
	if p.Author != nil || p.Editor != nil {
		t.Errorf("unasked: %v, %v", p.Author, p.Editor)
	}
	rows, err := q.SelectRelated(PostField.Author, PostField.Editor).All()
	must(t, err)
	var got []string
	for _, p := range rows {
		editor := "-"
		if p.Editor != nil {
			editor = p.Editor.Name
		}
		got = append(got, p.Author.Name+"/"+editor)
	}
	if s := strings.Join(got, " "); s != "Ada/bob Ada/- bob/Ada Çelik/-" {
		t.Errorf("got %s", s)
	}
	root := NewCategory(db)
	root.Name = "root"
	must(t, root.Create(db))
	leaf := &Category{Name: "leaf", CategoryID: model.Some(root.Key)}
	must(t, leaf.Create(db))
	c, err := Categories(db).SelectRelated(CategoryField.Category).Filter(CategoryField.Name.Eq("leaf")).Get()
	must(t, err)
	if c.Category == nil || c.Category.Name != "root" || c.Category.Key != root.Key {
		t.Errorf("category of %v: %v", c, c.Category)
	}
}

// Ensure rows can be changed while they are iterated over, and a loop may end early.
func TestIterate(t *testing.T) {
	for name, db := range map[string]*model.DB{"memory": memory(t), "file": file(t)} {
		t.Run(name, func(t *testing.T) {
			authors(t, db)
			for a, err := range Authors(db).OrderBy(AuthorField.ID.Asc()).Iterate() {
				must(t, err)
				a.Name += "!"
				must(t, a.Save(db, AuthorField.Name))
				if a.ID == 3 {
					break
				}
			}
			n, err := Authors(db).Filter(AuthorField.Name.EndsWith("!")).Count()
			if n != 3 || err != nil {
				t.Errorf("%d changed, %v", n, err)
			}
			err = model.Atomic(db, func(tx model.Source) error {
				for a, err := range Authors(tx).Iterate() {
					if err != nil {
						return err
					}
					if err := a.Delete(tx); err != nil {
						return err
					}
				}
				return nil
			})
			must(t, err)
			if n, err := Authors(db).Count(); n != 0 || err != nil {
				t.Errorf("%d left, %v", n, err)
			}
		})
	}
}
