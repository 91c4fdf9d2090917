package csrf

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"unicode/utf8"
)

// The lengths of a secret and of a token, in characters.
const (
	SecretLength = 32
	TokenLength  = 2 * SecretLength
)

// The ways in which a token can be malformed. The texts end the sentence that the client sees.
var (
	ErrLength     = errors.New("has incorrect length")
	ErrCharacters = errors.New("has invalid characters")
)

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// NewSecret makes a random secret.
func NewSecret() string {
	var b [SecretLength]byte
	random(&b)
	return string(b[:])
}

// random fills b with characters of the alphabet, each as likely as any other.
func random(b *[SecretLength]byte) {
	var raw [SecretLength + 16]byte
	filled := 0
	for filled < len(b) {
		rand.Read(raw[:])
		for _, c := range raw {
			// 248 is the largest multiple of 62 in a byte.
			if c < 248 && filled < len(b) {
				b[filled] = alphabet[c%62]
				filled++
			}
		}
	}
}

// Mask returns a token for a page: the secret under a random mask, so that
// it is another text on every page and compression gives nothing away (BREACH).
func Mask(secret string) string {
	var mask [SecretLength]byte
	random(&mask)
	var token [TokenLength]byte
	copy(token[:], mask[:])
	for i := range mask {
		token[SecretLength+i] = alphabet[(position[secret[i]]+position[mask[i]])%62]
	}
	return string(token[:])
}

// Unmask returns the secret in a token whose format was checked.
func Unmask(token string) string {
	var secret [SecretLength]byte
	for i := range secret {
		secret[i] = alphabet[(position[token[SecretLength+i]]+62-position[token[i]])%62]
	}
	return string(secret[:])
}

var position = func() (t [256]uint8) {
	for i := range len(alphabet) {
		t[alphabet[i]] = uint8(i)
	}
	return t
}()

// Check says whether a text has the format of a secret or a token.
func Check(text string) error {
	if n := utf8.RuneCountInString(text); n != SecretLength && n != TokenLength {
		return ErrLength
	}
	for i := range len(text) {
		if position[text[i]] == 0 && text[i] != alphabet[0] {
			return ErrCharacters
		}
	}
	return nil
}

// Secret returns the secret in the client's cookie, which may be masked.
func Secret(cookie string) (string, error) {
	if err := Check(cookie); err != nil {
		return "", err
	}
	if len(cookie) == TokenLength {
		return Unmask(cookie), nil
	}
	return cookie, nil
}

// Match reports whether a token from a request, masked or not, is of that
// secret. The token's format was checked. The time it takes says nothing.
func Match(token, secret string) bool {
	if len(token) == TokenLength {
		token = Unmask(token)
	}
	return subtle.ConstantTimeCompare([]byte(token), []byte(secret)) == 1
}
