package tmpl

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// FilterApnumber is the filter apnumber: one to nine in words.
func FilterApnumber(s *State, v any, args ...any) any {
	n, ok := humanInt(v)
	if !ok {
		return v
	}
	if !n.IsInt64() || n.Int64() <= 0 || n.Int64() >= 10 {
		return smallest(n)
	}
	return s.lang.Text("", smallNumbers[n.Int64()-1])
}

var smallNumbers = [...]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// humanInt is Python's int() for the filters of humanize.
func humanInt(v any) (*big.Int, bool) {
	v = simplify(v)
	if t, ok := textOf(v); ok {
		v = strings.ReplaceAll(strings.TrimFunc(t, isSpace), "_", "")
	}
	return bigInt(v)
}

// FilterOrdinal is the filter ordinal: 1st, 2nd.
func FilterOrdinal(s *State, v any, args ...any) any {
	n, ok := humanInt(v)
	if !ok {
		return v
	}
	if n.Sign() < 0 {
		return n.String()
	}
	rest := int(new(big.Int).Mod(n, big.NewInt(100)).Int64())
	form, context := "{}th", ""
	switch {
	case rest >= 11 && rest <= 13:
	case n.Cmp(big.NewInt(1)) == 0:
		form, context = "{}st", "1"
	case rest%10 == 1:
		form = "{}st"
	case rest%10 == 2:
		form = "{}nd"
	case rest%10 == 3:
		form = "{}rd"
	}
	text := s.lang.Text(context, form)
	return Safe(strings.Replace(text, "{}", n.String(), 1))
}

// FilterIntcomma is the filter intcomma: separators between thousands, in the
// page's language unless the argument is false.
func FilterIntcomma(s *State, v any, args ...any) any {
	if len(args) == 0 || True(args[0]) {
		if t, ok := plainNumber(v); ok {
			return keep(v, []byte(grouped(t, true, s.locale())))
		}
	}
	t := text(v)
	sign, digits := "", t
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	n := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
	return keep(v, []byte(sign+grouped(digits[:n], true, nil)+digits[n:]))
}

// plainNumber is a number's digits without exponent.
func plainNumber(v any) (string, bool) {
	v = simplify(v)
	switch x := v.(type) {
	case bool:
		if x {
			return "1", true
		}
		return "0", true
	case nil, []any, time.Duration:
		return "", false
	}
	d, ok := number(text(v))
	if !ok || d.special != "" || len(d.coef)+max(d.exp, -d.exp) > 200 {
		return "", false
	}
	return d.plain(), true
}

// largeNumbers are the names of intword, by the power of ten.
var largeNumbers = []struct {
	power int64
	name  string
}{
	{6, "million"}, {9, "billion"}, {12, "trillion"}, {15, "quadrillion"}, {18, "quintillion"}, {21, "sextillion"},
	{24, "septillion"}, {27, "octillion"}, {30, "nonillion"}, {33, "decillion"}, {100, "googol"},
}

// FilterIntword is the filter intword: 1.2 million.
func FilterIntword(s *State, v any, args ...any) any {
	n, ok := humanInt(v)
	if !ok {
		return v
	}
	abs := new(big.Int).Abs(n)
	if abs.Cmp(big.NewInt(1000000)) < 0 {
		return keep(v, []byte(n.String()))
	}
	for _, l := range largeNumbers {
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(l.power), nil)
		if abs.Cmp(new(big.Int).Mul(unit, big.NewInt(1000))) >= 0 {
			continue
		}
		f, _ := new(big.Rat).SetFrac(n, unit).Float64()
		amount := floatformat(floatText(f), "1", s.locale())
		count := int64(2)
		if abs.Cmp(unit) == 0 {
			count = 1
		}
		form := s.lang.Plural("", "%s "+l.name, "%s "+l.name, count)
		return keep(v, fmt.Appendf(nil, form, amount))
	}
	return keep(v, []byte(n.String()))
}

// FilterNaturalday is the filter naturalday: today, tomorrow, yesterday, or the date.
func FilterNaturalday(s *State, v any, args ...any) any {
	m, ok := s.moment(v)
	if !ok || m.clock {
		return v
	}
	now := s.env.Now().In(s.env.Location)
	if !m.day && !m.naive {
		now = s.env.Now().In(m.t.Location())
	}
	days := dayNumber(m.t) - dayNumber(now)
	switch days {
	case 0:
		return s.lang.Text("", "today")
	case 1:
		return s.lang.Text("", "tomorrow")
	case -1:
		return s.lang.Text("", "yesterday")
	}
	return s.formatted(v, "DATE_FORMAT", args)
}

// dayNumber counts days.
func dayNumber(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// FilterNaturaltime is the filter naturaltime: 3 minutes ago.
func FilterNaturaltime(s *State, v any, args ...any) any {
	at, kind, ok := s.instant(v)
	if !ok {
		return v
	}
	if kind == 'd' {
		s.failf("the filter naturaltime needs a time, not a date")
		return ""
	}
	now := s.env.Now()
	if kind == 'n' {
		now = wall(now.In(s.env.Location))
	}
	past := at.Before(now)
	from, to := now, at
	if past {
		from, to = at, now
	}
	return s.natural(from, to, past)
}

// natural says how far apart two moments are, the later or the earlier being now.
func (s *State) natural(from, to time.Time, past bool) string {
	suffix, context, delta := " from now", "future", to.Sub(from)
	if past {
		suffix, context = " ago", "past"
	}
	switch seconds := int64(delta / time.Second); {
	case delta >= 24*time.Hour:
		since := s.appendSince(nil, from, to, context)
		return fmt.Sprintf(s.lang.Text("", "%s"+suffix), since)
	case seconds == 0:
		return s.lang.Text("", "now")
	case seconds < 60:
		return s.counted("a second"+suffix, "%d\u00a0seconds"+suffix, seconds)
	case seconds < 3600:
		return s.counted("a minute"+suffix, "%d\u00a0minutes"+suffix, seconds/60)
	default:
		return s.counted("an hour"+suffix, "%d\u00a0hours"+suffix, seconds/3600)
	}
}

var numberVerb = regexp.MustCompile(`%d`)

func (s *State) counted(singular, plural string, n int64) string {
	return numberVerb.ReplaceAllString(s.lang.Plural("", singular, plural, n), fmt.Sprint(n))
}
