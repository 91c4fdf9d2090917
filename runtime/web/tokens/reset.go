package tokens

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web/signing"
)

// DefaultTimeout is how long a token is good (PASSWORD_RESET_TIMEOUT).
const DefaultTimeout = 3 * 24 * time.Hour

// salt is what the signatures are made for.
const salt = "django.contrib.auth.tokens.PasswordResetTokenGenerator"

// Account is what a token is signed over.
type Account struct {
	// ID is the primary key as text; Password the stored hash.
	ID, Password string
	// LastLogin is zero for who never logged in.
	LastLogin time.Time
	Email     string
}

// Reset makes and checks tokens (PasswordResetTokenGenerator). It is safe for concurrent use.
type Reset struct {
	keys    signing.Keys
	timeout time.Duration
	now     func() time.Time
}

// NewReset makes a generator. timeout 0 is DefaultTimeout; now is the clock, nil is time.Now.
func NewReset(keys signing.Keys, timeout time.Duration, now func() time.Time) *Reset {
	if len(keys) == 0 || keys[0] == "" {
		panic("tokens: there is no key to sign with")
	}
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if now == nil {
		now = time.Now
	}
	return &Reset{keys, timeout, now}
}

// epoch is from when tokens count their seconds.
var epoch = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *Reset) seconds() int64 { return int64(r.now().UTC().Sub(epoch) / time.Second) }

// Make returns a token for the account as it is now.
func (r *Reset) Make(a Account) string { return token(a, r.seconds(), r.keys[0]) }

// Valid reports whether the token was made for the account as it is now, not too long ago.
func (r *Reset) Valid(a Account, sent string) bool {
	stamp, _, found := strings.Cut(sent, "-")
	if !found {
		return false
	}
	at, err := Base36(stamp)
	if err != nil {
		return false
	}
	for _, key := range r.keys {
		if hmac.Equal([]byte(token(a, at, key)), []byte(sent)) {
			return r.seconds()-at <= int64(r.timeout/time.Second)
		}
	}
	return false
}

func token(a Account, at int64, key string) string {
	login := ""
	if !a.LastLogin.IsZero() {
		login = a.LastLogin.UTC().Format("2006-01-02 15:04:05")
	}
	derived := sha256.Sum256([]byte(salt + key))
	mac := hmac.New(sha256.New, derived[:])
	mac.Write([]byte(a.ID + a.Password + login + strconv.FormatInt(at, 10) + a.Email))
	digits := hex.EncodeToString(mac.Sum(nil))
	half := make([]byte, 0, len(digits)/2)
	for i := 0; i < len(digits); i += 2 {
		half = append(half, digits[i])
	}
	return strconv.FormatInt(at, 36) + "-" + string(half)
}
