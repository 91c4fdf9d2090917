package proxy

import (
	"bytes"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// Ensure that traceparent is read as W3C Trace Context says, and nothing else is.
func TestParseTraceParent(t *testing.T) {
	const trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
	for _, test := range []struct {
		value         string
		valid, sample bool
	}{
		{"00-" + trace + "-" + span + "-01", true, true},
		{"00-" + trace + "-" + span + "-00", true, false},
		{" 00-" + trace + "-" + span + "-01\t", true, true},
		{"00-" + trace + "-" + span + "-ff", true, true}, // flags that nobody knows
		{"00-" + trace + "-" + span + "-fe", true, false},
		{"01-" + trace + "-" + span + "-01", true, true}, // a later version
		{"cc-" + trace + "-" + span + "-01-what the future will be like", true, true},
		{"cc-" + trace + "-" + span + "-01.what", false, false},
		{"00-" + trace + "-" + span + "-01-more", false, false},
		{"00-" + trace + "-" + span + "-01-", false, false},
		{"ff-" + trace + "-" + span + "-01", false, false},
		{"00-" + strings.ToUpper(trace) + "-" + span + "-01", false, false},
		{"0A-" + trace + "-" + span + "-01", false, false},
		{"00-" + strings.Repeat("0", 32) + "-" + span + "-01", false, false},
		{"00-" + trace + "-" + strings.Repeat("0", 16) + "-01", false, false},
		{"00-" + trace + "-" + span + "-0", false, false},
		{"00-" + trace + "-" + span + "-0x", false, false},
		{"00-" + trace + "-" + span, false, false},
		{"00" + trace + span + "01", false, false},
		{"00_" + trace + "-" + span + "-01", false, false},
		{"00-" + trace[1:] + "-" + span + "-001", false, false},
		{"", false, false},
	} {
		c, ok := parseTraceParent([]byte(test.value))
		if ok != test.valid || c.Sampled != test.sample {
			t.Errorf("%q: %v, sampled %v", test.value, ok, c.Sampled)
		}
		if ok && !strings.Contains(test.value, string(appendTraceParent(nil, c)[3:52])) {
			t.Errorf("%q comes back as %s", test.value, appendTraceParent(nil, c))
		}
	}
}

// Ensure that tracestate is joined, checked and bounded.
func TestParseTraceState(t *testing.T) {
	many := make([]string, 33)
	for i := range many {
		many[i] = "k" + strings.Repeat("x", i) + "=1"
	}
	for _, test := range []struct {
		fields []string
		want   string
		ok     bool
	}{
		{[]string{"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true},
		{[]string{"a=1", " b=2 ,\t, c=3"}, "a=1,b=2,c=3", true},
		{[]string{"fw529a3039@dt=x;y:z", "a_-*/=!"}, "fw529a3039@dt=x;y:z,a_-*/=!", true},
		{[]string{""}, "", true},
		{[]string{strings.Join(many[:32], ",")}, strings.Join(many[:32], ","), true},
		{[]string{strings.Join(many, ",")}, "", false},
		{[]string{"a=1,a=2"}, "", false},
		{[]string{"a=1", "a=2"}, "", false},
		{[]string{"A=1"}, "", false},
		{[]string{"1=1"}, "", false},
		{[]string{"a"}, "", false},
		{[]string{"a="}, "", false},
		{[]string{"a=b=c"}, "", false},
		{[]string{"a=b\x7f"}, "", false},
		{[]string{"a@b@c=1"}, "", false},
		{[]string{"@b=1"}, "", false},
		{[]string{"a@=1"}, "", false},
		{[]string{"a@vendorvendorvendor=1"}, "", false},
		{[]string{strings.Repeat("k", 257) + "=1"}, "", false},
		{[]string{"k=" + strings.Repeat("v", 257)}, "", false},
	} {
		var h gateway.Header
		for _, f := range test.fields {
			h.Add("tracestate", f)
		}
		if got, ok := parseTraceState(&h); got != test.want || ok != test.ok {
			t.Errorf("%q: %q %v", test.fields, got, ok)
		}
	}
}

// Ensure that a header that says traceparent twice stands in no trace, and that a malformed tracestate
// costs no trace.
func TestTraceContext(t *testing.T) {
	const value = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	var h gateway.Header
	h.Add("Traceparent", value)
	h.Add("Tracestate", "A=1")
	if c := traceContext(&h); !c.Valid() || c.State != "" {
		t.Errorf("with a malformed tracestate: %+v", c)
	}
	h.Add("TRACEPARENT", value)
	if c := traceContext(&h); c.Valid() {
		t.Errorf("said twice: %+v", c)
	}
	if dropTraceContext(&h); h.Len() != 0 {
		t.Errorf("%d fields are left", h.Len())
	}
}

func FuzzTraceContext(f *testing.F) {
	f.Add([]byte("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), []byte("a=1,b@c=2"))
	f.Add([]byte("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"), []byte(",, a=1"))
	f.Fuzz(func(t *testing.T, parent, state []byte) {
		if c, ok := parseTraceParent(parent); ok {
			again, ok := parseTraceParent(appendTraceParent(nil, c))
			if !ok || again != c || !c.Valid() {
				t.Errorf("%q is %+v and then %+v", parent, c, again)
			}
		}
		var h gateway.Header
		h.AddBorrowed([]byte("tracestate"), state)
		text, ok := parseTraceState(&h)
		if !ok {
			return
		}
		var again gateway.Header
		again.Add("tracestate", text)
		if twice, ok := parseTraceState(&again); !ok || twice != text || bytes.ContainsAny([]byte(text), "\r\n\x00") {
			t.Errorf("%q is %q and then %q", state, text, twice)
		}
	})
}
