package views

import (
	"os"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/model"
)

// Ensure that captures are dates, or none, as strptime has it.
func TestCaptures(t *testing.T) {
	file, err := os.ReadFile("testdata/strptime.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		rows++
		row := strings.Split(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t-", "\t"), "\t")
		kind, year, part, format, day, want := row[0], row[1], row[2], row[3], row[4], row[5]
		var got model.Date
		var err error
		switch kind {
		case "year":
			got, err = Captures{}.year(year)
		case "month":
			got, err = Captures{Month: format}.month(year, part)
		case "day":
			got, err = Captures{Month: format}.day(year, part, day)
		case "week":
			got, err = Captures{Week: format}.week(year, part)
		}
		text := ""
		if err == nil {
			text = got.String()
		}
		if text != want {
			t.Errorf("%q is %q", row, text)
		}
	}
	if rows < 250 {
		t.Errorf("the table has %d rows", rows)
	}
}

// Ensure that what is no date is told with the formats that Django names.
func TestBadDate(t *testing.T) {
	for _, tt := range []struct {
		captures        Captures
		year, part, day string
		week            bool
		want            string
	}{
		{Captures{}, "99", "", "", false, "Invalid date string “99____” given format “%Y____”"},
		{Captures{Month: MonthName}, "2024", "foo", "", false, "Invalid date string “2024__foo__” given format “%Y__%b__”"},
		{Captures{Month: MonthNumber}, "2024", "2", "30", false, "Invalid date string “2024__2__30” given format “%Y__%m__%d”"},
		{Captures{Week: WeekFromSunday}, "2024", "54", "", true, "Invalid date string “2024__0__54” given format “%Y__%w__%U”"},
		{Captures{Week: WeekFromMonday}, "2024", "54", "", true, "Invalid date string “2024__1__54” given format “%Y__%w__%W”"},
		{Captures{Week: WeekISO}, "2023", "53", "", true, "Invalid date string “2023__1__53” given format “%G__%w__%V”"},
	} {
		var err error
		switch {
		case tt.week:
			_, err = tt.captures.week(tt.year, tt.part)
		case tt.day != "":
			_, err = tt.captures.day(tt.year, tt.part, tt.day)
		case tt.part != "":
			_, err = tt.captures.month(tt.year, tt.part)
		default:
			_, err = tt.captures.year(tt.year)
		}
		if err == nil || err.Error() != tt.want {
			t.Errorf("%v, not %s", err, tt.want)
		}
	}
}

// Ensure that a day begins with its first instant, also where clocks are changed
// at midnight, and where there is no such day.
func TestDayBegins(t *testing.T) {
	for _, tt := range []struct{ zone, day, want string }{
		{"UTC", "2024-03-31", "2024-03-31T00:00:00Z"},
		{"Europe/Berlin", "2024-03-31", "2024-03-30T23:00:00Z"},
		{"Europe/Berlin", "2024-04-01", "2024-03-31T22:00:00Z"},
		{"Europe/Berlin", "2024-10-27", "2024-10-26T22:00:00Z"},
		{"Europe/Berlin", "2024-10-28", "2024-10-27T23:00:00Z"},
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00Z"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, // begins at 01:00
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"}, // behind a day of 25 hours
		{"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"},    // has two midnights
		{"America/Havana", "2024-11-04", "2024-11-04T05:00:00Z"},
		{"America/Havana", "2024-03-10", "2024-03-10T05:00:00Z"}, // begins at 01:00
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"}, // was left out
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"Asia/Tokyo", "0001-01-01", "0001-01-01T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		day, err := model.ParseDate(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := dayBegins(day, zone).UTC().Format(time.RFC3339); got != tt.want {
			t.Errorf("%s in %s begins at %s, not %s", tt.day, tt.zone, got, tt.want)
		}
	}
}

// Ensure that nothing that a path may hold ends in a panic or in a day that there is not.
func FuzzCaptures(f *testing.F) {
	f.Add("2024", "2", "29", "%m", "%W")
	f.Add("9999", "dec", "31", "%b", "%V")
	f.Add("0001", "0", "1", "%m", "%U")
	f.Fuzz(func(t *testing.T, year, part, day, month, week string) {
		c := Captures{Month: month, Week: week}
		for _, read := range []func() (model.Date, error){
			func() (model.Date, error) { return c.year(year) },
			func() (model.Date, error) { return c.month(year, part) },
			func() (model.Date, error) { return c.day(year, part, day) },
			func() (model.Date, error) { return c.week(year, part) },
		} {
			if d, err := read(); err == nil && !d.Valid() {
				t.Errorf("%q %q %q: %v", year, part, day, d)
			}
		}
	})
}
