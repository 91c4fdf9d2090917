package gateway

import (
	"strings"
	"testing"
)

// Ensure that a block is used as text only while its fields stand as they were.
func TestHeaderBlock(t *testing.T) {
	var fields Header
	fields.Add("Content-Type", "text/plain")
	fields.Add("ETag", `"a"`)
	block := NewHeaderBlock(&fields)
	const text = "Content-Type: text/plain\r\nETag: \"a\"\r\n"
	tests := []struct {
		name   string
		change func(h *Header)
		whole  bool // the block still stands
		want   string
	}{
		{"alone", func(*Header) {}, true, "X-A: 1|Content-Type: text/plain|ETag: \"a\""},
		{"a field behind", func(h *Header) { h.Add("X-B", "2") }, true, "X-A: 1|Content-Type: text/plain|ETag: \"a\"|X-B: 2"},
		{"a field set that is not there", func(h *Header) { h.Set("X-B", "2") }, true, "X-A: 1|Content-Type: text/plain|ETag: \"a\"|X-B: 2"},
		{"a field removed that is not there", func(h *Header) { h.Del("X-B") }, true, "X-A: 1|Content-Type: text/plain|ETag: \"a\""},
		{"one removed behind it", func(h *Header) { h.Add("X-B", "2"); h.Del("X-B") }, true, "X-A: 1|Content-Type: text/plain|ETag: \"a\""},
		{"one of its fields set", func(h *Header) { h.Set("etag", "b") }, false, "X-A: 1|Content-Type: text/plain|ETag: b"},
		{"one of its fields removed", func(h *Header) { h.Del("etag") }, false, "X-A: 1|Content-Type: text/plain"},
		{"a field before it removed", func(h *Header) { h.Del("X-A") }, false, "Content-Type: text/plain|ETag: \"a\""},
		{"a second block", func(h *Header) { h.AddBlock(block) }, true,
			"X-A: 1|Content-Type: text/plain|ETag: \"a\"|Content-Type: text/plain|ETag: \"a\""},
		{"reset", func(h *Header) { h.Reset() }, false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var h Header
			h.Add("X-A", "1")
			h.AddBlock(block)
			tt.change(&h)
			var got []string
			for _, f := range h.Fields() {
				got = append(got, string(f.Name)+": "+string(f.Value))
			}
			if strings.Join(got, "|") != tt.want {
				t.Errorf("fields %s, want %s", strings.Join(got, "|"), tt.want)
			}
			found, first, n := h.Block()
			if tt.whole && (string(found) != text || first != 1 || n != 2) || !tt.whole && found != nil {
				t.Errorf("block %q of fields %d to %d", found, first, first+n)
			}
		})
	}
}
