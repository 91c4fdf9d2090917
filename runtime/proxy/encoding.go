package proxy

import (
	"bytes"

	"stackgen.dev/runtime/gateway"
)

// coding is a content coding that variants of files come in.
type coding uint8

// The codings, the best one last: of two that the client likes equally, the
// later one is sent.
const (
	identity coding = iota
	gzipCoding
	brCoding
	zstdCoding
	codings int = iota
)

// names and suffixes of the codings: RFC 9110 section 8.4.1, RFC 7932, RFC 8878.
var (
	codingNames    = [codings]string{"", "gzip", "br", "zstd"}
	codingSuffixes = [codings]string{"", ".gz", ".br", ".zst"}
	codingTags     = [codings]string{"", "-gz", "-br", "-zst"} // of entity tags
)

// acceptance is the weight that a client gives to each coding, in thousandths;
// 0 refuses it.
type acceptance [codings]int

// acceptedCodings reads Accept-Encoding (RFC 9110, section 12.5.3). Without the
// field, only identity is accepted. Elements that are malformed do not count.
func acceptedCodings(h *gateway.Header) acceptance {
	var weights, named acceptance
	star := -1
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Accept-Encoding") {
			continue
		}
		for list := f.Value; len(list) > 0; {
			element := list
			if comma := bytes.IndexByte(list, ','); comma >= 0 {
				element, list = list[:comma], list[comma+1:]
			} else {
				list = nil
			}
			name, weight, ok := parseWeighted(element)
			switch {
			case !ok:
			case string(name) == "*":
				star = weight
			case gateway.EqualFold(name, "identity"):
				weights[identity], named[identity] = weight, 1
			case gateway.EqualFold(name, "gzip"), gateway.EqualFold(name, "x-gzip"):
				weights[gzipCoding], named[gzipCoding] = weight, 1
			case gateway.EqualFold(name, "br"):
				weights[brCoding], named[brCoding] = weight, 1
			case gateway.EqualFold(name, "zstd"):
				weights[zstdCoding], named[zstdCoding] = weight, 1
			}
		}
	}
	for c := range weights {
		if named[c] == 0 && star >= 0 {
			weights[c] = star
		}
	}
	if named[identity] == 0 && star != 0 {
		// Identity is acceptable unless it is refused, but whatever was named
		// or meant by "*" is liked better.
		weights[identity] = 1
	}
	return weights
}

// choose returns the coding to send of those that exist (identity always
// does). When the client refuses all of them it gets identity: an answer in a
// form it did not ask for is of more use than 406.
func (a acceptance) choose(exists func(coding) bool) coding {
	tried := acceptance{}
	for {
		best := identity
		for c := coding(1); int(c) < codings; c++ {
			if tried[c] == 0 && a[c] > 0 && a[c] >= a[best] {
				best = c
			}
		}
		if best == identity || exists(best) {
			return best
		}
		tried[best] = 1
	}
}

// parseWeighted splits "gzip;q=0.5" into name and weight in thousandths; the
// weight is 1000 where none is given (RFC 9110, section 12.4.2).
func parseWeighted(element []byte) (name []byte, weight int, ok bool) {
	name, params, found := bytes.Cut(element, []byte(";"))
	if name = bytes.Trim(name, " \t"); len(name) == 0 {
		return nil, 0, false
	}
	if !found {
		return name, 1000, true
	}
	q := bytes.Trim(params, " \t")
	if len(q) < 3 || lower(q[0]) != 'q' || q[1] != '=' {
		return nil, 0, false
	}
	weight, ok = parseWeight(q[2:])
	return name, weight, ok
}

func parseWeight(q []byte) (int, bool) {
	if len(q) > len("0.123") || q[0] != '0' && q[0] != '1' || len(q) > 1 && q[1] != '.' {
		return 0, false
	}
	weight := int(q[0]-'0') * 1000
	if len(q) > 2 {
		for i, unit := 2, 100; i < len(q); i, unit = i+1, unit/10 {
			if q[i] < '0' || q[i] > '9' {
				return 0, false
			}
			weight += int(q[i]-'0') * unit
		}
	}
	return weight, weight <= 1000
}
