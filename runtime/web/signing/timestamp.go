package signing

import (
	"strings"
	"time"
)

// TimestampSigner signs strings together with the time of signing.
type TimestampSigner struct {
	signer *Signer
	now    func() time.Time
}

// DefaultTimestampSalt is the salt of Django's plain TimestampSigner.
const DefaultTimestampSalt = "django.core.signing.TimestampSigner"

// NewTimestamp makes a signer that also keeps the time. now is the clock; nil is time.Now.
func NewTimestamp(keys Keys, salt string, now func() time.Time) *TimestampSigner {
	if salt == "" {
		salt = DefaultTimestampSalt
	}
	if now == nil {
		now = time.Now
	}
	return &TimestampSigner{New(keys, salt), now}
}

// Sign returns value:time:signature, the time in seconds and base 62.
func (s *TimestampSigner) Sign(value string) string {
	return s.signer.Sign(value + ":" + base62(s.now().Unix()))
}

// Unsign returns the value of a signed text. It fails with ErrExpired when the
// text is older than maxAge; 0 accepts every age.
func (s *TimestampSigner) Unsign(signed string, maxAge time.Duration) (string, error) {
	value, at, err := s.unsign(signed)
	if err != nil {
		return "", err
	}
	if maxAge > 0 && s.now().Sub(at) > maxAge {
		return "", ErrExpired
	}
	return value, nil
}

func (s *TimestampSigner) unsign(signed string) (string, time.Time, error) {
	result, err := s.signer.Unsign(signed)
	if err != nil {
		return "", time.Time{}, err
	}
	at := strings.LastIndexByte(result, ':')
	if at < 0 {
		return "", time.Time{}, ErrBadSignature
	}
	seconds, ok := parseBase62(result[at+1:])
	if !ok {
		return "", time.Time{}, ErrBadSignature
	}
	return result[:at], time.Unix(seconds, 0), nil
}

const digits62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func base62(n int64) string {
	if n == 0 {
		return "0"
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	var b [12]byte
	i := len(b)
	for ; n > 0; n /= 62 {
		i--
		b[i] = digits62[n%62]
	}
	return sign + string(b[i:])
}

// parseBase62 reads at most ten digits, which is more than any time of this era.
func parseBase62(s string) (int64, bool) {
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if s == "" || len(s) > 10 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		d := strings.IndexByte(digits62, s[i])
		if d < 0 {
			return 0, false
		}
		n = n*62 + int64(d)
	}
	if negative {
		n = -n
	}
	return n, true
}
