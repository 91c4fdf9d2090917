package querysite_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// column is what an expression has for every post.
func column[V any](t *testing.T, db model.Source, e model.Expression[Post, V], into func(*model.Null[V]) model.Pick[Post]) []string {
	t.Helper()
	lines, err := model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct{ V model.Null[V] }) []model.Pick[Post] {
		return model.Picks(into(&r.V))
	})
	must(t, err)
	var out []string
	for _, l := range lines {
		if !l.V.Valid {
			out = append(out, "null")
			continue
		}
		out = append(out, fmt.Sprint(l.V.V))
	}
	return out
}

// Ensure the functions of text are Django's, counted in characters.
func TestTextFunctions(t *testing.T) {
	db := filled(t)
	spaced := model.Concat[Post](model.Const[Post]("  "), PostField.Status, model.Const[Post](" "))
	for name, c := range map[string]struct {
		of   model.TextExpr[Post]
		want string
	}{
		"Left":           {model.Left(PostField.Title, 3), "Hel|hel|100|Übe|Orp|hel"},
		"Left of none":   {model.Left(PostField.Title, -1), "|||||"},
		"Right":          {model.Right(PostField.Title, 3), "rld|ain|ing|öße|han|rld"},
		"Right of more":  {model.Right(PostField.Status, 9), "live|draft|live|live|hidden|draft"},
		"Right of none":  {model.Right(PostField.Title, 0), "|||||"},
		"LPad":           {model.LPad(PostField.Status, 6, "*"), "**live|*draft|**live|**live|hidden|*draft"},
		"LPad of more":   {model.LPad(PostField.Title, 13, "üb"), "übHello World|übhello again|100% sure_thi|übüÜber Größe|übübübüOrphan|übhello world"},
		"RPad":           {model.RPad(PostField.Status, 3, "*"), "liv|dra|liv|liv|hid|dra"},
		"RPad with none": {model.RPad(PostField.Status, 8, ""), "live|draft|live|live|hidden|draft"},
		"Repeat":         {model.Repeat(PostField.Status, 2), "livelive|draftdraft|livelive|livelive|hiddenhidden|draftdraft"},
		"Repeat never":   {model.Repeat(PostField.Status, -2), "|||||"},
		"Reverse":        {model.Reverse(PostField.Title), "dlroW olleH|niaga olleh|gniht_erus %001|eßörG rebÜ|nahprO|dlrow olleh"},
		"LTrim":          {model.LTrim(spaced), "live |draft |live |live |hidden |draft "},
		"RTrim":          {model.RTrim(spaced), "  live|  draft|  live|  live|  hidden|  draft"},
		"of null":        {model.Reverse(model.Via(PostField.Editor, AuthorField.Email)), "null|null|moc.elpmaxe@ada|moc.elpmaxE@KILEC|gro.elpmaxe@eve|null"},
	} {
		if got := strings.Join(column(t, db, model.Expression[Post, string](c.of), c.of.IntoNull), "|"); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	at := model.StrIndex(PostField.Title, "o")
	if got := column(t, db, model.Expression[Post, int64](at), at.IntoNull); !slices.Equal(got, []string{"5", "5", "0", "0", "0", "5"}) {
		t.Errorf("StrIndex: got %q", got)
	}
}

// Ensure the functions of numbers are Django's, for each type of number.
func TestNumberFunctions(t *testing.T) {
	db := filled(t)
	check := func(name string, got []string, want string) {
		t.Helper()
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	whole := func(name string, e model.Expr[Post, int64], want string) {
		t.Helper()
		check(name, column(t, db, model.Expression[Post, int64](e), e.IntoNull), want)
	}
	whole("Mod", model.Mod[Post, int64](PostField.Views, model.Const[Post](int64(7))), "2 0 6 6 0 2")
	whole("Mod below zero", model.Mod[Post, int64](PostField.Views.Minus(60), model.Const[Post](int64(7))), "5 -4 -5 -5 -4 5")
	whole("Over", model.Over[Post, int64](PostField.Views, PostField.ID), "100 0 18 13 1 16")
	whole("Sign", model.Sign(PostField.Views.Minus(55)), "1 -1 0 0 -1 1")
	whole("Sign of a decimal", model.Sign(PostField.Price.Minus(dec("9.99"))), "0 null -1 1 0 null")
	decimals := func(name string, e model.Expr[Post, model.Decimal], want string) {
		t.Helper()
		got := column(t, db, model.Expression[Post, model.Decimal](e), e.IntoNull)
		for i, s := range got {
			if s != "null" {
				got[i] = fmt.Sprint(dec(s).Float64())
			}
		}
		check(name, got, want)
	}
	decimals("Ceil", model.Ceil(PostField.Price), "10 null 1 100 10 null")
	decimals("Floor", model.Floor(PostField.Price), "9 null 0 100 9 null")
	decimals("Round", model.Round(PostField.Price, 1), "10 null 0.5 100 10 null")
	decimals("Mod of decimals", model.Mod[Post, model.Decimal](PostField.Price, model.Const[Post](dec("2.5"))), "2.49 null 0.5 0 2.49 null")
	reals := func(name string, e model.Expr[Post, float64], want ...float64) {
		t.Helper()
		lines, err := model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct{ V float64 }) []model.Pick[Post] { return model.Picks(e.Into(&r.V)) })
		must(t, err)
		for i, l := range lines {
			if math.Abs(l.V-want[i]) > 1e-9 {
				t.Errorf("%s of post %d: got %v, want %v", name, i+1, l.V, want[i])
			}
		}
	}
	reals("Power", model.Power[Post, int64](PostField.ID, model.Const[Post](int64(2))), 1, 4, 9, 16, 25, 36)
	reals("Sqrt", model.Sqrt(PostField.Views), 10, 0, 7.416198487095663, 7.416198487095663, 2.6457513110645907, 10)
	reals("Round of a float", model.Round(model.Number[float64](PostField.Views).Over(8), 1), 12.5, 0, 6.9, 6.9, 0.9, 12.5)
}

