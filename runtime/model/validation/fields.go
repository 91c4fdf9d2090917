package validation

import (
	"math"
	"strconv"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/runtime/model/validators"
)

// clean adds what is wrong with a value of the field by itself (Field.clean).
func (f *Field) clean(v model.Value, wrong *model.ValidationError) {
	empty := isEmpty(v, f.Kind)
	switch {
	case f.Free:
	case v.Kind() == sqltext.KindNull && !f.Null:
		wrong.Add(f.Name, "This field cannot be null.", "null")
		return
	case empty && !f.Blank:
		wrong.Add(f.Name, "This field cannot be blank.", "blank")
		return
	case !empty && f.Choices != nil && !f.chosen(v):
		wrong.Add(f.Name, "Value "+repr(v)+" is not a valid choice.", "invalid_choice")
		return
	}
	if empty {
		return
	}
	if v.Kind() == sqltext.KindInvalid {
		p := f.invalid(v.Text())
		wrong.Add(f.Name, p.Message, p.Code)
		return
	}
	for _, p := range f.problems(v) {
		wrong.Add(f.Name, p.Message, p.Code)
	}
}

// problems are what the kind's own rules and the field's validators say.
func (f *Field) problems(v model.Value) []*validators.Problem {
	var all []*validators.Problem
	add := func(p *validators.Problem) {
		if p != nil {
			all = append(all, p)
		}
	}
	switch f.Kind {
	case "integer", "auto":
		add(between(v, math.MinInt32, math.MaxInt32))
	case "small_integer":
		add(between(v, math.MinInt16, math.MaxInt16))
	case "positive_integer":
		add(between(v, 0, math.MaxInt32))
	case "positive_small_integer":
		add(between(v, 0, math.MaxInt16))
	case "positive_big_integer":
		add(between(v, 0, math.MaxInt64))
	case "slug":
		add(validators.Slug(v.Text()))
	case "email":
		add(validators.Email(v.Text()))
	case "url":
		add(validators.URL(v.Text()))
	case "ip_address":
		add(validators.IP(v.Text()))
	case "image":
		add(validators.FileExtension(v.Text(), validators.ImageExtensions()))
	case "decimal":
		add(validators.Decimal(v.Text(), f.MaxDigits, f.DecimalPlaces))
	}
	if f.MaxLength > 0 {
		add(validators.MaxLength(v.Text(), f.MaxLength))
	}
	for _, validate := range f.Validators {
		add(validate(v))
	}
	return all
}

// invalid is what is wrong with a value that the database could not be given; its
// reason begins with a decimal that has too many digits.
func (f *Field) invalid(reason string) *validators.Problem {
	if f.Kind == "decimal" {
		first, _, _ := strings.Cut(reason, " ")
		if p := validators.Decimal(first, f.MaxDigits, f.DecimalPlaces); p != nil {
			return p
		}
	}
	if reason == "text with a zero byte" {
		return validators.NoNull("\x00")
	}
	return &validators.Problem{Message: "Enter a valid value.", Code: "invalid"}
}

func (f *Field) chosen(v model.Value) bool {
	text := plain(v)
	for _, c := range f.Choices {
		if c == text {
			return true
		}
	}
	return false
}

// isEmpty reports whether Django's empty_values have the value.
func isEmpty(v model.Value, kind string) bool {
	switch v.Kind() {
	case sqltext.KindNull:
		return true
	case sqltext.KindText, sqltext.KindBytes:
		if kind == "json" {
			switch strings.TrimSpace(v.Text()) {
			case "null", `""`, "[]", "{}":
				return true
			}
			return false
		}
		return v.Text() == ""
	}
	return false
}

// plain is a value as choices and messages write it.
func plain(v model.Value) string {
	switch v.Kind() {
	case sqltext.KindInt:
		return strconv.FormatInt(v.Int64(), 10)
	case sqltext.KindFloat:
		return strconv.FormatFloat(v.Float64(), 'g', -1, 64)
	}
	return v.Text()
}

// repr is a value as Python writes it in messages.
func repr(v model.Value) string {
	if v.Kind() != sqltext.KindText {
		return plain(v)
	}
	quote := "'"
	if strings.Contains(v.Text(), "'") && !strings.Contains(v.Text(), `"`) {
		quote = `"`
	}
	return quote + strings.NewReplacer(`\`, `\\`, quote, `\`+quote, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(v.Text()) + quote
}
