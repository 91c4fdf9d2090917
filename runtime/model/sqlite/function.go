package sqlite

import (
	"fmt"
	"regexp"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// addFunctions gives a connection the functions that SQLite lacks and queries
// use: date parts in a time zone, regular expressions, and those of text and of
// deviations in the files beside this one.
func addFunctions(db *sqlite3.Conn) error {
	f := &functions{zones: map[string]*time.Location{}, patterns: map[string]*regexp.Regexp{}}
	for name, impl := range map[string]*sqlite3.FunctionImpl{
		"model_part":  {NArgs: 3, Scalar: f.part},
		"model_trunc": {NArgs: 3, Scalar: f.trunc},
		"regexp":      {NArgs: 2, Scalar: f.match},
	} {
		impl.Deterministic = true
		if err := db.CreateFunction(name, impl); err != nil {
			return err
		}
	}
	if err := addTextFunctions(db); err != nil {
		return err
	}
	return addDeviations(db)
}

// functions keeps what is dear to make; a connection is used by one goroutine at a time.
type functions struct {
	zones    map[string]*time.Location
	patterns map[string]*regexp.Regexp
}

// maxPatterns is how many regular expressions a connection keeps.
const maxPatterns = 100

func (f *functions) match(_ sqlite3.Context, args []sqlite3.Value) (sqlite3.Value, error) {
	if args[0].Type() == sqlite3.TypeNull || args[1].Type() == sqlite3.TypeNull {
		return sqlite3.Value{}, nil
	}
	text := args[0].Text()
	re := f.patterns[text]
	if re == nil {
		var err error
		if re, err = regexp.Compile(text); err != nil {
			return sqlite3.Value{}, fmt.Errorf("%w: %v", model.ErrInvalid, err)
		}
		if len(f.patterns) >= maxPatterns {
			clear(f.patterns)
		}
		f.patterns[text] = re
	}
	if re.MatchString(args[1].Text()) {
		return sqlite3.IntegerValue(1), nil
	}
	return sqlite3.IntegerValue(0), nil
}

// moment reads a date, an instant in its zone, or a time of day; the zone is ""
// for what has none.
func (f *functions) moment(value, zone sqlite3.Value) (t time.Time, isNull bool, err error) {
	if value.Type() == sqlite3.TypeNull {
		return t, true, nil
	}
	text := value.Text()
	if len(text) > 2 && text[2] == ':' {
		c, err := model.ParseTimeOfDay(text)
		h, m, s := c.Clock()
		return time.Date(1, 1, 1, h, m, s, c.Microsecond()*1000, time.UTC), false, err
	}
	if t, err = model.ParseTime(text); err != nil || zone.Text() == "" {
		return t, false, err
	}
	loc := f.zones[zone.Text()]
	if loc == nil {
		if loc, err = time.LoadLocation(zone.Text()); err != nil {
			return t, false, fmt.Errorf("%w: %v", model.ErrInvalid, err)
		}
		f.zones[zone.Text()] = loc
	}
	return t.In(loc), false, nil
}

// part is model_part(name, moment, zone).
func (f *functions) part(_ sqlite3.Context, args []sqlite3.Value) (sqlite3.Value, error) {
	t, isNull, err := f.moment(args[1], args[2])
	if isNull || err != nil {
		return sqlite3.Value{}, err
	}
	n := 0
	switch name := args[0].Text(); name {
	case "date":
		return sqlite3.TextValue(model.DateOf(t).String()), nil
	case "time":
		return sqlite3.TextValue(model.TimeOfDayOf(t).String()), nil
	case "year":
		n = t.Year()
	case "iso_year":
		n, _ = t.ISOWeek()
	case "quarter":
		n = (int(t.Month())-1)/3 + 1
	case "month":
		n = int(t.Month())
	case "week":
		_, n = t.ISOWeek()
	case "day":
		n = t.Day()
	case "week_day":
		n = int(t.Weekday()) + 1
	case "iso_week_day":
		n = (int(t.Weekday())+6)%7 + 1
	case "hour":
		n = t.Hour()
	case "minute":
		n = t.Minute()
	case "second":
		n = t.Second()
	default:
		panic("stackgen: unreachable: date part " + name)
	}
	return sqlite3.IntegerValue(int64(n)), nil
}

// trunc is model_trunc(unit, moment, zone): the instant, or for a date the day.
func (f *functions) trunc(_ sqlite3.Context, args []sqlite3.Value) (sqlite3.Value, error) {
	t, isNull, err := f.moment(args[1], args[2])
	if isNull || err != nil {
		return sqlite3.Value{}, err
	}
	y, m, d := t.Date()
	h, min, s := t.Clock()
	switch unit := args[0].Text(); unit {
	case "year":
		m, d, h, min, s = 1, 1, 0, 0, 0
	case "quarter":
		m, d, h, min, s = m-(m-1)%3, 1, 0, 0, 0
	case "month":
		d, h, min, s = 1, 0, 0, 0
	case "week":
		d, h, min, s = d-(int(t.Weekday())+6)%7, 0, 0, 0
	case "day":
		h, min, s = 0, 0, 0
	case "hour":
		min, s = 0, 0
	case "minute":
		s = 0
	case "second":
	default:
		panic("stackgen: unreachable: unit " + unit)
	}
	begin := time.Date(y, m, d, h, min, s, 0, t.Location())
	if args[2].Text() == "" {
		return sqlite3.TextValue(model.DateOf(begin).String()), nil
	}
	return sqlite3.TextValue(string(model.AppendTime(nil, begin.UnixMicro()))), nil
}
