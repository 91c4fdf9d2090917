package forms

import (
	"fmt"
	"strconv"

	"stackgen.dev/runtime/model"
)

// several reports whether a field is sent as a list of values.
func (f *Field) several() bool { return f.Kind == MultipleChoice || f.Kind == ManyToMany }

// cleanManyToMany reads the keys of the rows that were chosen: an []int64, each once.
func (b *BoundField) cleanManyToMany() {
	keys := []int64{}
	seen := map[int64]bool{}
	item := Field{Kind: Integer}
	for _, text := range b.form.data.All(b.HTMLName()) {
		if text == "" { // no row was chosen
			continue
		}
		value, errs := item.parseInteger(text)
		if errs != nil {
			b.fail(fmt.Sprintf("“%s” is not a valid value.", text), "invalid_pk_value")
			return
		}
		if key := value.(int64); !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		if b.field.Required {
			b.errors = append(b.errors, required)
			return
		}
		b.value = keys
		return
	}
	present, err := b.field.Present(b.form.src, keys)
	if err != nil {
		b.form.failure = err
	}
	for _, key := range keys {
		if !present[key] {
			b.fail(fmt.Sprintf("Select a valid choice. %d is not one of the available choices.", key), "invalid_choice")
			return
		}
	}
	b.value = keys
}

// Keys are those of the rows that were chosen for a many to many.
func (f *Form) Keys(name string) []int64 { return Cleaned[[]int64](f, name) }

// Present has those of the keys that rows have. Generated code calls it.
func Present[M any](rows model.Query[M], key model.Field[M, int64], keys []int64) (map[int64]bool, error) {
	found, err := model.InBulk(rows, key, keys)
	if err != nil {
		return nil, err
	}
	present := make(map[int64]bool, len(found))
	for key := range found {
		present[key] = true
	}
	return present, nil
}

// KeysOf are the keys of rows, for what a form shows first. Generated code calls it.
func KeysOf[M any](rows []*M, key func(*M) int64) []int64 {
	keys := make([]int64, len(rows))
	for i, row := range rows {
		keys[i] = key(row)
	}
	return keys
}

// texts are initial values of a field of several.
func texts(initial any) []string {
	switch v := initial.(type) {
	case []string:
		return v
	case []int64:
		list := make([]string, len(v))
		for i, n := range v {
			list[i] = strconv.FormatInt(n, 10)
		}
		return list
	}
	return nil
}
