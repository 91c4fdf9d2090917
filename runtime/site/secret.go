package site

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// secretEnv is the environment variable with the key that signs sessions,
// tokens and cookies (SECRET_KEY). Older keys, separated by commas, may follow
// in SECRET_KEY_FALLBACKS: what they signed stays valid.
const (
	secretEnv    = "SECRET_KEY"
	fallbacksEnv = "SECRET_KEY_FALLBACKS"
)

// minSecret is the shortest key accepted, in characters.
const minSecret = 32

// secretKeys finds the keys to sign with. A site that listens on loopback only
// makes itself one and keeps it in its data folder; any other has to be given one.
func secretKeys(data string, loopback bool, lookup func(string) (string, bool)) ([]string, error) {
	key, _ := lookup(secretEnv)
	from := secretEnv
	if key == "" {
		if !loopback {
			return nil, fmt.Errorf("%s is not set: a site that listens on more than loopback needs a key of its own, kept secret and the same for all its processes; make one with: openssl rand -base64 48", secretEnv)
		}
		made, err := keptSecret(data)
		if err != nil {
			return nil, err
		}
		key, from = made, "the secret key in "+secretFile(data)
	}
	if len(key) < minSecret {
		return nil, fmt.Errorf("%s has %d characters: %d or more are needed; make one with: openssl rand -base64 48", from, len(key), minSecret)
	}
	keys := []string{key}
	if more, ok := lookup(fallbacksEnv); ok {
		for _, k := range strings.Split(more, ",") {
			if k = strings.TrimSpace(k); k != "" {
				keys = append(keys, k)
			}
		}
	}
	return keys, nil
}

// secretFile is where a site keeps the key that it made itself.
func secretFile(data string) string { return filepath.Join(data, "secret_key") }

// keptSecret reads the key in the data folder, or makes it. Two processes that
// make one at the same time end up with the same.
func keptSecret(data string) (string, error) {
	path := secretFile(data)
	b, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the secret key: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return "", fmt.Errorf("make the data folder: %w", err)
	}
	random := make([]byte, 36)
	rand.Read(random) // never fails
	key := base64.RawURLEncoding.EncodeToString(random)
	tmp, err := os.CreateTemp(data, "secret_key-*")
	if err != nil {
		return "", fmt.Errorf("keep the secret key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(key + "\n")
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", fmt.Errorf("keep the secret key: %w", err)
	}
	// Link fails where the other process was faster; its key is the one then.
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("keep the secret key: %w", err)
	}
	if b, err = os.ReadFile(path); err != nil {
		return "", fmt.Errorf("read the secret key: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// isLoopback reports whether only this machine can reach an address to listen on.
func isLoopback(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
