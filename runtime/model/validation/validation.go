package validation

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// FullClean checks a row (full_clean): each field by itself, what the model's
// clean says of the whole, then what has to be unique and other constraints,
// without those that a field is part of in which something is wrong already or
// which is excluded. The error is a *model.ValidationError, or a failure of the
// database.
//
// Whether a row is new is told by its key: another row is one with another key.
func FullClean[R any](src model.Source, table *model.TableOf[R], rules *Rules, row R, exclude ...model.ColumnOf[R]) error {
	c := checker{src: src, table: table.Name, columns: table.Columns, key: table.Key, rules: rules, excluded: names(exclude)}
	hooks := model.HooksFor(src, table)
	if err := c.fields(table.Values(row)); err != nil {
		return err
	}
	for _, h := range hooks {
		for _, v := range h.Validators {
			i := c.place(v.Field)
			if !c.good(i) || isEmpty(table.Values(row)[i], rules.Fields[i].Kind) {
				continue
			}
			if err := c.wrong.Take(v.Field, v.Validate(row)); err != nil {
				return err
			}
		}
		if h.Clean != nil {
			if err := c.wrong.Take("", h.Clean(src, row)); err != nil {
				return err
			}
		}
	}
	values := table.Values(row) // the model's clean may have put some right
	if err := c.unique(values); err != nil {
		return err
	}
	if err := c.constraints(values); err != nil {
		return err
	}
	return c.wrong.OrNil()
}

// checker checks one row.
type checker struct {
	src      model.Source
	table    string
	columns  []string
	key      int
	rules    *Rules
	excluded map[string]bool
	wrong    model.ValidationError
}

func (c *checker) place(field string) int {
	for i := range c.rules.Fields {
		if c.rules.Fields[i].Name == field {
			return i
		}
	}
	panic("validation: the model has no field " + field)
}

// good reports whether a field counts: nobody left it out, and nothing is wrong with it.
func (c *checker) good(i int) bool {
	return !c.excluded[c.columns[i]] && len(c.wrong.Of(c.rules.Fields[i].Name)) == 0
}

// fields checks each field by itself (clean_fields).
func (c *checker) fields(values []model.Value) error {
	for i := range c.rules.Fields {
		f, v := &c.rules.Fields[i], values[i]
		if c.excluded[c.columns[i]] {
			continue
		}
		f.clean(v, &c.wrong)
		if f.Refers == nil || isEmpty(v, f.Kind) || !c.good(i) {
			continue
		}
		t := f.Refers
		found, err := c.found(sqltext.Select{Table: t.Table, Where: equal(t.Table, t.Column, v)})
		if err != nil {
			return err
		}
		if !found {
			c.wrong.Add(f.Name, t.Model+" instance with "+t.Field+" "+repr(v)+" is not a valid choice.", "invalid")
		}
	}
	return nil
}

// unique looks for rows with the values of fields that are unique (validate_unique).
func (c *checker) unique(values []model.Value) error {
	for i := range c.rules.Fields {
		// A key that the row has is that of the row itself.
		if f := &c.rules.Fields[i]; !f.Unique || f.Key || !c.good(i) || values[i].Kind() == sqltext.KindNull {
			continue
		}
		taken, err := c.taken(values, []int{i})
		if err != nil {
			return err
		}
		if taken {
			c.wrong.Add(c.rules.Fields[i].Name, c.exists([]int{i}), "unique")
		}
	}
	return nil
}

// constraints asks what the table's checks and uniques say (validate_constraints).
func (c *checker) constraints(values []model.Value) error {
	var broken []*Constraint
	for i := range c.rules.Constraints {
		x := &c.rules.Constraints[i]
		if !c.applies(x, values) {
			continue
		}
		is, err := c.broken(x, values)
		if err != nil {
			return err
		}
		if is {
			broken = append(broken, x)
		}
	}
	for _, x := range broken {
		c.violated(x)
	}
	return nil
}

// applies reports whether all fields that the constraint is about count.
func (c *checker) applies(x *Constraint, values []model.Value) bool {
	for _, i := range x.Columns {
		if !c.good(i) || values[i].Kind() == sqltext.KindNull {
			return false // a null is like nothing else
		}
	}
	for _, i := range x.Args {
		if !c.good(i) {
			return false
		}
	}
	return true
}

func (c *checker) broken(x *Constraint, values []model.Value) (bool, error) {
	if x.Violated == "" {
		return c.taken(values, x.Columns)
	}
	var args []model.Value
	for _, i := range x.Args {
		args = append(args, values[i])
	}
	if x.Unique {
		args = append(args, c.own(values))
	}
	_, err := model.FetchInt(c.src, c.src.DB().Dialect().Text(x.Violated), args...)
	if errors.Is(err, model.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (c *checker) violated(x *Constraint) {
	field, message, code := "", x.Message, x.Code
	switch {
	case message == "" && code == "" && x.Unique && x.Violated == "":
		message, code = c.exists(x.Columns), "unique_together"
		if len(x.Columns) == 1 {
			code = "unique"
		}
	case message == "":
		message = "Constraint “" + x.Name + "” is violated."
	}
	if code == "" {
		code = "invalid"
	}
	if code == "unique" && len(x.Columns) == 1 {
		field = c.rules.Fields[x.Columns[0]].Name
	}
	c.wrong.Add(field, message, code)
}

// exists says what is taken: "Post with this Slug already exists."
func (c *checker) exists(columns []int) string {
	var labels []string
	for _, i := range columns {
		labels = append(labels, capFirst(c.rules.Fields[i].Label))
	}
	list := strings.Join(labels, ", ")
	if n := len(labels); n > 1 {
		list = strings.Join(labels[:n-1], ", ") + " and " + labels[n-1]
	}
	return capFirst(c.rules.Model) + " with this " + list + " already exists."
}

// taken reports whether another row has the values.
func (c *checker) taken(values []model.Value, columns []int) (bool, error) {
	var where sqltext.And
	for _, i := range columns {
		where = append(where, equal(c.table, c.columns[i], values[i]))
	}
	if own := c.own(values); own.Kind() != sqltext.KindNull {
		where = append(where, sqltext.Not{Term: equal(c.table, c.columns[c.key], own)})
	}
	return c.found(sqltext.Select{Table: c.table, Where: where})
}

// own is the row's key; null for one that it has yet to get.
func (c *checker) own(values []model.Value) model.Value {
	key := values[c.key]
	if c.rules.Fields[c.key].Free && key.Int64() == 0 {
		return model.Value{}
	}
	return key
}

func equal(table, column string, v model.Value) sqltext.Expr {
	return sqltext.Compare{Left: sqltext.Column{Table: table, Name: column}, Op: sqltext.Eq, Right: sqltext.Bind(v)}
}

func (c *checker) found(s sqltext.Select) (bool, error) {
	db := c.src.DB()
	if db == nil {
		return false, model.ErrNoDatabase
	}
	w := sqltext.NewWriter(db.Dialect())
	s.WriteExists(w)
	n, err := model.FetchInt(c.src, w.SQL(), w.Args()...)
	return n != 0, err
}

func capFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}
