package tmpl

import "strconv"

// plainLetters are those that appendPlain knows, besides what stands for itself.
const plainLetters = "jdnmFNMYyHis"

// plainFormat reports whether a format has no other letters and no backslash.
func plainFormat(format string) bool {
	for i := 0; i < len(format); i++ {
		if c := format[i]; (c|0x20 >= 'a' && c|0x20 <= 'z' && !index8(plainLetters, c)) || c == '\\' {
			return false
		}
	}
	return true
}

// appendPlain writes the usual formats, in English, with the date worked out once.
func (m *moment) appendPlain(b []byte, format string) []byte {
	year, month, day := m.t.Date()
	hour, minute, second := m.t.Clock()
	for i := 0; i < len(format); i++ {
		switch c := format[i]; c {
		case 'j':
			if day >= 10 {
				b = append(b, byte('0'+day/10))
			}
			b = append(b, byte('0'+day%10))
		case 'd':
			b = two(b, day)
		case 'n':
			b = strconv.AppendInt(b, int64(month), 10)
		case 'm':
			b = two(b, int(month))
		case 'F':
			b = append(b, month.String()...)
		case 'N':
			b = append(b, apMonths[month-1]...)
		case 'M':
			b = append(b, month.String()[:3]...)
		case 'Y':
			b = appendPadded(b, year, 4)
		case 'y':
			b = two(b, year%100)
		case 'H':
			b = two(b, hour)
		case 'i':
			b = two(b, minute)
		case 's':
			b = two(b, second)
		default:
			b = append(b, c)
		}
	}
	return b
}
