package tmpl

import (
	"math/rand/v2"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// length is Python's len.
func length(v any) (int, bool) {
	switch v := simplify(v).(type) {
	case string:
		return utf8.RuneCountInString(v), true
	case Safe:
		return utf8.RuneCountInString(string(v)), true
	case []any:
		return len(v), true
	case Mapping:
		return len(v.Keys()), true
	case nil:
		return 0, false
	default:
		if l, ok := v.(interface{ Len() int }); ok {
			return l.Len(), true
		}
		if r := reflect.ValueOf(v); r.Kind() == reflect.Map {
			return r.Len(), true
		}
	}
	return 0, false
}

// FilterLength is the filter length; what has none is 0.
func FilterLength(s *State, v any, args ...any) any {
	n, _ := length(v)
	return n
}

// FilterFirst is the filter first.
func FilterFirst(s *State, v any, args ...any) any { return s.item(v, func(int) int { return 0 }) }

// FilterLast is the filter last.
func FilterLast(s *State, v any, args ...any) any {
	return keepItem(v, s.item(v, func(n int) int { return n - 1 }))
}

// keepItem makes a letter of a safe text safe, as last and random do and first does not.
func keepItem(v, item any) any {
	if t, isText := item.(string); isText {
		if _, safe := v.(Safe); safe {
			return Safe(t)
		}
	}
	return item
}

// FilterRandom is the filter random.
func FilterRandom(s *State, v any, args ...any) any {
	return keepItem(v, s.item(v, func(n int) int { return rand.IntN(n) }))
}

func (s *State) item(v any, which func(int) int) any {
	simple := simplify(v)
	if isMap(simple) {
		s.failf("%s is not a list", repr(v))
		return ""
	}
	list, ok := items(simple)
	if !ok || simple == nil {
		s.failf("%s is not a list", repr(v))
		return ""
	}
	if len(list) == 0 {
		return ""
	}
	return list[which(len(list))]
}

// Slice is the part of a list that Python's notation names: "2:5", ":-1". One
// number n is :n. What cannot be read gives the whole list.
func Slice[S ~[]E, E any](list S, notation string) S {
	from, to, step, ok := sliceBounds(notation, len(list))
	if !ok || step != 1 {
		return list
	}
	if from >= to {
		return nil
	}
	return list[from:to]
}

// sliceBounds resolves a notation against a length.
func sliceBounds(notation string, n int) (from, to, step int, ok bool) {
	var given [3]*int
	parts := strings.Split(notation, ":")
	if len(parts) > 3 {
		return 0, 0, 0, false
	}
	for i, p := range parts {
		if p == "" {
			continue
		}
		x, err := strconv.Atoi(strings.TrimFunc(p, isSpace))
		if err != nil {
			return 0, 0, 0, false
		}
		given[i] = &x
	}
	if len(parts) == 1 {
		given[0], given[1] = nil, given[0]
	}
	step = 1
	if given[2] != nil {
		step = *given[2]
	}
	if step == 0 {
		return 0, 0, 0, false
	}
	low, high := 0, n
	from, to = 0, n
	if step < 0 {
		low, high = -1, n-1
		from, to = n-1, -1
	}
	clamp := func(p *int, otherwise int) int {
		if p == nil {
			return otherwise
		}
		x := *p
		if x < 0 {
			x += n
		}
		return min(max(x, low), high)
	}
	return clamp(given[0], from), clamp(given[1], to), step, true
}

// FilterSlice is the filter slice.
func FilterSlice(s *State, v any, args ...any) any {
	simple := simplify(v)
	list, ok := items(simple)
	if !ok || simple == nil || isMap(simple) {
		return v
	}
	from, to, step, ok := sliceBounds(text(args[0]), len(list))
	if !ok {
		return v
	}
	part := []any{}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		part = append(part, list[i])
	}
	if _, isText := textOf(simple); !isText {
		if _, isTuple := v.(Tuple); isTuple {
			return Tuple(part)
		}
		return part
	}
	var b strings.Builder
	for _, p := range part {
		b.WriteString(p.(string))
	}
	return keep(simple, []byte(b.String()))
}

