package conditional

import (
	"strings"
	"time"
)

// ParseDate reads an HTTP date in its three forms (RFC 9110, section 5.6.7):
//
//	Sun, 06 Nov 1994 08:49:37 GMT
//	Sunday, 06-Nov-94 08:49:37 GMT
//	Sun Nov  6 08:49:37 1994
//
// A year of two digits is the one that is at most 50 years after now. The name of the day is not compared
// with the date (django.utils.http.parse_http_date). ok is false for anything else.
func ParseDate(s string, now time.Time) (t time.Time, ok bool) {
	var d dateFields
	comma := strings.IndexByte(s, ',')
	switch {
	case comma == 3 && word(s[:3]):
		ok = d.rfc1123(s[4:])
	case comma >= 6 && comma <= 9 && word(s[:comma]):
		ok = d.rfc850(s[comma+1:])
	case comma < 0 && len(s) > 3 && word(s[:3]):
		ok = d.asctime(s[3:])
	}
	if !ok {
		return time.Time{}, false
	}
	return d.time(now.UTC().Year())
}

// FormatDate writes a moment as an HTTP date (http_date).
func FormatDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT") }

type dateFields struct{ year, month, day, hour, minute, second int }

// rfc1123 is " 06 Nov 1994 08:49:37 GMT".
func (d *dateFields) rfc1123(s string) bool {
	return len(s) == 25 && s[0] == ' ' && number(s[1:3], &d.day) && s[3] == ' ' && monthName(s[4:7], &d.month) && s[7] == ' ' &&
		number(s[8:12], &d.year) && s[12] == ' ' && d.clock(s[13:21]) && s[21:] == " GMT"
}

// rfc850 is " 06-Nov-94 08:49:37 GMT".
func (d *dateFields) rfc850(s string) bool {
	return len(s) == 23 && s[0] == ' ' && number(s[1:3], &d.day) && s[3] == '-' && monthName(s[4:7], &d.month) && s[7] == '-' &&
		number(s[8:10], &d.year) && s[10] == ' ' && d.clock(s[11:19]) && s[19:] == " GMT"
}

// asctime is " Nov  6 08:49:37 1994".
func (d *dateFields) asctime(s string) bool {
	if len(s) != 21 || s[0] != ' ' || !monthName(s[1:4], &d.month) || s[4] != ' ' || s[7] != ' ' || !d.clock(s[8:16]) ||
		s[16] != ' ' || !number(s[17:21], &d.year) {
		return false
	}
	return number(strings.TrimPrefix(s[5:7], " "), &d.day)
}

func (d *dateFields) clock(s string) bool {
	return s[2] == ':' && s[5] == ':' && number(s[:2], &d.hour) && number(s[3:5], &d.minute) && number(s[6:8], &d.second)
}

// time refuses a day that the month does not have, and a leap second.
func (d *dateFields) time(thisYear int) (time.Time, bool) {
	if d.year < 100 {
		century := thisYear - thisYear%100
		if d.year-thisYear%100 > 50 {
			century -= 100
		}
		d.year += century
	}
	if d.hour > 23 || d.minute > 59 || d.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, 0, time.UTC)
	return t, t.Day() == d.day && int(t.Month()) == d.month
}

func number(s string, to *int) bool {
	*to = 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		*to = *to*10 + int(s[i]-'0')
	}
	return s != ""
}

func monthName(s string, to *int) bool {
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(s, m.String()[:3]) {
			*to = int(m)
			return true
		}
	}
	return false
}

// word reports whether the text is letters, digits and "_" alone: what stands for the name of the day.
func word(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '_' {
			return false
		}
	}
	return true
}
