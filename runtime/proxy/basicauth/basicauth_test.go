package basicauth_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy/basicauth"
	"stackgen.dev/runtime/proxy/proxytest"
)

func authorization(x *gateway.Exchange) {
	x.Response.Bytes(append([]byte("seen: "), x.Request.Header.Get("Authorization")...))
}

func bcryptOf(t *testing.T, password string) string {
	h, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(h)
}

func argonOf(password string) string {
	salt := []byte("0123456789abcdef")
	sum := argon2.IDKey([]byte(password), salt, 1, 64, 1, 32)
	return "$argon2id$v=19$m=64,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(sum)
}

func basic(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// Ensure that the right password lets in, and nothing else does.
func TestBasic(t *testing.T) {
	file := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(file, []byte("# people\ncarol:"+bcryptOf(t, "c:c")+"\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	clock := proxytest.NewClock()
	p := proxytest.New(t, clock, authorization, basicauth.Basic{Realm: `the "back"`, UserFile: file,
		Users: []basicauth.User{{Name: "alice", Hash: bcryptOf(t, "wonder")}, {Name: "bob", Hash: argonOf("büro")}}})
	for _, tt := range []struct {
		name   string
		fields []string
		want   int
	}{
		{"nothing", nil, 401},
		{"bcrypt", []string{basic("alice", "wonder")}, 200},
		{"once more, from memory", []string{basic("alice", "wonder")}, 200},
		{"a wrong password", []string{basic("alice", "Wonder")}, 401},
		{"no password", []string{basic("alice", "")}, 401},
		{"argon2, and a letter beyond ASCII", []string{basic("bob", "büro")}, 200},
		{"another's password", []string{basic("bob", "wonder")}, 401},
		{"nobody", []string{basic("mallory", "wonder")}, 401},
		{"of the file, with a colon", []string{basic("carol", "c:c")}, 200},
		{"another scheme", []string{"Authorization: Bearer abc"}, 401},
		{"no base64", []string{"Authorization: Basic ???"}, 401},
		{"no colon", []string{"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("alice"))}, 401},
		{"twice", []string{basic("alice", "wonder"), basic("alice", "wonder")}, 401},
		{"the scheme in capitals", []string{strings.Replace(basic("alice", "wonder"), "Basic", "BASIC", 1)}, 200},
		{"more than bcrypt looks at", []string{basic("alice", "wonder"+strings.Repeat("x", 80))}, 401},
		{"far too long", []string{basic("alice", strings.Repeat("x", 2000))}, 401},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := proxytest.Ask(t, p, "GET /", tt.fields...)
			if a.Status != tt.want {
				t.Errorf("got %d, want %d", a.Status, tt.want)
			}
			if tt.want == 401 && a.Field("WWW-Authenticate") != `Basic realm="the \"back\"", charset="UTF-8"` {
				t.Errorf("asked by %s", a.Field("WWW-Authenticate"))
			}
			if tt.want == 200 && a.Body != "seen: " {
				t.Errorf("the application has %q", a.Body)
			}
		})
	}
	// A file that changes is read again; one that is spoilt is not.
	if err := os.WriteFile(file, []byte("dave:"+argonOf("d")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Second)
	if got := proxytest.Ask(t, p, "GET /", basic("dave", "d")).Status; got != 200 {
		t.Errorf("a new user got %d", got)
	}
	if got := proxytest.Ask(t, p, "GET /", basic("carol", "c:c")).Status; got != 401 {
		t.Errorf("a user who was taken out got %d", got)
	}
	if err := os.WriteFile(file, []byte("eve:plain text\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Second)
	if got := proxytest.Ask(t, p, "GET /", basic("dave", "d")).Status; got != 200 {
		t.Errorf("after the file was spoilt a user got %d", got)
	}
}

// Ensure that only hashes which withstand guessing, and cost no more than a
// request may, are accepted.
func TestValidHash(t *testing.T) {
	good := argonOf("x")
	for hash, ok := range map[string]bool{
		bcryptOf(t, "x"): true, good: true, strings.Replace(good, "argon2id", "argon2i", 1): true,
		"": false, "plain": false, "$apr1$abc$def": false, "{SHA}abc": false, "$2y$99$abc": false,
		strings.Replace(good, "argon2id", "argon2d", 1): false, strings.Replace(good, "v=19", "v=16", 1): false,
		strings.Replace(good, "m=64", "m=99999999", 1): false, strings.Replace(good, "t=1", "t=0", 1): false, good[:len(good)-40]: false,
		strings.Replace(bcryptOf(t, "x"), "$04$", "$31$", 1): false,
	} {
		if err := basicauth.ValidHash(hash); (err == nil) != ok {
			t.Errorf("%q: %v", hash, err)
		}
	}
}

func FuzzValidHash(f *testing.F) {
	f.Add(argonOf("x"))
	f.Add("$2y$05$abcdefghijklmnopqrstuv")
	f.Fuzz(func(t *testing.T, hash string) { basicauth.ValidHash(hash) })
}
