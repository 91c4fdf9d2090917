package proxy

import (
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func TestNegotiation(t *testing.T) {
	tests := []struct{ accept, exist, want string }{
		{"-", "zstd br gzip", ""},
		{"", "zstd br gzip", ""},
		{"gzip", "zstd br gzip", "gzip"},
		{"x-gzip", "gzip", "gzip"},
		{"GZIP", "gzip", "gzip"},
		{"gzip, deflate, br, zstd", "zstd br gzip", "zstd"},
		{"gzip, deflate, br, zstd", "br gzip", "br"},
		{"gzip, deflate, br, zstd", "gzip", "gzip"},
		{"gzip, deflate, br, zstd", "", ""},
		{"gzip;q=1.0, br;q=0.5", "br gzip", "gzip"},
		{"gzip;q=0.5, br;q=0.501", "br gzip", "br"},
		{"gzip ; q=0.5 , br", "br gzip", "br"},
		{"gzip;q=0", "gzip", ""},
		{"br;q=0, *", "br gzip", "gzip"},
		{"*", "zstd br gzip", "zstd"},
		{"*;q=0", "zstd br gzip", ""},
		{"*;q=0, gzip", "zstd gzip", "gzip"},
		{"identity, gzip;q=0.5", "gzip", ""},
		{"identity;q=0.5, gzip", "gzip", "gzip"},
		{"identity;q=0.5, gzip;q=0.5", "gzip", "gzip"},
		{"identity;q=0, br", "gzip", ""},
		{"deflate", "zstd br gzip", ""},
		{"gzip;q=2", "gzip", ""},
		{"gzip;q=0.1234", "gzip", ""},
		{"gzip;q=1.001", "gzip", ""},
		{"gzip;q=", "gzip", ""},
		{"gzip;q=x, br", "br gzip", "br"},
		{"gzip;level=9", "gzip", ""},
		{",,gzip,", "gzip", "gzip"},
	}
	for _, tt := range tests {
		t.Run(tt.accept+" of "+tt.exist, func(t *testing.T) {
			var h gateway.Header
			if tt.accept != "-" {
				h.Add("Accept-Encoding", tt.accept)
			}
			got := acceptedCodings(&h).choose(func(c coding) bool { return strings.Contains(tt.exist, codingNames[c]) })
			if codingNames[got] != tt.want {
				t.Errorf("got %q, want %q", codingNames[got], tt.want)
			}
		})
	}
}

func FuzzAcceptEncoding(f *testing.F) {
	for _, s := range []string{"gzip, br;q=0.5", "*;q=0", "identity;q=0", ";q=1", "gzip;q=0.999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var h gateway.Header
		h.Add("Accept-Encoding", value)
		a := acceptedCodings(&h)
		for c, weight := range a {
			if weight < 0 || weight > 1000 {
				t.Errorf("%q gives %q the weight %d", value, codingNames[c], weight)
			}
		}
		if got := a.choose(func(coding) bool { return true }); got != identity && a[got] == 0 {
			t.Errorf("%q refuses %q and gets it", value, codingNames[got])
		}
	})
}
