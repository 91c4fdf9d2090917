package proxy

import "time"

// httpDate is how a date is written (RFC 9110, section 5.6.7).
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// parseDate reads a date in any of its three forms, as seconds since 1970. The
// name of the weekday may be wrong, as everywhere. Now decides the century of
// two-digit years: a date that looks over 50 years ahead is in the past.
func parseDate(b []byte, now time.Time) (int64, bool) {
	switch {
	case len(b) == len(httpDate) && b[3] == ',':
		// Sun, 06 Nov 1994 08:49:37 GMT
		if b[4] != ' ' || b[7] != ' ' || b[11] != ' ' || b[16] != ' ' || string(b[25:]) != " GMT" || !letters(b[:3]) {
			return 0, false
		}
		return seconds(digits(b[12:16]), month(b[8:11]), digits(b[5:7]), b[17:25])
	case len(b) == 24 && b[3] == ' ':
		// Sun Nov  6 08:49:37 1994
		day := b[8:10]
		if b[8] == ' ' {
			day = b[9:10]
		}
		if b[7] != ' ' || b[10] != ' ' || b[19] != ' ' || !letters(b[:3]) {
			return 0, false
		}
		return seconds(digits(b[20:]), month(b[4:7]), digits(day), b[11:19])
	}
	// Sunday, 06-Nov-94 08:49:37 GMT
	comma := 0
	for comma < len(b) && b[comma] != ',' {
		comma++
	}
	if comma < 6 || comma > 9 || len(b) != comma+24 || !letters(b[:comma]) {
		return 0, false
	}
	b = b[comma:]
	if b[1] != ' ' || b[4] != '-' || b[8] != '-' || b[11] != ' ' || string(b[20:]) != " GMT" {
		return 0, false
	}
	year := digits(b[9:11])
	if year < 0 {
		return 0, false
	}
	year += now.Year() / 100 * 100
	switch {
	case year > now.Year()+50:
		year -= 100
	case year <= now.Year()-50:
		year += 100
	}
	return seconds(year, month(b[5:8]), digits(b[2:4]), b[12:20])
}

// seconds puts a date together; clock is "15:04:05".
func seconds(year, month, day int, clock []byte) (int64, bool) {
	hour, minute, second := digits(clock[:2]), digits(clock[3:5]), digits(clock[6:])
	if year < 0 || month < 0 || day < 1 || clock[2] != ':' || clock[5] != ':' ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t.Unix(), t.Day() == day
}

// digits is the number that b writes, -1 if it is not all digits.
func digits(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func letters(b []byte) bool {
	for _, c := range b {
		if c = lower(c); c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

func month(b []byte) int {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for i := 0; i < len(names); i += 3 {
		if string(b) == names[i:i+3] {
			return i/3 + 1
		}
	}
	return -1
}
