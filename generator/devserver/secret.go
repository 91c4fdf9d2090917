package devserver

import (
	"crypto/rand"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
)

// secretEnv is where a site looks for the key that signs sessions and tokens.
const secretEnv = "SECRET_KEY"

// secretKey is the key in a site's data folder, made if there is none: the
// site that is built later goes on with it. Where it cannot be kept it holds
// for this run.
func secretKey(data string) string {
	path := filepath.Join(data, "secret_key")
	if b, err := os.ReadFile(path); err == nil {
		return strings.TrimSpace(string(b))
	}
	random := make([]byte, 36)
	rand.Read(random) // never fails
	key := base64.RawURLEncoding.EncodeToString(random)
	if os.MkdirAll(data, 0o700) == nil {
		os.WriteFile(path, []byte(key+"\n"), 0o600)
	}
	return key
}
