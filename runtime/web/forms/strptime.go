package forms

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// moment is what a text says of a date or a time; what it does not say is that
// of 1900-01-01 00:00.
type moment struct {
	year, month, day, hour, minute, second, micro int
	hour12, pm                                    bool
	yearDay                                       int
}

// strptime reads a text in a form with the letters of strftime: d m Y y H I M S f p b B a A j and %%.
// Digits may lack their leading zero, as in Python; names are English.
func strptime(format, s string) (time.Time, bool) {
	form := formOf(format)
	found := form.FindStringSubmatch(s)
	if found == nil || len(found[0]) != len(s) { // as Python has it: the first match, not one that reaches the end
		return time.Time{}, false
	}
	m := moment{year: 1900, month: 1, day: 1}
	for i, letter := range form.SubexpNames() {
		if letter != "" {
			m.set(letter[0], found[i])
		}
	}
	if m.hour12 {
		m.hour %= 12
		if m.pm {
			m.hour += 12
		}
	}
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.micro*1000, time.UTC)
	if m.yearDay > 0 {
		t = t.AddDate(0, 0, m.yearDay-t.YearDay())
		m.month, m.day = int(t.Month()), t.Day()
	}
	return t, m.year > 0 && m.second < 60 && t.Year() == m.year && int(t.Month()) == m.month && t.Day() == m.day
}

// letters are what may stand for each letter: Python's strptime, where \d is a digit of any script.
var letters = map[byte]string{
	'd': `3[01]|[12]\p{Nd}|0[1-9]|[1-9]| [1-9]`,
	'm': `1[0-2]|0[1-9]|[1-9]`,
	'Y': `\p{Nd}{4}`,
	'y': `\p{Nd}{2}`,
	'H': `2[0-3]|[01]\p{Nd}|\p{Nd}`,
	'I': `1[0-2]|0[1-9]|[1-9]`,
	'M': `[0-5]\p{Nd}|\p{Nd}`,
	'S': `6[01]|[0-5]\p{Nd}|\p{Nd}`,
	'f': `[0-9]{1,6}`,
	'j': `36[0-6]|3[0-5]\p{Nd}|[12]\p{Nd}\p{Nd}|0[1-9]\p{Nd}|00[1-9]|[1-9]\p{Nd}|0[1-9]|[1-9]`,
	'p': "AM|PM",
	'b': names(12, func(i int) string { return time.Month(i + 1).String()[:3] }),
	'B': names(12, func(i int) string { return time.Month(i + 1).String() }),
	'a': names(7, func(i int) string { return time.Weekday(i).String()[:3] }),
	'A': names(7, func(i int) string { return time.Weekday(i).String() }),
}

// names are words of which any may stand there.
func names(n int, name func(int) string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = name(i)
	}
	return strings.Join(list, "|")
}

// blanks are what Python takes for white space.
const blanks = `[\s\v\x1c-\x1f\x85\p{Z}]+`

// never matches no text.
var never = regexp.MustCompile(`^\b\B`)

// forms are the expressions of formats that were used; those are the site's, never a client's.
var forms sync.Map // map[string]*regexp.Regexp

func formOf(format string) *regexp.Regexp {
	if form, ok := forms.Load(format); ok {
		return form.(*regexp.Regexp)
	}
	form := compileForm(format)
	forms.Store(format, form)
	return form
}

func compileForm(format string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?i)^")
	for rest := format; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r):
			b.WriteString(blanks)
			rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
			continue
		case r != '%' || len(rest) == 1:
			b.WriteString(regexp.QuoteMeta(rest[:size]))
		case rest[1] == '%':
			b.WriteByte('%')
			size = 2
		default:
			expression, known := letters[rest[1]]
			if !known {
				return never
			}
			fmt.Fprintf(&b, "(?P<%c>%s)", rest[1], expression)
			size = 2
		}
		rest = rest[size:]
	}
	form, err := regexp.Compile(b.String())
	if err != nil { // a letter that stands twice: nothing is both
		return never
	}
	return form
}

func (m *moment) set(letter byte, text string) {
	n, _ := strconv.Atoi(strings.TrimSpace(asciiDigits(text)))
	switch letter {
	case 'd':
		m.day = n
	case 'm':
		m.month = n
	case 'Y':
		m.year = n
	case 'y': // 69 to 99 are of the last century (POSIX)
		m.year = 2000 + n
		if n >= 69 {
			m.year -= 100
		}
	case 'H':
		m.hour = n
	case 'I':
		m.hour, m.hour12 = n, true
	case 'M':
		m.minute = n
	case 'S':
		m.second = n
	case 'f':
		m.micro = micros(text)
	case 'j':
		m.yearDay = n
	case 'p':
		m.pm = strings.EqualFold(text, "PM")
	case 'b', 'B':
		for month := time.January; month <= time.December; month++ {
			if name := month.String(); strings.EqualFold(text, name) || strings.EqualFold(text, name[:3]) {
				m.month = int(month)
			}
		}
	}
}

// micros are the digits of parts of a second, of which six count.
func micros(digits string) int {
	n, _ := strconv.Atoi((digits + "000000")[:6])
	return n
}

// strftime writes a time in such a form.
func strftime(format string, t time.Time) string {
	layouts := map[byte]string{'d': "02", 'm': "01", 'Y': "2006", 'y': "06", 'H': "15", 'I': "03", 'M': "04", 'S': "05",
		'p': "PM", 'b': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'j': "002"}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch layout, ok := layouts[format[i]]; {
		case ok:
			b.WriteString(t.Format(layout))
		case format[i] == 'f':
			b.WriteString(t.Format(".000000")[1:])
		default:
			b.WriteByte(format[i])
		}
	}
	return b.String()
}
