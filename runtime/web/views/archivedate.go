package views

import (
	"fmt"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// The ways of writing months and weeks in a URL, in the words of strptime.
const (
	// MonthNumber is 1 to 12, MonthName jan to dec in any case of letters.
	MonthNumber = "%m"
	MonthName   = "%b"
	// WeekFromSunday and WeekFromMonday count from the first Sunday or Monday of
	// the year, what comes before is week 0; WeekISO are those of ISO 8601.
	WeekFromSunday = "%U"
	WeekFromMonday = "%W"
	WeekISO        = "%V"
)

// Captures says how a route writes dates (month_format, week_format). Years have
// four digits. What is not a date is 404.
type Captures struct{ Month, Week string }

func (c Captures) year(year string) (model.Date, error) {
	y, ok := fourDigits(year)
	if !ok {
		return model.Date{}, badDate(year, "", "", "%Y", "", "")
	}
	return model.Date{Year: y, Month: time.January, Day: 1}, nil
}

func (c Captures) month(year, month string) (model.Date, error) {
	y, ok := fourDigits(year)
	m, isMonth := c.parseMonth(month)
	if !ok || !isMonth {
		return model.Date{}, badDate(year, month, "", "%Y", c.Month, "")
	}
	return model.Date{Year: y, Month: m, Day: 1}, nil
}

func (c Captures) day(year, month, day string) (model.Date, error) {
	y, ok := fourDigits(year)
	m, isMonth := c.parseMonth(month)
	d, isDay := shortNumber(day)
	date := model.Date{Year: y, Month: m, Day: d}
	if !ok || !isMonth || !isDay || !date.Valid() {
		return model.Date{}, badDate(year, month, day, "%Y", c.Month, "%d")
	}
	return date, nil
}

// week is the first day of a week: a Monday, or a Sunday in weeks from Sunday.
func (c Captures) week(year, week string) (model.Date, error) {
	y, ok := fourDigits(year)
	n, isWeek := shortNumber(week)
	date, inRange := model.Date{}, false
	if ok && isWeek && n <= 53 {
		date, inRange = c.weekBegins(y, n)
	}
	if !inRange {
		yearFormat, weekday := "%Y", "1"
		switch c.Week {
		case WeekFromSunday:
			weekday = "0"
		case WeekISO:
			yearFormat = "%G"
		}
		return model.Date{}, badDate(year, weekday, week, yearFormat, "%w", c.Week)
	}
	return date, nil
}

// weekBegins counts weeks as strptime does: week 0 holds the first of January
// where week 1 begins later.
func (c Captures) weekBegins(year, week int) (model.Date, bool) {
	if c.Week == WeekISO {
		// The fourth of January is always in week 1.
		first := weekStep(time.Monday).begin(model.Date{Year: year, Month: time.January, Day: 4})
		d, ok := plusDays(first, 7*(week-1))
		if !ok || week == 0 {
			return d, false
		}
		_, same := d.In(time.UTC).ISOWeek()
		return d, same == week
	}
	newYear := model.Date{Year: year, Month: time.January, Day: 1}
	into := c.weekStep().into(newYear)
	if week == 0 {
		return plusDays(newYear, -into)
	}
	return plusDays(newYear, (7-into)%7+7*(week-1))
}

func (c Captures) weekStep() step {
	if c.Week == WeekFromSunday {
		return weekStep(time.Sunday)
	}
	return weekStep(time.Monday)
}

func (c Captures) parseMonth(text string) (time.Month, bool) {
	if c.Month == MonthName {
		for m := time.January; m <= time.December; m++ {
			if strings.EqualFold(text, m.String()[:3]) {
				return m, true
			}
		}
		return 0, false
	}
	n, ok := shortNumber(text)
	return time.Month(n), ok && n >= 1 && n <= 12
}

// fourDigits is a year from 1 to 9999, with four digits.
func fourDigits(text string) (int, bool) {
	n, ok := decimal(text)
	return n, ok && len(text) == 4 && n >= 1
}

// shortNumber is a number of one or two digits.
func shortNumber(text string) (int, bool) {
	if len(text) > 2 {
		return 0, false
	}
	return decimal(text)
}

// decimal reads a few digits.
func decimal(text string) (n int, ok bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' || i == 4 {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, text != ""
}

func badDate(year, month, day, yearFormat, monthFormat, dayFormat string) error {
	return web.NotFound.With(fmt.Sprintf("Invalid date string “%s__%s__%s” given format “%s__%s__%s”",
		year, month, day, yearFormat, monthFormat, dayFormat))
}

func outOfRange() error { return web.NotFound.With("Date out of range") }

// step is a length of time that the calendar is cut into.
type step struct {
	// begin is the first day of the piece that a day lies in.
	begin func(d model.Date) model.Date
	// next is the first day of the piece behind it; false beyond the year 9999.
	next func(d model.Date) (model.Date, bool)
}

var (
	yearStep = step{
		begin: func(d model.Date) model.Date { return model.Date{Year: d.Year, Month: time.January, Day: 1} },
		next: func(d model.Date) (model.Date, bool) {
			return model.Date{Year: d.Year + 1, Month: time.January, Day: 1}, d.Year < 9999
		},
	}
	monthStep = step{
		begin: func(d model.Date) model.Date { return model.Date{Year: d.Year, Month: d.Month, Day: 1} },
		next: func(d model.Date) (model.Date, bool) {
			if d.Month == time.December {
				return yearStep.next(d)
			}
			return model.Date{Year: d.Year, Month: d.Month + 1, Day: 1}, true
		},
	}
	dayStep = step{
		begin: func(d model.Date) model.Date { return d },
		next:  func(d model.Date) (model.Date, bool) { return plusDays(d, 1) },
	}
)

// weekStep are weeks that begin on a day of the week.
func weekStep(first time.Weekday) step {
	into := func(d model.Date) int { return (int(d.In(time.UTC).Weekday()-first) + 7) % 7 }
	return step{
		begin: func(d model.Date) model.Date {
			day, _ := plusDays(d, -into(d))
			return day
		},
		next: func(d model.Date) (model.Date, bool) { return plusDays(d, 7-into(d)) },
	}
}

// into is how many days lie between the beginning of the piece and a day in it.
func (s step) into(d model.Date) int {
	return int(d.In(time.UTC).Sub(s.begin(d).In(time.UTC)) / (24 * time.Hour))
}

// plusDays is the day n days later; false where the calendar has none.
func plusDays(d model.Date, n int) (model.Date, bool) {
	day := model.DateOf(d.In(time.UTC).AddDate(0, 0, n))
	return day, day.Valid()
}
