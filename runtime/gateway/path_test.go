package gateway

import (
	"bytes"
	"testing"
)

func TestNormalizePath(t *testing.T) {
	tests := []struct{ name, raw, want string }{ // an empty want is a refusal
		{"root", "/", "/"},
		{"plain", "/a/b.c/", "/a/b.c/"},
		{"decoded", "/a%20b/%C3%A4", "/a b/ä"},
		{"encoded slash", "/a%2fb%2Fc", "/a%2Fb%2Fc"},
		{"encoded percent sign", "/100%25", "/100%25"},
		{"encoded encoding of a slash", "/a%252Fb", "/a%252Fb"},
		{"empty segments", "//a///b/", "//a///b/"},
		{"dot", "/a/./b/.", "/a/b/"},
		{"dot dot", "/a/b/../c/..", "/a/"},
		{"dot dot to the root", "/a/..", "/"},
		{"dot dot over an empty segment", "/a//../b", "/a/b"},
		{"encoded dots", "/a/%2e%2E/b/%2e", "/b/"},
		{"dots that are names", "/.../.a/a./..b", "/.../.a/a./..b"},
		{"dots before an encoded slash", "/a/..%2Fb", "/a/..%2Fb"},
		{"above the root", "/..", ""},
		{"above the root later", "/a/../../b", ""},
		{"encoded above the root", "/%2e%2e/b", ""},
		{"encoded NUL", "/a%00", ""},
		{"NUL", "/a\x00", ""},
		{"no hexadecimal digits", "/%zz", ""},
		{"cut", "/%2", ""},
		{"relative", "a", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := []byte(tt.raw)
			got, err := NormalizePath(nil, raw)
			if (err != nil) != (tt.want == "") || string(got) != tt.want {
				t.Errorf("NormalizePath(%q) = %q, %v, want %q", tt.raw, got, err, tt.want)
			}
			if string(raw) != tt.raw {
				t.Errorf("the raw path became %q", raw)
			}
		})
	}
}

func TestAppendSegment(t *testing.T) {
	for in, want := range map[string]string{"a%2Fb": "a/b", "100%25": "100%", "a%252Fb": "a%2Fb", "plain": "plain", "%2": "%2"} {
		if got := string(AppendSegment(nil, []byte(in))); got != want {
			t.Errorf("AppendSegment(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whatever path is accepted has one form: encoding and normalising it again
// changes nothing, and no dot segment or NUL is left in it.
func FuzzNormalizePath(f *testing.F) {
	for _, s := range []string{"/", "/a%20b", "/a%2fb/../c", "/%252F", "/a/./b", "//", "/..%2f"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		path, err := NormalizePath(nil, raw)
		if err != nil {
			return
		}
		if path[0] != '/' || len(path) > len(raw) {
			t.Fatalf("%q became %q", raw, path)
		}
		for segment := range bytes.SplitSeq(path, []byte("/")) {
			if s := string(segment); s == "." || s == ".." {
				t.Fatalf("%q became %q", raw, path)
			}
		}
		encoded := AppendPath(nil, path)
		if again, err := NormalizePath(nil, encoded); err != nil || !bytes.Equal(again, path) {
			t.Errorf("%q became %q, which is sent as %q and read as %q, %v", raw, path, encoded, again, err)
		}
	})
}