// Ensure deviations leave null out, and a sample of one has none.
func TestDeviations(t *testing.T) {
	db := filled(t)
	type line struct {
		Status                string
		All, Sample           model.Null[float64]
		Root, SampleRoot, One model.Null[float64]
	}
	lines, err := model.Values(Posts(db).OrderBy(PostField.Status.Asc()), func(l *line) []model.Pick[Post] {
		return model.Picks(PostField.Status.Into(&l.Status),
			model.Variance(PostField.Views).IntoNull(&l.All), model.VarianceSample(PostField.Views).IntoNull(&l.Sample),
			model.StdDev(PostField.Views).IntoNull(&l.Root), model.StdDevSample(PostField.Views).IntoNull(&l.SampleRoot),
			model.StdDevSample(PostField.Views).Filter(PostField.Views.Lt(60)).Distinct().IntoNull(&l.One))
	})
	must(t, err)
	some := model.Some[float64]
	none := model.Null[float64]{}
	want := []line{
		{"draft", some(2500), some(5000), some(50), some(math.Sqrt(5000)), none},
		{"hidden", some(0), none, some(0), none, none},
		{"live", some(450), some(675), some(math.Sqrt(450)), some(math.Sqrt(675)), none},
	}
	near := func(a, b model.Null[float64]) bool { return a.Valid == b.Valid && math.Abs(a.V-b.V) < 1e-9 }
	if len(lines) != len(want) {
		t.Fatalf("got %v", lines)
	}
	for i, w := range want {
		g := lines[i]
		if g.Status != w.Status || !near(g.All, w.All) || !near(g.Sample, w.Sample) || !near(g.Root, w.Root) || !near(g.SampleRoot, w.SampleRoot) || !near(g.One, w.One) {
			t.Errorf("got %+v, want %+v", g, w)
		}
	}
	posts, err := model.Annotate(Posts(db), model.StdDev(model.Via(PostField.Comments, CommentField.Score))).
		Filter(model.StdDev(model.Via(PostField.Comments, CommentField.Score)).Gt(0)).OrderBy(PostField.ID.Asc()).All()
	must(t, err)
	if got := titles(posts); got != "1 3" {
		t.Errorf("posts whose scores differ: %s", got)
	}
}

