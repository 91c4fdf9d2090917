package site

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// dump writes rows as Django's dumpdata does: a list of objects with model, pk
// and fields. What one database dumps another loads, also of another engine.
func (p *program) dump(ctx context.Context, args []string) error {
	f := p.flags("dump")
	if err := p.parseSome(f, args, 0, -1); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		tables, err := p.chosenTables(f.Args())
		if err != nil {
			return err
		}
		out := bufio.NewWriter(p.stdout)
		err = db.Session(ctx, func(s model.Session) error {
			// All tables as they are at one moment.
			begin := "BEGIN"
			if db.Dialect() == sqltext.Postgres {
				begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
			}
			if _, err := s.Exec(ctx, begin, nil); err != nil {
				return err
			}
			defer s.Exec(context.WithoutCancel(ctx), "ROLLBACK", nil)
			separator := "[\n"
			for _, t := range tables {
				err := t.each(ctx, s, func(row []byte) {
					out.WriteString(separator)
					out.Write(row)
					separator = ",\n"
				})
				if err != nil {
					return err
				}
			}
			if separator == "[\n" {
				out.WriteString("[")
			}
			_, err := out.WriteString("\n]\n")
			return err
		})
		return errors.Join(err, out.Flush())
	})
}

// chosenTables are those of the models named, or all.
func (p *program) chosenTables(names []string) ([]Table, error) {
	if len(names) == 0 {
		return p.site.Database.Tables, nil
	}
	pairs := map[string]bool{} // tables of relations, which come with their models
	for _, n := range names {
		t := p.table(n)
		if t == nil {
			return nil, fmt.Errorf("there is no model %q", n)
		}
		for _, link := range t.Links {
			pairs[link.Table] = true
		}
	}
	var tables []Table
	for _, t := range p.site.Database.Tables {
		if slices.Contains(names, t.Model) || pairs[t.Name] {
			tables = append(tables, t)
		}
	}
	return tables, nil
}

func (p *program) table(model string) *Table {
	for i, t := range p.site.Database.Tables {
		if t.Model == model {
			return &p.site.Database.Tables[i]
		}
	}
	return nil
}

// each hands out the rows of a table as JSON, in the order of their keys.
func (t Table) each(ctx context.Context, s model.Session, do func([]byte)) error {
	var names []string
	var columns []Column
	key := 0
	for _, c := range t.Columns {
		if c.Generated {
			continue // the database computes it again
		}
		if c.Key {
			key = len(columns)
		}
		names, columns = append(names, sqltext.Ident(c.Name)), append(columns, c)
	}
	rows, err := s.Stream(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+sqltext.Ident(t.Name)+" ORDER BY "+names[key], nil)
	if err != nil {
		return err
	}
	for rows.Next() {
		b := append([]byte(`{"model": `), quoted(t.Model)...)
		b = append(append(b, `, "pk": `...), columns[key].json(rows, key)...)
		b = append(b, `, "fields": {`...)
		first := true
		for i, c := range columns {
			if i == key {
				continue
			}
			if !first {
				b = append(b, ", "...)
			}
			first = false
			b = append(append(append(b, quoted(c.Field)...), ": "...), c.json(rows, i)...)
		}
		do(append(b, "}}"...))
	}
	return rows.Close()
}

func quoted(s string) []byte { return model.AppendJSONString(nil, s) }

// json is a value as it is dumped.
func (c Column) json(r model.Row, i int) []byte {
	if r.IsNull(i) {
		return []byte("null")
	}
	if c.whole() {
		return fmt.Appendf(nil, "%d", r.Int64(i))
	}
	switch c.Kind {
	case "boolean":
		return fmt.Appendf(nil, "%t", r.Bool(i))
	case "binary":
		return model.AppendJSONBytes(nil, r.Bytes(i))
	case "float":
		return model.AppendJSONFloat(nil, r.Float64(i))
	case "decimal":
		return quoted(r.Decimal(i, c.Places).String())
	case "date":
		return quoted(r.Date(i).String())
	case "datetime":
		return model.AppendJSONTime(nil, r.Time(i))
	case "time":
		return quoted(r.TimeOfDay(i).String())
	case "duration":
		return fmt.Appendf(nil, "%d", r.Duration(i).Microseconds())
	case "uuid":
		return quoted(r.UUID(i).String())
	case "json":
		return r.JSON(i)
	}
	return quoted(r.Text(i))
}

// whole reports whether the column holds whole numbers.
func (c Column) whole() bool {
	return c.Kind == "auto" || c.Kind == "big_auto" || strings.HasSuffix(c.Kind, "integer")
}

