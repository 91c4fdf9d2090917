package querysite_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/generator/migrate"
	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/schema"
)

var ctx = context.Background()

// newYork is the zone of the cases with a time zone.
var newYork = func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return zone
}()

// query asks one question, answer is its rows or value, in the form of text.
type (
	query  func(model.Source) answer
	answer struct {
		text []string
		err  error
	}
)

func ids[T any](rows []*T, err error) answer {
	var text []string
	for _, row := range rows {
		text = append(text, canonical(reflect.ValueOf(row).Elem().FieldByName("ID").Interface()))
	}
	return answer{text, err}
}

func rows[R any](list []R, err error) answer {
	var text []string
	for _, row := range list {
		text = append(text, line(row))
	}
	return answer{text, err}
}

// line is the fields of a row.
func line(row any) string {
	var out []string
	for v, i := reflect.ValueOf(row), 0; i < v.NumField(); i++ {
		out = append(out, canonical(v.Field(i).Interface()))
	}
	return strings.Join(out, " | ")
}

func one[T any](row *T, err error) answer {
	if errors.Is(err, model.ErrNotFound) {
		return answer{[]string{"null"}, err}
	}
	if err != nil {
		return answer{nil, err}
	}
	return ids([]*T{row}, nil)
}

func value(v any, err error) answer { return answer{[]string{canonical(v)}, err} }

func aggregate[R, M any](q model.Query[M], into func(*R) []model.Pick[M]) answer {
	r, err := model.Aggregate(q, into)
	return answer{[]string{line(r)}, err}
}

func bulk[M any](byKey map[int64]*M, err error) answer {
	var text []string
	for key := range byKey {
		text = append(text, canonical(key))
	}
	sort.Strings(text)
	return answer{text, err}
}

func dec(s string) model.Decimal {
	d, err := model.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

func day(s string) model.Date {
	d, err := model.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func clock(s string) model.TimeOfDay {
	t, err := model.ParseTimeOfDay(s)
	if err != nil {
		panic(err)
	}
	return t
}

func at(s string) time.Time {
	t, err := model.ParseTime(s)
	if err != nil {
		panic(err)
	}
	return t
}

// canonical is a value as text, the same for what the table expects and for
// what Go has.
func canonical(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', 12, 64)
	case string:
		return strconv.Quote(v)
	case model.Decimal:
		return canonical(v.Float64())
	case model.Date, model.TimeOfDay:
		return fmt.Sprint(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case json.RawMessage:
		return canonical(decoded(v))
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			panic(err)
		}
		return canonical(f)
	case map[string]any:
		for kind, of := range v {
			text, _ := of.(string)
			switch kind {
			case "$decimal", "$float":
				return canonical(json.Number(text))
			case "$date", "$time":
				return text
			case "$datetime":
				return canonical(at(text))
			}
		}
	}
	if null := reflect.ValueOf(v); null.Kind() == reflect.Struct { // model.Null
		if !null.FieldByName("Valid").Bool() {
			return "null"
		}
		return canonical(null.FieldByName("V").Interface())
	}
	panic(fmt.Sprintf("value %#v", v))
}

func decoded(text []byte) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		panic(err)
	}
	return v
}

// object is the values of a JSON object or array in their order.
func object(text json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	open, err := d.Token()
	if err != nil {
		panic(err)
	}
	var out []string
	for d.More() {
		if open == json.Delim('{') {
			if _, err := d.Token(); err != nil {
				panic(err)
			}
		}
		var v any
		if err := d.Decode(&v); err != nil {
			panic(err)
		}
		out = append(out, canonical(v))
	}
	return strings.Join(out, " | ")
}

// engine is the database that the tests run on. All of them run twice: see
// TestMain.
var engine = "sqlite"

// server is the PostgreSQL of the second run.
var server *pgtest.Server

// TestMain runs every test on SQLite and then on PostgreSQL.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		var err error
		if server, err = pgtest.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		engine = "postgres"
		if code = m.Run(); code != 0 {
			fmt.Fprintln(os.Stderr, "these failures are PostgreSQL's")
		}
		server.Stop()
	}
	os.Exit(code)
}

// open is a database of the engine with the tables and rows of the table.
func open(t testing.TB, rows map[string][]map[string]any) *model.DB {
	t.Helper()
	site, _, diags := schema.Load("site.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	dir := t.TempDir()
	m, err := migrate.Diff(site, engine, dir, migrate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	files, err := runtime.Load(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	var db *model.DB
	if engine == "postgres" {
		db, err = postgres.Open(ctx, server.Schema(t), postgres.Options{Connections: 4})
	} else {
		db, err = sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := runtime.New(db, files).Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	fill(t, db, rows)
	return db
}

// fill stores the table's rows through the generated models.
func fill(t testing.TB, db *model.DB, rows map[string][]map[string]any) {
	t.Helper()
	for _, r := range rows["Author"] {
		create(t, db, &Author{
			ID: num(r["id"]), Name: text(r["name"]), Email: null(r["email"], text), Age: null(r["age"], num),
			Born: null(r["born"], dayOf), Active: r["active"].(bool), Rating: null(r["rating"], decimalOf),
		})
	}
	for _, r := range rows["Profile"] {
		create(t, db, &Profile{ID: num(r["id"]), AuthorID: num(r["author"]), Bio: text(r["bio"]), Karma: num(r["karma"])})
	}
	for _, r := range rows["Tag"] {
		create(t, db, &Tag{ID: num(r["id"]), Name: text(r["name"]), ParentID: null(r["parent"], num)})
	}
	for _, r := range rows["Post"] {
		p := &Post{
			ID: num(r["id"]), AuthorID: null(r["author"], num), EditorID: null(r["editor"], num), Title: text(r["title"]),
			Body: text(r["body"]), Views: num(r["views"]), Price: null(r["price"], decimalOf), Published: null(r["published"], timeOf),
			Created: dayOf(r["created"]), Slot: null(r["slot"], clockOf), Meta: null(r["meta"], jsonOf), Status: text(r["status"]),
		}
		create(t, db, p)
		var tags []int64
		for _, tag := range r["tags"].([]any) {
			tags = append(tags, num(tag))
		}
		if err := PostField.Tags.AddKeys(db, p, tags...); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range rows["Comment"] {
		create(t, db, &Comment{
			ID: num(r["id"]), PostID: num(r["post"]), AuthorID: null(r["author"], num), ParentID: null(r["parent"], num),
			Text: text(r["text"]), Score: null(r["score"], num), Created: timeOf(r["created"]),
		})
	}
}

func create(t testing.TB, db *model.DB, row interface{ Create(model.Source) error }) {
	t.Helper()
	if err := row.Create(db); err != nil {
		t.Fatal(err)
	}
}

func null[V any](v any, of func(any) V) model.Null[V] {
	if v == nil {
		return model.Null[V]{}
	}
	return model.Some(of(v))
}

func num(v any) int64 {
	n, err := v.(json.Number).Int64()
	if err != nil {
		panic(err)
	}
	return n
}

func text(v any) string                 { return v.(string) }
func special(v any, kind string) string { return v.(map[string]any)[kind].(string) }
func dayOf(v any) model.Date            { return day(special(v, "$date")) }
func clockOf(v any) model.TimeOfDay     { return clock(special(v, "$time")) }
func timeOf(v any) time.Time            { return at(special(v, "$datetime")) }
func decimalOf(v any) model.Decimal     { return dec(special(v, "$decimal")) }

func jsonOf(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
