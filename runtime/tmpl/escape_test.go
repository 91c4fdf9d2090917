package tmpl

import (
	"html"
	"strings"
	"testing"
)

func TestAppendHTML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"plain", "Grüße, 世界", "Grüße, 世界"},
		{"the five", `&<>"'`, "&amp;&lt;&gt;&quot;&#x27;"},
		{"escaped before", "&amp;", "&amp;amp;"},
		{"in between", "a<b & c>d", "a&lt;b &amp; c&gt;d"},
		{"not UTF-8", "\xff<", "\xff&lt;"},
	}
	for _, test := range tests {
		if got := string(AppendHTML([]byte("x"), test.in)); got != "x"+test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, "x"+test.want)
		}
		if got := string(EscapeHTML([]byte("<"+test.in), 1)); got != "<"+test.want {
			t.Errorf("%s in place: got %q, want %q", test.name, got, "<"+test.want)
		}
	}
}

// FuzzEscape ensures that both escapers agree, that nothing a browser reads as
// markup is left, and that the text comes back.
func FuzzEscape(f *testing.F) {
	f.Add("a<b>&\"'", 1)
	f.Fuzz(func(t *testing.T, s string, room int) {
		once := string(AppendHTML(nil, s))
		b := append(make([]byte, 0, len(s)+room&15), s...)
		if in := string(EscapeHTML(b, 0)); in != once {
			t.Fatalf("in place %q, appended %q", in, once)
		}
		if strings.ContainsAny(once, `<>"'`) {
			t.Fatalf("left %q", once)
		}
		if html.UnescapeString(once) != s {
			t.Fatalf("%q does not come back", s)
		}
	})
}

func TestCheckURL(t *testing.T) {
	const blocked = "about:invalid#blocked"
	tests := []struct{ name, url, want string }{
		{"empty", "", ""},
		{"path", "/a:b", "/a:b"},
		{"relative", "a/b:c", "a/b:c"},
		{"query", "?x=javascript:y", "?x=javascript:y"},
		{"fragment", "#a:b", "#a:b"},
		{"https", "https://x/", "https://x/"},
		{"mail", "mailto:a@b", "mailto:a@b"},
		{"capitals", "HTTP://x", "HTTP://x"},
		{"script", "javascript:x", blocked},
		{"script in capitals", "JAVAscript:x", blocked},
		{"script behind control characters", "\x00\x1f java\n\tscript:x", blocked},
		{"visual basic", "vbscript:x", blocked},
		{"data", "data:text/html,x", blocked},
		{"unknown scheme", "blob:x", blocked},
		{"long scheme", strings.Repeat("a", 40) + ":x", blocked},
		{"http with more letters behind the buffer", "http" + strings.Repeat(" ", 40) + "s:x", "http" + strings.Repeat(" ", 40) + "s:x"},
		{"a colon first", ":x", ":x"},
	}
	for _, test := range tests {
		if got := string(CheckURL([]byte("href="+test.url), 5)); got != "href="+test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, "href="+test.want)
		}
	}
}

func TestEscapeScriptAndStyle(t *testing.T) {
	if got := string(EscapeJS([]byte("=\"</script>'`${x}\\\n\u2028é"), 1)); got != "=\\u0022\\u003C\\u002Fscript\\u003E\\u0027\\u0060\\u0024{x}\\u005C\\u000A\\u2028é" {
		t.Errorf("script: %s", got)
	}
	if got := string(EscapeCSS([]byte(":red;}</style>"), 1)); got != `:red\3B \7D \3C \2F style\3E ` {
		t.Errorf("style: %s", got)
	}
}