// FilterJoin is the filter join.
func FilterJoin(s *State, escape bool, v any, args ...any) any {
	list, ok := items(simplify(v))
	if !ok || v == nil {
		return v
	}
	sep := text(args[0])
	if _, safe := simplify(args[0]).(Safe); escape && !safe {
		sep = string(AppendHTML(nil, sep))
	}
	var b []byte
	for i, item := range list {
		if i > 0 {
			b = append(b, sep...)
		}
		item = simplify(item)
		t := text(item)
		if _, safe := item.(Safe); escape && !safe {
			b = AppendHTML(b, t)
		} else {
			b = append(b, t...)
		}
	}
	return Safe(b)
}

// FilterEscapeseq is the filter escapeseq.
func FilterEscapeseq(s *State, v any, args ...any) any {
	return s.each(v, func(item any) any { return FilterEscape(s, item) })
}

// FilterSafeseq is the filter safeseq.
func FilterSafeseq(s *State, v any, args ...any) any {
	return s.each(v, func(item any) any { return Safe(text(item)) })
}

func (s *State) each(v any, f func(any) any) any {
	list, ok := items(simplify(v))
	if !ok || v == nil {
		s.failf("%s is not a list", repr(v))
		return []any{}
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = f(item)
	}
	return out
}

// FilterDictsort is the filter dictsort.
func FilterDictsort(s *State, v any, args ...any) any { return s.sorted(v, args[0], false) }

// FilterDictsortreversed is the filter dictsortreversed.
func FilterDictsortreversed(s *State, v any, args ...any) any { return s.sorted(v, args[0], true) }

func (s *State) sorted(v, key any, reverse bool) any {
	list, ok := items(simplify(v))
	if !ok || v == nil {
		return ""
	}
	keys := make([]any, len(list))
	for i, item := range list {
		if n, isInt := simplify(key).(int64); isInt {
			row, ok := simplify(item).([]any)
			if t, isText := textOf(simplify(item)); isText {
				row, ok = letters(t), true
			}
			if !ok || n >= int64(len(row)) || n < -int64(len(row)) {
				return ""
			}
			if n < 0 {
				n += int64(len(row))
			}
			keys[i] = row[n]
			continue
		}
		if _, isNumber := number(text(key)); isNumber {
			// The whole text is one key of a map.
			if !isMap(simplify(item)) {
				return ""
			}
			if keys[i] = s.attribute(item, text(key)); keys[i] == (absent{}) {
				return ""
			}
			continue
		}
		path := strings.Split(text(key), ".")
		for _, p := range path {
			if strings.HasPrefix(p, "_") {
				return ""
			}
		}
		if keys[i] = s.follow(item, path); keys[i] == (absent{}) {
			return ""
		}
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	comparable := true
	sort.SliceStable(order, func(i, j int) bool {
		n, ok := compareOrdered(keys[order[i]], keys[order[j]])
		comparable = comparable && ok
		if reverse {
			return n > 0
		}
		return n < 0
	})
	if !comparable && len(list) > 1 {
		return ""
	}
	out := make([]any, len(list))
	for i, at := range order {
		out[i] = list[at]
	}
	return out
}

// FilterDefault is the filter default.
func FilterDefault(s *State, v any, args ...any) any {
	if True(v) {
		return v
	}
	return args[0]
}

// FilterDefaultIfNone is the filter default_if_none.
func FilterDefaultIfNone(s *State, v any, args ...any) any {
	if simplify(v) == nil {
		return args[0]
	}
	return v
}

// FilterYesno is the filter yesno.
func FilterYesno(s *State, v any, args ...any) any {
	arg := s.lang.Text("", "yes,no,maybe")
	if len(args) > 0 {
		arg = text(args[0])
	}
	words := strings.Split(arg, ",")
	if len(words) < 2 {
		return v
	}
	switch {
	case simplify(v) == nil && len(words) == 3:
		return words[2]
	case True(v):
		return words[0]
	}
	return words[1]
}

// addTimes is Python's + of a time and a duration.
func addTimes(a, b any) any {
	if _, ok := a.(time.Duration); ok {
		a, b = b, a
	}
	d, ok := b.(time.Duration)
	if !ok {
		return ""
	}
	switch t := a.(type) {
	case time.Duration:
		return t + d
	case time.Time:
		return t.Add(d)
	case Naive:
		return Naive{t.Add(d)}
	case Date:
		return Date{t.AddDate(0, 0, int(d/(24*time.Hour)))}
	}
	return ""
}
