package signing

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// DefaultObjectSalt is the salt of Django's dumps and loads.
const DefaultObjectSalt = "django.core.signing"

// maxObject is the largest signed object after decompression, in bytes: a few
// signed bytes must not become a gigabyte.
const maxObject = 1 << 20

// Dumps returns v as JSON, signed with the time, in characters that are safe in URLs and cookies. With
// compress it is deflated where that makes it shorter; such values begin with a dot.
func (s *TimestampSigner) Dumps(v any, compress bool) (string, error) {
	data, err := compactJSON(v)
	if err != nil {
		return "", err
	}
	mark := ""
	if compress {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		w.Write(data)
		w.Close()
		if b.Len() < len(data)-1 {
			data, mark = b.Bytes(), "."
		}
	}
	return s.Sign(mark + base64.RawURLEncoding.EncodeToString(data)), nil
}

// Loads reads into v what Dumps made; it fails as Unsign does. What is signed
// but no JSON for v is ErrBadSignature too.
func (s *TimestampSigner) Loads(signed string, maxAge time.Duration, v any) error {
	text, err := s.Unsign(signed, maxAge)
	if err != nil {
		return err
	}
	return unpack(text, v)
}

// LoadsAge is Loads for a value that says itself how old it may be: it returns how long ago it was signed.
func (s *TimestampSigner) LoadsAge(signed string, v any) (age time.Duration, err error) {
	text, at, err := s.unsign(signed)
	if err != nil {
		return 0, err
	}
	return s.now().Sub(at), unpack(text, v)
}

// unpack reads what was signed.
func unpack(text string, v any) error {
	packed := strings.HasPrefix(text, ".")
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(text, "."))
	if err != nil {
		return ErrBadSignature
	}
	if packed {
		if data, err = inflate(data); err != nil {
			return ErrBadSignature
		}
	}
	if err := json.Unmarshal(data, v); err != nil {
		return ErrBadSignature
	}
	return nil
}

func inflate(data []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxObject+1))
	if err == nil && len(out) > maxObject {
		err = ErrBadSignature
	}
	return out, err
}

// compactJSON writes JSON as Django's signing does: no spaces, and nothing but ASCII.
func compactJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	data := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if ascii(data) {
		return data, nil
	}
	var out []byte
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r < 0x7F:
			out = append(out, data[0])
		case r > 0xFFFF:
			r -= 0x10000
			out = appendEscape(appendEscape(out, 0xD800+r>>10), 0xDC00+r&0x3FF)
		default:
			out = appendEscape(out, r)
		}
		data = data[size:]
	}
	return out, nil
}

func appendEscape(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x7F { // DEL, which Django escapes too
			return false
		}
	}
	return true
}
