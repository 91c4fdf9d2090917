package forms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// BindAny is the form with values of Go or of JSON by the fields' names, as
// code and programs send them: text, numbers (json.Number among them), bool,
// nil, lists, and the types that cleaned values have. What was sent is there,
// also where it is null.
func (s *Spec) BindAny(src model.Source, zone *time.Location, values map[string]any, initial map[string]any) *Form {
	flat := *s
	flat.Prefix = ""
	f := flat.form(src, zone, initial)
	f.bound, f.typed, f.wrong = true, true, map[string]Error{}
	for i := range flat.Fields {
		field := &flat.Fields[i]
		value, sent := values[field.Name]
		if !sent {
			continue
		}
		if u, ok := value.(*web.Upload); ok && u != nil {
			f.files = web.NewUploads(u)
			continue
		}
		f.take(field, value)
	}
	return f
}

// BindJSON is the form with the members of a JSON object: text, numbers, true and
// false where the field is a boolean, null for an empty field, and whatever a json field
// holds. A value of another JSON type than the field's is an error of the field.
func (s *Spec) BindJSON(src model.Source, zone *time.Location, object map[string]json.RawMessage) (*Form, error) {
	values := make(map[string]any, len(object))
	wrong := map[string]Error{}
	for i := range s.Fields {
		field := &s.Fields[i]
		raw, sent := object[field.Name]
		if !sent {
			continue
		}
		if field.Kind == JSON {
			values[field.Name] = raw
			continue
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, web.BadRequest.With("The request body is no JSON.").Because(err)
		}
		if problem := field.jsonType(v); problem != "" {
			wrong[field.Name] = Error{problem, "invalid"}
		}
		values[field.Name] = v
	}
	f := s.BindAny(src, zone, values, nil)
	for name, e := range wrong {
		f.wrong[name] = e
	}
	return f, nil
}

// jsonType says what is wrong with the type of a JSON value, "" for nothing.
func (f *Field) jsonType(v any) string {
	switch v := v.(type) {
	case string:
		if f.Kind == Boolean && v != "true" && v != "false" && v != "" {
			return "Enter true or false."
		}
	case map[string]any:
		return "An object does not fit here."
	case []any:
		if !f.several() && f.Kind != SplitDateTime {
			return "A list does not fit here."
		}
	case bool:
		if f.Kind != Boolean {
			return "True and false do not fit here."
		}
	case json.Number:
		if f.Kind == Boolean {
			return "A number does not fit here."
		}
	}
	return ""
}

// take turns a value into the texts that a browser would send for it.
func (f *Form) take(field *Field, value any) {
	name := field.Name
	switch {
	case field.Kind == JSON:
		f.data = f.data.Add(name, jsonText(value))
		return
	case isEmpty(value):
		if !field.several() {
			f.data = f.data.Add(name, "")
		}
		return
	}
	list, isList := listOf(value)
	switch field.Kind {
	case MultipleChoice, ManyToMany:
		if !isList {
			f.wrong[name] = Error{"Enter a list of values.", "invalid_list"}
			return
		}
		for _, one := range list {
			f.data = f.data.Add(name, field.scalar(one, f.zone))
		}
		return
	case SplitDateTime:
		if t, ok := value.(time.Time); ok {
			list, isList = []any{model.DateOf(t.In(f.zone)), model.TimeOfDayOf(t.In(f.zone))}, true
		}
		if !isList || len(list) > 2 {
			f.wrong[name] = Error{"Enter a list of values.", "invalid"}
			return
		}
		for i, one := range list {
			f.data = f.data.Add(name+"_"+strconv.Itoa(i), field.scalar(one, f.zone))
		}
		return
	}
	if _, isObject := value.(map[string]any); isList || isObject {
		e := errFailed
		if _, errs := field.parse("[]", f); len(errs) == 1 && len(field.Choices) == 0 {
			e = errs[0] // what the kind says of a text that is none of its own
		}
		f.wrong[name] = e
		return
	}
	if field.Kind == File || field.Kind == Image {
		f.wrong[name] = Error{"No file was submitted. Check the encoding type on the form.", "invalid"}
		return
	}
	f.data = f.data.Add(name, field.scalar(value, f.zone))
}

// scalar is a value that is no list as text.
func (f *Field) scalar(v any, zone *time.Location) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool: // as Django prints it, which no other field takes for its own
		if v {
			return "True"
		}
		return "False"
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Duration:
		return formatDuration(v)
	case time.Time:
		if zone != nil {
			v = v.In(zone)
		}
		switch f.Kind {
		case Date:
			return v.Format(time.DateOnly)
		case Time:
			return model.TimeOfDayOf(v).String()
		}
		return v.Format("2006-01-02T15:04:05.999999Z07:00")
	}
	return fmt.Sprint(v)
}

// isEmpty reports whether a value is none (Django's EMPTY_VALUES).
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case []string:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

func listOf(v any) ([]any, bool) {
	switch v := v.(type) {
	case []any:
		return v, true
	case []string:
		all := make([]any, len(v))
		for i, s := range v {
			all[i] = s
		}
		return all, true
	}
	return nil, false
}

// jsonText is the value of a json field: a text is JSON already.
func jsonText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.RawMessage:
		return string(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "?" // no JSON, which the field then says
	}
	return string(b)
}