// fixture is one object of a file.
type fixture struct {
	Model  string                     `json:"model"`
	PK     json.RawMessage            `json:"pk"`
	Fields map[string]json.RawMessage `json:"fields"`
}

// load stores the rows of files in one transaction. A row whose key is there
// replaces it.
func (p *program) load(ctx context.Context, args []string) error {
	f := p.flags("load")
	if err := p.parseSome(f, args, 1, -1); err != nil {
		return err
	}
	return p.withDatabase(ctx, func(ctx context.Context, db *model.DB) error {
		n, err := p.loadFiles(db.With(ctx), f.Args())
		if err != nil {
			return fmt.Errorf("%w; nothing was stored", err)
		}
		fmt.Fprintf(p.stdout, "stored %d rows\n", n)
		return nil
	})
}

// loadFiles stores the rows of all files, or of none.
func (p *program) loadFiles(src model.Source, names []string) (n int, err error) {
	err = model.Atomic(src, func(tx model.Source) error {
		// Rows may point at rows that come later.
		deferring := "PRAGMA defer_foreign_keys = ON"
		if src.DB().Dialect() == sqltext.Postgres {
			deferring = "SET CONSTRAINTS ALL DEFERRED"
		}
		if _, err := model.Execute(tx, "", deferring); err != nil {
			return err
		}
		n = 0
		loaded := map[string]bool{}
		for _, name := range names {
			count, err := p.loadFile(tx, name, loaded)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			n += count
		}
		if err := p.dangling(tx, loaded); err != nil {
			return err
		}
		return p.moveSequences(tx)
	})
	return n, err
}

// progressRows is after how many rows load says where it is.
const progressRows = 50_000

// loadFile stores the rows of a file, which may be compressed by gzip, and notes their tables in loaded.
func (p *program) loadFile(tx model.Source, name string, loaded map[string]bool) (int, error) {
	in := p.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return 0, err
		}
		defer file.Close()
		in = file
		if strings.HasSuffix(name, ".gz") {
			if in, err = gzip.NewReader(bufio.NewReader(file)); err != nil {
				return 0, err
			}
		}
	}
	d := json.NewDecoder(bufio.NewReader(in))
	d.DisallowUnknownFields()
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return 0, errors.New("it is not a JSON list of rows")
	}
	n := 0
	for ; d.More(); n++ {
		var row fixture
		if err := d.Decode(&row); err != nil {
			return 0, fmt.Errorf("row %d: %w", n+1, err)
		}
		if err := p.store(tx, row, loaded); err != nil {
			return 0, fmt.Errorf("row %d (%s %s): %w", n+1, row.Model, row.PK, err)
		}
		if stored := n + 1; stored%progressRows == 0 {
			fmt.Fprintf(p.stderr, "%s: %d rows …\n", name, stored)
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim(']') {
		return 0, fmt.Errorf("the list breaks off behind row %d", n)
	}
	if _, err := d.Token(); err != io.EOF {
		return 0, errors.New("there is more behind the list of rows")
	}
	return n, nil
}

// store stores a row; fields that it does not name have no value in a new row and
// keep theirs in one that is there.
func (p *program) store(tx model.Source, row fixture, loaded map[string]bool) error {
	t := p.table(row.Model)
	if t == nil {
		return fmt.Errorf("there is no model %q", row.Model)
	}
	loaded[t.Name] = true
	links, err := t.takeLinks(&row)
	if err != nil {
		return err
	}
	if err := t.storeRow(tx, row); err != nil || len(links) == 0 {
		return err
	}
	for _, link := range links {
		loaded[link.Table] = true
		if err := t.storeLink(tx, row.PK, link); err != nil {
			return fmt.Errorf("the field %s: %w", link.Field, err)
		}
	}
	return nil
}

// storeRow stores the columns of a row.
func (t *Table) storeRow(tx model.Source, row fixture) error {
	var names, places, set, change []string
	var values []model.Value
	key, keyed, left := "", "", false // left says that a column has no value
	taken := 0
	fresh := len(row.PK) == 0 || string(row.PK) == "null" // the database makes the key
	for _, c := range t.Columns {
		raw, ok := row.Fields[c.Field]
		if c.Key {
			raw, ok, key = row.PK, !fresh, c.Name
			if fresh && c.Kind != "auto" && c.Kind != "big_auto" {
				return errors.New("it has no pk")
			}
		} else if ok {
			taken++
		}
		if !ok || c.Generated {
			left = left || !c.Generated
			continue
		}
		v, err := c.value(raw)
		if err != nil {
			return fmt.Errorf("the field %s: %w", c.Field, err)
		}
		values = append(values, v)
		names = append(names, sqltext.Ident(c.Name))
		place := fmt.Sprintf("?%d", len(values))
		places = append(places, place)
		if c.Key {
			keyed = sqltext.Ident(c.Name) + " = " + place
		} else {
			change = append(change, sqltext.Ident(c.Name)+" = "+place)
			set = append(set, sqltext.Ident(c.Name)+" = excluded."+sqltext.Ident(c.Name))
		}
	}
	if taken < len(row.Fields) {
		for name := range row.Fields {
			if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == name && !c.Key }) {
				return fmt.Errorf("the model has no field %q", name)
			}
		}
	}
	if left && !fresh {
		// An INSERT would need the values that are left out even where the row is there.
		if len(change) == 0 {
			change = []string{keyed}
		}
		result, err := model.Execute(tx, t.Name, "UPDATE "+sqltext.Ident(t.Name)+" SET "+strings.Join(change, ", ")+" WHERE "+keyed, values...)
		if err != nil || result.RowsAffected > 0 {
			return err
		}
	}
	sql := "INSERT INTO " + sqltext.Ident(t.Name)
	if len(names) == 0 {
		sql += " DEFAULT VALUES"
	} else {
		sql += " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(places, ", ") + ")"
	}
	switch {
	case fresh:
	case len(set) == 0:
		sql += " ON CONFLICT (" + sqltext.Ident(key) + ") DO NOTHING"
	default:
		sql += " ON CONFLICT (" + sqltext.Ident(key) + ") DO UPDATE SET " + strings.Join(set, ", ")
	}
	if fresh {
		if err := t.moveSequence(tx); err != nil {
			return err
		}
	}
	_, err := model.Execute(tx, t.Name, sql, values...)
	return err
}

