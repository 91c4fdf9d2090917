package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"stackgen.dev/runtime/web/signing"
)

// The names in the session, and the backend's, are Django's: a session that Django
// began goes on here where keys and database are the same.
const (
	userKey    = "_auth_user_id"
	backendKey = "_auth_user_backend"
	hashKey    = "_auth_user_hash"
	backend    = "django.contrib.auth.backends.ModelBackend"
	hashSalt   = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
)

// sessionHash binds a session to the password with which it began (get_session_auth_hash).
func sessionHash(key, password string) string {
	derived := sha256.Sum256([]byte(hashSalt + key))
	mac := hmac.New(sha256.New, derived[:])
	mac.Write([]byte(password))
	return hex.EncodeToString(mac.Sum(nil))
}

// sessionHashFits reports whether a session's hash is of that password, and
// whether it was made with a key that only verifies by now.
func sessionHashFits(keys signing.Keys, password, hash string) (fits, old bool) {
	for i, key := range keys {
		if hmac.Equal([]byte(hash), []byte(sessionHash(key, password))) {
			return true, i > 0
		}
	}
	return false, false
}
