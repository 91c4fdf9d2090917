package tmpl

import (
	"testing"
	"time"
)

func BenchmarkFloatFormat(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendFloatFormat(buf[:0], 1234.565, "2")
	}
}

func BenchmarkDateFormat(b *testing.B) {
	b.ReportAllocs()
	env := Environment("Europe/Berlin")
	s := env.Begin()
	t := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	var buf []byte
	for b.Loop() {
		buf = s.AppendTimeFormat(buf[:0], t, "j F Y")
	}
}

func BenchmarkEscape(b *testing.B) {
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendHTML(buf[:0], "Customer 12 & Sons <c>, of the usual length")
	}
}

// FuzzFloatFormat ensures that the short way of rounding gives what the long one does.
func FuzzFloatFormat(f *testing.F) {
	for _, v := range []float64{0.5, 1.005, -0.005, 9.995, 99.9951, -0.0001, 1e14, 123456.789, 2.5, 0.05} {
		f.Add(v, byte(2))
	}
	f.Fuzz(func(t *testing.T, v float64, places byte) {
		arg := string(rune('0' + places%10))
		if got, ok := appendRounded(nil, v, arg); ok {
			if want := floatformat(floatText(v), arg, nil); string(got) != want {
				t.Errorf("%v to %s places is %s, want %s", v, arg, got, want)
			}
		}
	})
}
