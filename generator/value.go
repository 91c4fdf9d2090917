package generator

import (
	"fmt"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// str, num, duration and size write an attribute's value: as a literal, or as
// what the site reads from the environment when it starts. The generated
// function's parameter v holds the variables.

func str(v schema.String) jen.Code {
	if v.Bind != nil {
		return bound("String", v.Bind)
	}
	return jen.Lit(v.V)
}

func num(v schema.Int) jen.Code {
	if v.Bind != nil {
		return bound("Int", v.Bind)
	}
	return jen.Lit(v.V)
}

func boolean(v schema.Bool) jen.Code {
	if v.Bind != nil {
		return bound("Bool", v.Bind)
	}
	return jen.Lit(v.V)
}

func duration(v schema.Duration) jen.Code {
	if v.Bind != nil {
		return bound("Duration", v.Bind)
	}
	return durationLit(v.V)
}

func size(v schema.Size) jen.Code {
	if v.Bind != nil {
		return bound("Size", v.Bind)
	}
	return sizeLit(v.V)
}

// bound is v.String("http://", "$host"): literal parts, and variables behind a dollar sign.
func bound(method string, b *schema.Binding) jen.Code {
	return jen.Id("v").Dot(method).Call(bindingParts(b)...)
}

// durationLit writes a duration as people read it: 365 * 24 * time.Hour.
func durationLit(d time.Duration) jen.Code {
	day := 24 * time.Hour
	switch {
	case d == 0:
		return jen.Lit(0)
	case d%day == 0:
		return jen.Lit(int(d/day)).Op("*").Lit(24).Op("*").Qual("time", "Hour")
	case d%time.Hour == 0:
		return times(int(d/time.Hour), "Hour")
	case d%time.Minute == 0:
		return times(int(d/time.Minute), "Minute")
	case d%time.Second == 0:
		return times(int(d/time.Second), "Second")
	case d%time.Millisecond == 0:
		return times(int(d/time.Millisecond), "Millisecond")
	}
	return times(int(d), "Nanosecond")
}

func times(n int, unit string) jen.Code {
	if n == 1 {
		return jen.Qual("time", unit)
	}
	return jen.Lit(n).Op("*").Qual("time", unit)
}

// sizeLit writes a number of bytes as people read it: 32 << 20.
func sizeLit(n int64) jen.Code {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return jen.Lit(int(n >> 20)).Op("<<").Lit(20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return jen.Lit(int(n >> 10)).Op("<<").Lit(10)
	}
	return jen.Lit(int(n))
}

// strs is []string{…} of plain values.
func strs(values []string) jen.Code {
	var items []jen.Code
	for _, s := range values {
		items = append(items, jen.Lit(s))
	}
	return jen.Index().String().Values(items...)
}

// stringList is []string{…}; a value that the environment sets may be a list itself.
func stringList(values []schema.String) jen.Code {
	return textList(values, func(b *schema.Binding) jen.Code { return bound("Strings", b) })
}

// textList is stringList with lists that set has read from the environment.
func textList(values []schema.String, set func(*schema.Binding) jen.Code) jen.Code {
	literals := []jen.Code{}
	var joined []jen.Code
	for _, s := range values {
		if s.Bind != nil {
			joined = append(joined, set(s.Bind))
			continue
		}
		literals = append(literals, jen.Lit(s.V))
	}
	list := jen.Index().String().Values(literals...)
	switch {
	case len(joined) == 0:
		return list
	case len(joined) == 1 && len(literals) == 0:
		return joined[0]
	}
	return jen.Qual("slices", "Concat").Call(append([]jen.Code{list}, joined...)...)
}

// fields collects the "Key: value" pairs of a composite literal, leaving out
// what is zero anyway.
type fields []jen.Code

func (f *fields) add(key string, value jen.Code) {
	*f = append(*f, jen.Id(key).Op(":").Add(value))
}

func (f *fields) addIf(wanted bool, key string, value jen.Code) {
	if wanted {
		f.add(key, value)
	}
}

func wanted[T comparable](v schema.Value[T]) bool {
	var zero T
	return v.Bind != nil || v.V != zero
}

// differs reports whether a value is another one than what the runtime takes
// where nothing is written.
func differs[T comparable](v schema.Value[T], standard T) bool {
	return v.Bind != nil || v.V != standard
}

// bug panics: the schema let something through that it promises not to.
func bug(format string, args ...any) {
	panic("stackgen: unreachable: " + fmt.Sprintf(format, args...))
}
