package forms

import (
	"strconv"
	"strings"
	"time"
	"unicode"
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
	m := moment{year: 1900, month: 1, day: 1}
	if !m.read(format, s) {
		return time.Time{}, false
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
	return t, m.year > 0 && t.Year() == m.year && int(t.Month()) == m.month && t.Day() == m.day
}

// number is how a letter's digits may look: their least and largest number, and their value.
type number struct{ fewest, most, low, high int }

var numbers = map[byte]number{
	'd': {1, 2, 1, 31}, 'm': {1, 2, 1, 12}, 'Y': {4, 4, 0, 9999}, 'y': {2, 2, 0, 99}, 'H': {1, 2, 0, 23}, 'I': {1, 2, 1, 12},
	'M': {1, 2, 0, 59}, 'S': {1, 2, 0, 59}, 'f': {1, 6, 0, 999999}, 'j': {1, 3, 1, 366},
}

// read matches the rest of a form; the longest digits are tried first.
func (m *moment) read(format, s string) bool {
	if format == "" {
		return s == ""
	}
	if r := rune(format[0]); unicode.IsSpace(r) {
		rest := strings.TrimLeftFunc(s, unicode.IsSpace)
		return rest != s && m.read(strings.TrimLeftFunc(format, unicode.IsSpace), rest)
	}
	if format[0] != '%' || len(format) < 2 {
		return s != "" && foldASCII(s[0]) == foldASCII(format[0]) && m.read(format[1:], s[1:])
	}
	letter, format := format[1], format[2:]
	if n, ok := numbers[letter]; ok {
		for size := min(n.most, len(s)); size >= n.fewest; size-- {
			value, err := strconv.ParseUint(s[:size], 10, 32)
			if err != nil || int(value) < n.low || int(value) > n.high {
				continue
			}
			before := *m
			m.set(letter, s[:size], int(value))
			if m.read(format, s[size:]) {
				return true
			}
			*m = before
		}
		return false
	}
	if letter == '%' {
		return strings.HasPrefix(s, "%") && m.read(format, s[1:])
	}
	for i, name := range nameList(letter) {
		if len(s) >= len(name) && strings.EqualFold(s[:len(name)], name) {
			before := *m
			switch letter {
			case 'b', 'B':
				m.month = i + 1
			case 'p':
				m.pm = i == 1
			}
			if m.read(format, s[len(name):]) {
				return true
			}
			*m = before
		}
	}
	return false
}

func (m *moment) set(letter byte, digits string, n int) {
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
		m.micro, _ = strconv.Atoi((digits + "00000")[:6])
	case 'j':
		m.yearDay = n
	}
}

// nameList are the words that may stand for a letter.
func nameList(letter byte) []string {
	var names []string
	switch letter {
	case 'p':
		return []string{"AM", "PM"}
	case 'b', 'B':
		for month := time.January; month <= time.December; month++ {
			names = append(names, month.String())
		}
	case 'a', 'A':
		for day := time.Sunday; day <= time.Saturday; day++ {
			names = append(names, day.String())
		}
	}
	if letter == 'a' || letter == 'b' {
		for i := range names {
			names[i] = names[i][:3]
		}
	}
	return names
}

func foldASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
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