// Ensure text is looked for that stands in another column, letter by letter.
func TestTextLookupsOfColumns(t *testing.T) {
	db := filled(t)
	author := model.Via(PostField.Author, AuthorField.Name)
	for name, c := range map[string]struct {
		cond model.Cond[Post]
		want string
	}{
		"contains":          {model.Contains[Post](PostField.Title, model.Left(author, 1)), "2 6"},
		"contains none":     {model.Contains[Post](PostField.Title, author), ""},
		"contains percent":  {model.Contains[Post](PostField.Title, model.Substr(model.Const[Post]("x%"), 2, 1)), "3"},
		"contains a letter": {model.Contains[Post](PostField.Title, model.Const[Post]("_")), "3"},
		"a backslash":       {model.Contains[Post](PostField.Body, model.Const[Post](`\ s`)), "3"},
		"starts":            {model.StartsWith[Post](PostField.Title, model.Lower(model.Left(PostField.Title, 2))), "1 2 3 4 5 6"},
		"ends":              {model.EndsWith[Post](PostField.Title, model.Right(PostField.Title, 2)), "1 2 3 4 5 6"},
		"equal":             {model.IEq[Post](PostField.Title, model.Const[Post]("HELLO WORLD")), "1 6"},
		"not":               {model.Not(model.StartsWith[Post](author, model.Const[Post]("a"))), "3 4 5 6"},
		"iregex":            {PostField.Title.IRegex("^HELLO"), "1 2 6"},
	} {
		rows, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := titles(rows); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Ensure aggregates over a slice and over distinct rows have filters of their own, and
// rows without a related one stand beside those with several.
func TestFilteredOverRows(t *testing.T) {
	db := filled(t)
	for name, c := range map[string]struct {
		q    model.Query[Post]
		want string
	}{
		"slice":    {Posts(db).OrderBy(PostField.ID.Asc()).Limit(4), "3 155"},
		"distinct": {Posts(db).Filter(PostField.Tags.IsNotNull()).Distinct(), "2 155"},
	} {
		got, err := model.Aggregate(c.q, func(r *struct{ N, Sum int64 }) []model.Pick[Post] {
			return model.Picks(
				model.Count(PostField.ID).Filter(PostField.Status.Eq("live")).Into(&r.N),
				model.Sum(PostField.Views).Filter(PostField.Author.Where(AuthorField.Active.Eq(true))).Or(0).Into(&r.Sum))
		})
		must(t, err)
		if text := fmt.Sprint(got.N, " ", got.Sum); text != c.want {
			t.Errorf("%s: got %s, want %s", name, text, c.want)
		}
	}
	rows, err := Posts(db).Filter(model.Or(PostField.Tags.IsNull(), PostField.Views.Eq(100))).OrderBy(PostField.ID.Asc()).All()
	must(t, err)
	if got := titles(rows); got != "1 1 4 6" {
		t.Errorf("without a tag, or read: %s", got)
	}
}

// Ensure what a query is annotated with is read once: a condition on it is about the
// value that stands beside the row, and does not join the rows again.
func TestAnnotatedOnce(t *testing.T) {
	db := filled(t)
	type line struct {
		ID int64
		N  model.Null[int64]
	}
	read := func(q model.Query[Post], n model.Expression[Post, int64], pick func(*model.Null[int64]) model.Pick[Post]) string {
		t.Helper()
		lines, err := model.Values(q, func(l *line) []model.Pick[Post] { return model.Picks(PostField.ID.Into(&l.ID), pick(&l.N)) })
		must(t, err)
		return fmt.Sprint(lines)
	}
	comments := model.CountOf(PostField.Comments)
	counted := model.Annotate(Posts(db), comments).Filter(comments.Gt(1)).OrderBy(comments.Desc(), PostField.ID.Asc())
	if got := read(counted, comments, comments.IntoNull); got != "[{1 {3 true}} {3 {2 true}}]" {
		t.Errorf("counted: %s", got)
	}
	tag := model.KeyOf(PostField.Tags)
	tagged := model.Annotate(Posts(db), tag).OrderBy(PostField.ID.Asc(), tag.Asc())
	for name, c := range map[string]struct {
		q    model.Query[Post]
		want string
	}{
		"filter":  {tagged.Filter(tag.Gt(1)), "[{1 {2 true}} {3 {2 true}} {3 {3 true}} {5 {2 true}} {5 {3 true}} {6 {5 true}}]"},
		"exclude": {tagged.Exclude(tag.Gt(1)), "[{1 {1 true}} {2 {1 true}} {4 {0 false}} {5 {1 true}}]"},
	} {
		if got := read(c.q, tag, tag.IntoNull); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	n, err := model.Annotate(Posts(db), comments).Filter(comments.Gt(1)).Filter(PostField.Tags.Where(TagField.ID.Lt(3))).Count()
	must(t, err)
	if n != 3 { // another relation in a later Filter is counted along, as in Django
		t.Errorf("%d posts", n)
	}
}

// Ensure a constant has its own type where nothing beside it has one.
func TestConstants(t *testing.T) {
	db := filled(t)
	when := model.Case(model.When(PostField.ID.Lte(2), int64(3)))
	if got := column(t, db, model.Expression[Post, int64](when), model.Plus[Post, int64](when, PostField.ID).IntoNull); !slices.Equal(got, []string{"4", "5", "null", "null", "null", "null"}) {
		t.Errorf("of two branches: %q", got)
	}
	type all struct {
		N     int64
		Share float64
		Price model.Decimal
		Day   model.Date
		Clock model.TimeOfDay
		At    time.Time
		Live  bool
		Text  string
	}
	want := all{7, 0.5, dec("2.25"), day("2026-03-14"), clock("15:09:26"), at("2026-03-14T15:09:26+00:00"), true, "it's"}
	lines, err := model.Values(Posts(db).Limit(1), func(l *all) []model.Pick[Post] {
		return model.Picks(
			model.Const[Post](want.N).Into(&l.N), model.Const[Post](want.Share).Into(&l.Share), model.Const[Post](want.Price).Into(&l.Price),
			model.Const[Post](want.Day).Into(&l.Day), model.Const[Post](want.Clock).Into(&l.Clock), model.Const[Post](want.At).Into(&l.At),
			model.Const[Post](want.Live).Into(&l.Live), model.Const[Post](want.Text).Into(&l.Text))
	})
	must(t, err)
	if len(lines) != 1 || fmt.Sprint(lines[0]) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", lines, want)
	}
	n, err := Posts(db).Filter(PostField.ID.Eq(1)).Update(
		model.Set(PostField.Views, model.CaseElse(int64(1), model.When(PostField.Status.Eq("live"), int64(2)))),
		model.Set(PostField.Price, model.Const[Post](dec("3.5"))))
	must(t, err)
	p, err := GetPost(db, 1)
	must(t, err)
	if n != 1 || p.Views != 2 || p.Price.V.String() != "3.50" {
		t.Errorf("%d rows, views %d, price %v", n, p.Views, p.Price)
	}
}

// Ensure distinct values may be ordered by what is not among them, annotated or not.
func TestDistinctInAnotherOrder(t *testing.T) {
	db := filled(t)
	upper := model.Upper(PostField.Status)
	for name, q := range map[string]model.Query[Post]{
		"plain":     Posts(db).Distinct().OrderBy(PostField.Created.Asc(), PostField.ID.Asc()),
		"annotated": model.Annotate(Posts(db), upper).Distinct().OrderBy(PostField.Created.Asc(), PostField.ID.Asc()),
	} {
		lines, err := model.Values(q, func(l *struct{ Status string }) []model.Pick[Post] { return model.Picks(upper.Into(&l.Status)) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprint(lines); got != "[{HIDDEN} {LIVE} {LIVE} {DRAFT} {LIVE} {DRAFT}]" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
