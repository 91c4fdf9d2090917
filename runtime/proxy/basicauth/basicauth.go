// Package basicauth asks for a name and a password (RFC 7617, nginx
// auth_basic), and holds passwords against hashes of bcrypt and argon2.
//
// Such hashes are slow by intent, so a stranger could keep every processor busy
// with guesses. Only so many are computed at a time, others wait their turn for a
// while and then get 503; and what was right once is remembered for some minutes, under
// a key that no other process knows.
package basicauth

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Basic asks for a name and a password.
type Basic struct {
	// Realm is what the client shows.
	Realm string
	// Users are names and the hashes of their passwords.
	Users []User
	// UserFile holds more of them, "name:hash" a line as htpasswd -B writes it
	// (auth_basic_user_file). It is read again when it has changed; "" for none.
	UserFile string
}

// User is a name and the hash of its password.
type User struct{ Name, Hash string }

const (
	// remember is how long a password that was right is believed.
	remember = 5 * time.Minute
	// mostRemembered bounds how many are.
	mostRemembered = 4096
	// patience is how long a request waits for its turn to be checked.
	patience = 10 * time.Second
	// mostWaiting bounds how many requests wait.
	mostWaiting = 256
	// maxPassword bounds what is hashed, in bytes.
	maxPassword = 1 << 10
	// look is how often the file of users is looked at.
	look = time.Second
)

// Start implements [proxy.Layer].
func (b Basic) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	h := &handler{
		challenge: `Basic realm="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(b.Realm) + `", charset="UTF-8"`,
		declared:  map[string]string{}, file: b.UserFile, now: e.Now, log: e.Log,
		turns: make(chan struct{}, max(runtime.GOMAXPROCS(0)/2, 1)), waiting: make(chan struct{}, mostWaiting),
		right: map[[32]byte]time.Time{},
	}
	rand.Read(h.key[:])
	for _, u := range b.Users {
		if err := ValidHash(u.Hash); err != nil {
			return nil, fmt.Errorf("basic_auth: the user %s: %w", u.Name, err)
		}
		h.declared[u.Name] = u.Hash
	}
	h.users = h.declared
	if h.file != "" {
		if err := h.read(); err != nil {
			return nil, fmt.Errorf("basic_auth: %w", err)
		}
	}
	return h, nil
}

type handler struct {
	challenge string
	declared  map[string]string
	file      string
	now       func() time.Time
	log       *slog.Logger
	key       [32]byte
	turns     chan struct{}
	waiting   chan struct{}

	mu      sync.Mutex
	users   map[string]string
	looked  time.Time
	changed time.Time
	size    int64
	right   map[[32]byte]time.Time
}

// errPassword is why a request was refused; which of the two was wrong is nobody's to know.
var errPassword = errors.New("basicauth: name or password is wrong")

var errBusy = errors.New("basicauth: too many passwords to check")

// Serve implements [proxy.LayerHandler].
func (h *handler) Serve(x *gateway.Exchange, next proxy.Next) {
	name, password, ok := credentials(&x.Request.Header)
	if !ok {
		h.ask(x, next, nil)
		return
	}
	hash := h.hashOf(name)
	proof := h.proof(name, password, hash)
	if hash == "" || !h.remembered(proof) {
		x.MayBlock()
		ok, err := h.verify(x, hash, password)
		switch {
		case err != nil:
			next.Fail(x, 503, err)
			return
		case !ok || hash == "":
			h.ask(x, next, errPassword)
			return
		}
		h.keep(proof)
	}
	// What let the client in here is not meant for whoever answers.
	x.Request.Header.Del("Authorization")
	x.Request.RemoteUser = name
	next.Serve(x)
}

func (h *handler) ask(x *gateway.Exchange, next proxy.Next, err error) {
	proxy.NoteRefusal(x, proxy.ByBasicAuth)
	next.Fail(x, 401, err)
	x.Response.Header.Add("WWW-Authenticate", h.challenge)
}

// credentials reads Authorization.
func credentials(header *gateway.Header) (name, password string, ok bool) {
	if header.Count("Authorization") != 1 {
		return "", "", false
	}
	value := header.Get("Authorization")
	scheme, token, _ := bytes.Cut(value, []byte(" "))
	if !gateway.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	text, err := base64.StdEncoding.DecodeString(strings.Trim(string(token), " "))
	if err != nil {
		return "", "", false
	}
	name, password, ok = strings.Cut(string(text), ":")
	return name, password, ok && len(password) <= maxPassword
}

// hashOf is a user's hash, "" for nobody.
func (h *handler) hashOf(name string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.now(); h.file != "" && now.Sub(h.looked) >= look {
		h.looked = now
		if err := h.readLocked(); err != nil {
			h.log.Error("basic_auth: the users are those read before", "error", err)
		}
	}
	return h.users[name]
}

func (h *handler) read() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looked = h.now()
	return h.readLocked()
}

// readLocked reads the file of users if it has changed.
func (h *handler) readLocked() error {
	info, err := os.Stat(h.file)
	if err != nil {
		return err
	}
	if info.ModTime().Equal(h.changed) && info.Size() == h.size {
		return nil
	}
	text, err := os.ReadFile(h.file)
	if err != nil {
		return err
	}
	users := make(map[string]string, len(h.declared))
	for name, hash := range h.declared {
		users[name] = hash
	}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, hash, _ := strings.Cut(line, ":")
		if err := ValidHash(hash); err != nil {
			return fmt.Errorf("%s:%d: %w", h.file, i+1, err)
		}
		users[name] = hash
	}
	h.users, h.changed, h.size = users, info.ModTime(), info.Size()
	return nil
}

// verify computes a hash when it is this request's turn. It takes as long for a
// name that nobody has.
func (h *handler) verify(x *gateway.Exchange, hash, password string) (bool, error) {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return false, errBusy
	}
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	select {
	case h.turns <- struct{}{}:
		defer func() { <-h.turns }()
	case <-ctx.Done():
		return false, errBusy
	}
	if hash == "" {
		hash = h.anyHash()
	}
	return matches(hash, password), nil
}

// anyHash is what the password of a stranger is held against.
func (h *handler) anyHash() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := ""
	for name := range h.users {
		if first == "" || name < first {
			first = name
		}
	}
	return h.users[first]
}

// proof stands for name, password and hash.
func (h *handler) proof(name, password, hash string) (sum [32]byte) {
	m := hmac.New(sha256.New, h.key[:])
	for _, s := range [...]string{name, password, hash} {
		fmt.Fprintf(m, "%d:%s", len(s), s)
	}
	m.Sum(sum[:0])
	return sum
}

func (h *handler) remembered(proof [32]byte) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, ok := h.right[proof]
	return ok && h.now().Before(until)
}

func (h *handler) keep(proof [32]byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.right) >= mostRemembered {
		clear(h.right)
	}
	h.right[proof] = h.now().Add(remember)
}

var (
	_ proxy.Layer        = Basic{}
	_ proxy.LayerHandler = (*handler)(nil)
)
