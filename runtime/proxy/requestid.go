package proxy

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync"
)

const (
	// idLength is the length of an id that is made here: 128 random bits in
	// hexadecimal ($request_id).
	idLength = 32
	// idBatch is how many are made at a time, so that an id costs no
	// allocation of its own.
	idBatch = 64
	// maxIDLength bounds an id that a trusted proxy hands on, in bytes.
	maxIDLength = 64
)

// requestIDs makes the names of requests. The zero value is ready.
type requestIDs struct {
	batches sync.Pool // of *idBatchState
}

type idBatchState struct {
	text string
	used int
}

// next returns an id that no other request has.
func (r *requestIDs) next() string {
	b, _ := r.batches.Get().(*idBatchState)
	if b == nil || b.used == len(b.text) {
		var raw [idBatch * idLength / 2]byte
		for i := 0; i < len(raw); i += 8 {
			binary.LittleEndian.PutUint64(raw[i:], rand.Uint64())
		}
		if b == nil {
			b = new(idBatchState)
		}
		b.text, b.used = hex.EncodeToString(raw[:]), 0
	}
	id := b.text[b.used : b.used+idLength]
	b.used += idLength
	r.batches.Put(b)
	return id
}

// validID reports whether an id from outside may be taken over: 1 to 64
// characters that can stand in a log line and in a header field as they are.
func validID(id []byte) bool {
	if len(id) == 0 || len(id) > maxIDLength {
		return false
	}
	for _, c := range id {
		if !tokenChar(c) {
			return false
		}
	}
	return true
}

// tokenChar reports whether c may stand in a token (RFC 9110, section 5.6.2).
func tokenChar(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~':
		return true
	}
	return false
}