// moveSequences has keys that are made go on behind those that were loaded.
func (p *program) moveSequences(tx model.Source) error {
	for _, t := range p.site.Database.Tables {
		if err := t.moveSequence(tx); err != nil {
			return err
		}
	}
	return nil
}

// moveSequence has the keys of one table go on behind those that are there. SQLite
// does so by itself.
func (t Table) moveSequence(tx model.Source) error {
	if tx.DB().Dialect() != sqltext.Postgres {
		return nil
	}
	for _, c := range t.Columns {
		if !c.Key || c.Kind != "big_auto" && c.Kind != "auto" {
			continue
		}
		_, err := model.Execute(tx, t.Name, "SELECT setval(pg_get_serial_sequence(?1, ?2), GREATEST(max("+sqltext.Ident(c.Name)+"), 1), max("+sqltext.Ident(c.Name)+") IS NOT NULL) FROM "+sqltext.Ident(t.Name),
			model.TextValue(sqltext.Ident(t.Name)), model.TextValue(c.Name))
		if err != nil {
			return err
		}
	}
	return nil
}

// value reads a value as dump writes it.
func (c Column) value(raw json.RawMessage) (model.Value, error) {
	if string(raw) == "null" && (c.Kind != "json" || c.Null) {
		return model.Value{}, nil
	}
	if c.whole() {
		return read(raw, func(n int64) (model.Value, error) { return model.IntValue(n), nil })
	}
	switch c.Kind {
	case "boolean":
		return read(raw, func(b bool) (model.Value, error) { return model.BoolValue(b), nil })
	case "binary":
		return read(raw, func(b []byte) (model.Value, error) { return model.BytesValue(b), nil })
	case "float":
		return read(raw, func(f float64) (model.Value, error) { return model.FloatValue(f), nil })
	case "duration":
		return read(raw, func(n int64) (model.Value, error) { return model.IntValue(n), nil })
	case "json":
		return model.JSONValue(raw), nil
	}
	return read(raw, c.text)
}

// text reads a value that is dumped as a string.
func (c Column) text(s string) (model.Value, error) {
	switch c.Kind {
	case "decimal":
		d, err := model.ParseDecimal(s)
		return model.DecimalValue(d), err
	case "date":
		d, err := model.ParseDate(s)
		return model.DateValue(d), err
	case "datetime":
		t, err := model.ParseTime(s)
		return model.TimeValue(t), err
	case "time":
		t, err := model.ParseTimeOfDay(s)
		return model.TimeOfDayValue(t), err
	case "uuid":
		u, err := model.ParseUUID(s)
		return model.UUIDValue(u), err
	}
	return model.TextValue(s), nil
}

func read[T any](raw json.RawMessage, bind func(T) (model.Value, error)) (model.Value, error) {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		return model.Value{}, err
	}
	return bind(v)
}
