package command

import (
	"fmt"
	"strconv"
	"time"

	"stackgen.dev/runtime/model"
)

// Kind is what an argument or a flag holds: the words of the site file.
type Kind string

// The kinds.
const (
	String   Kind = "string"
	Integer  Kind = "integer"
	Float    Kind = "float"
	Boolean  Kind = "boolean"
	Date     Kind = "date"
	Duration Kind = "duration"
)

func (k Kind) zero() any {
	switch k {
	case Integer:
		return int64(0)
	case Float:
		return float64(0)
	case Boolean:
		return false
	case Date:
		return model.Date{}
	case Duration:
		return time.Duration(0)
	}
	return ""
}

func (k Kind) parse(text string) (any, error) {
	var v any
	var err error
	want := ""
	switch k {
	case Integer:
		v, err = strconv.ParseInt(text, 10, 64)
		want = "a whole number"
	case Float:
		v, err = strconv.ParseFloat(text, 64)
		want = "a number"
	case Boolean:
		v, err = strconv.ParseBool(text)
		want = "true or false"
	case Date:
		v, err = model.ParseDate(text)
		want = "a day, as in 2026-01-31"
	case Duration:
		v, err = time.ParseDuration(text)
		want = "a time, as in 90s or 1h30m"
	default:
		return text, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%q is not %s", text, want)
	}
	return v, nil
}
