package proxy

import (
	"bytes"
	"strconv"
)

// byteRange is a part of a representation.
type byteRange struct {
	start, length int64
}

// appendContentRange appends the value of Content-Range.
func (r byteRange) appendContentRange(dst []byte, size int64) []byte {
	dst = strconv.AppendInt(append(dst, "bytes "...), r.start, 10)
	dst = strconv.AppendInt(append(dst, '-'), r.start+r.length-1, 10)
	return strconv.AppendInt(append(dst, '/'), size, 10)
}

// maxRanges is how many ranges one request gets; one that asks for more gets
// the whole (RFC 9110, section 14.2 allows that, section 17.15 says why).
const maxRanges = 16

// rangesVerdict is what a Range field comes to.
type rangesVerdict uint8

const (
	wholeRange    rangesVerdict = iota // no range, or one that is not followed
	someRanges                         // 206
	unsatisfiable                      // 416
)

// parseRanges reads a Range field (RFC 9110, section 14.1.2) for a
// representation of that size, appending to dst. Malformed fields, units other than bytes,
// and ranges that together are more than the whole count as no range at all.
func parseRanges(dst []byteRange, field []byte, size int64) ([]byteRange, rangesVerdict) {
	const unit = "bytes="
	if len(field) < len(unit) || !bytes.EqualFold(field[:len(unit)], []byte(unit)) {
		return nil, wholeRange
	}
	set, specs, sum := field[len(unit):], 0, int64(0)
	for len(set) > 0 {
		spec := set
		if comma := bytes.IndexByte(set, ','); comma >= 0 {
			spec, set = set[:comma], set[comma+1:]
		} else {
			set = nil
		}
		spec = bytes.Trim(spec, " \t")
		if len(spec) == 0 {
			continue // an empty element of a list (RFC 9110, section 5.6.1.2)
		}
		if specs++; specs > maxRanges {
			return nil, wholeRange
		}
		r, ok, valid := parseRange(spec, size)
		if !valid {
			return nil, wholeRange
		}
		if ok {
			dst = append(dst, r)
			sum += r.length
		}
	}
	switch {
	case specs == 0:
		return nil, wholeRange
	case len(dst) == 0:
		return nil, unsatisfiable
	case len(dst) > 1 && sum > size:
		return nil, wholeRange
	}
	return dst, someRanges
}

// parseRange reads one range; ok is false when nothing of it exists.
func parseRange(spec []byte, size int64) (r byteRange, ok, valid bool) {
	dash := bytes.IndexByte(spec, '-')
	if dash < 0 {
		return r, false, false
	}
	if dash == 0 {
		n, valid := position(spec[1:])
		if !valid {
			return r, false, false
		}
		n = min(n, size)
		return byteRange{size - n, n}, n > 0, true
	}
	start, valid := position(spec[:dash])
	if !valid {
		return r, false, false
	}
	end := size - 1
	if dash+1 < len(spec) {
		last, valid := position(spec[dash+1:])
		if !valid || last < start {
			return r, false, false
		}
		end = min(end, last)
	}
	if start >= size {
		return r, false, true
	}
	return byteRange{start, end - start + 1}, true, true
}

// position reads a position in bytes; what is too large for an int64 is beyond
// the end of every representation.
func position(b []byte) (int64, bool) {
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n > (1<<62)/10 {
			n = 1 << 62
			continue
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(b) > 0
}
