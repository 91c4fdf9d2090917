package gateway

import (
	"reflect"
	"testing"
)

// Ensure that a compacted request says what it said, and that nothing of it lies where it was.
func TestCompact(t *testing.T) {
	make := func(memory []byte) *Request {
		r := &Request{Method: "GET", Target: memory[0:10], Path: memory[0:6], Query: memory[7:10], Host: memory[10:15]}
		r.Header.AddBorrowed(memory[15:19], memory[19:24])
		r.Header.Add("Empty", "")
		r.Header.AddCopy([]byte("Kept"), []byte("value"))
		r.KeepBuffer(memory)
		return r
	}
	const text = "/one/2?a=bhost:Nameworth"
	memory := []byte(text)
	r := make(memory)
	r.Compact()
	for i := range memory {
		memory[i] = 'x'
	}
	want := make([]byte(text))
	for _, two := range [][2][]byte{{r.Target, want.Target}, {r.Path, want.Path}, {r.Query, want.Query}, {r.Host, want.Host}} {
		if string(two[0]) != string(two[1]) {
			t.Errorf("%q, want %q", two[0], two[1])
		}
	}
	if !reflect.DeepEqual(r.Header.Fields(), want.Header.Fields()) {
		t.Errorf("%q, want %q", r.Header.Fields(), want.Header.Fields())
	}
	if cap(r.Buffer()) != 0 {
		t.Error("the buffer is kept")
	}
	// It is as good as any other for what comes next.
	r.Header.AddCopy([]byte("More"), []byte("of it"))
	if got := r.Header.Get("Kept"); string(got) != "value" {
		t.Errorf("%q", got)
	}
}
