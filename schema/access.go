package schema

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Access says which networks clients may come from (allow, deny).
type Access struct {
	Allow, Deny []String
	DeclRange   hcl.Range
}

// BasicAuth asks for a name and a password (auth_basic).
type BasicAuth struct {
	Realm String
	// Users are names and the hashes of their passwords.
	Users StringMap
	// UserFile is a file of "name:hash" lines.
	UserFile  String
	DeclRange hcl.Range
}

// ForwardAuth asks another server whether a request may pass (auth_request).
type ForwardAuth struct {
	Upstream Ref[Upstream]
	URI      String
	// CopyHeaders are fields of its answer that the request gets.
	CopyHeaders []String
	DeclRange   hcl.Range
}

func accessBlock() *block {
	return &block{
		Type: "access", Once: true, Into: reflect.TypeFor[Access](),
		Doc:      "Which clients are let in by their address, while others get 403; the smallest network that an address is in decides, in whatever order they stand.",
		Ancestor: "nginx allow",
		Example: `access {
  allow = ["10.0.0.0/8", "2001:db8::/32"]
  deny  = ["10.66.0.0/16"]
}`,
		Attrs: []*attr{
			{Name: "allow", Type: stringList{}, Bindable: true, Check: checkClientNetwork, Ancestor: "nginx allow",
				Doc: "Networks and addresses that are let in; with any, others are not."},
			{Name: "deny", Type: stringList{}, Bindable: true, Check: checkClientNetwork, Ancestor: "nginx deny",
				Doc: "Networks and addresses that are kept out."},
		},
		Check: checkAccess,
	}
}

func basicAuthBlock() *block {
	return &block{
		Type: "basic_auth", Once: true, Into: reflect.TypeFor[BasicAuth](),
		Doc:      "Asks for a name and a password, whose hash is bcrypt or argon2; whoever answers does not see them.",
		Ancestor: "nginx auth_basic",
		Example: `basic_auth {
  realm     = "back office"
  user_file = "/etc/shop/users"
}`,
		Attrs: []*attr{
			{Name: "realm", Type: stringType(), Default: `"restricted"`, Check: checkHeaderValue, Ancestor: "nginx auth_basic",
				Doc: "What the browser shows beside its question."},
			{Name: "users", Type: stringMap{}, Bindable: true, Check: checkPasswordHash,
				Doc: "Names and the hashes of their passwords, as htpasswd -B or argon2 -id -e write them."},
			{Name: "user_file", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx auth_basic_user_file",
				Doc: "A file with a name, a colon and a hash on each line; it is read again when it changes."},
		},
		Check: checkBasicAuth,
	}
}

func forwardAuthBlock() *block {
	return &block{
		Type: "forward_auth", Once: true, Into: reflect.TypeFor[ForwardAuth](),
		Doc:      "Asks another server whether a request may pass: an answer of 2xx lets it, any other below 500 is what the client gets, and a server that fails lets nobody pass.",
		Ancestor: "nginx auth_request",
		Example: `forward_auth {
  upstream     = upstream.auth
  uri          = "/verify"
  copy_headers = ["X-User", "X-Groups"]
}`,
		Attrs: []*attr{
			{Name: "upstream", Type: refType[Upstream]{"upstream"}, Required: true, Ancestor: "nginx auth_request",
				Doc: "Whom to ask."},
			{Name: "uri", Type: stringType(), Required: true, Check: checkURI, Ancestor: "nginx auth_request",
				Doc: "The path to ask for, with a query or not; X-Original-Method and X-Original-URI say what the client wants."},
			{Name: "copy_headers", Type: stringList{}, Check: checkHeaderName, Ancestor: "nginx auth_request_set",
				Doc: "Fields of the answer that the request gets; what the client itself sent under these names is always taken away."},
		},
	}
}

func checkAccess(d *decoder, s *scope) {
	a := s.owner.(*Access)
	if len(a.Allow)+len(a.Deny) == 0 && !d.isWritten(a, "allow") && !d.isWritten(a, "deny") {
		d.report(errorAt(a.DeclRange, "Access for nobody in particular", "The block names no network. Write allow or deny, or take it away."))
	}
	allowed := map[string]hcl.Range{}
	for _, x := range a.Allow {
		allowed[networkText(x.V)] = x.Range
	}
	for _, x := range a.Deny {
		if at, ok := allowed[networkText(x.V)]; ok && x.Bind == nil {
			d.report(errorAt(x.Range, "Network let in and kept out", "The network %s stands under allow too. Take one of the two away.", x.V).and(at, "it is let in here"))
		}
	}
}

// networkText is a network in its one form, which is that of the site (proxy.ParseNetwork).
func networkText(text string) string {
	if p, err := netip.ParsePrefix(text); err == nil {
		const mapped = 96 // bits before an IPv4 address that is written as IPv6
		if a := p.Addr(); a.Is4In6() && p.Bits() >= mapped {
			p = netip.PrefixFrom(a.Unmap(), p.Bits()-mapped)
		}
		return p.Masked().String()
	}
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()).String()
	}
	return text
}

func checkClientNetwork(v any) *problem {
	if v.(string) == "unix:" {
		return &problem{"Network that is none", "A unix socket has no address, and who can open it is for its mode to say. Take \"unix:\" away."}
	}
	return checkNetwork(v)
}

func checkBasicAuth(d *decoder, s *scope) {
	b := s.owner.(*BasicAuth)
	if len(b.Users) == 0 && !d.isWritten(b, "user_file") && !d.isWritten(b, "users") {
		d.report(errorAt(b.DeclRange, "Password that nobody has", "The block names no user. Write users, or user_file."))
	}
	for _, u := range b.Users {
		if u.Key == "" || strings.ContainsAny(u.Key, ":\n\r") {
			d.report(errorAt(u.Value.Range, "Name that cannot be sent", "A name is not empty and has no colon in it. Write another name than %q.", u.Key))
		}
		if p := checkPasswordHash(u.Value.V); p != nil && u.Value.Bind == nil {
			d.report(badValue(u.Value.Range, p, nil))
		}
	}
}

// checkPasswordHash looks at the form; the site looks at the rest when it starts.
func checkPasswordHash(v any) *problem {
	for _, prefix := range []string{"$2a$", "$2b$", "$2y$", "$argon2id$", "$argon2i$"} {
		if strings.HasPrefix(v.(string), prefix) {
			return nil
		}
	}
	return &problem{"Password that is not hashed", "This is no hash of bcrypt or argon2. Write what the command htpasswd -nB NAME prints behind the colon, which begins with \"$2y$\"."}
}

func checkURI(v any) *problem {
	text := v.(string)
	if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.ContainsAny(text, "# \t\r\n") {
		return &problem{"Address that is no path", fmt.Sprintf("%q does not begin with one slash, or holds what no path does. Write a path, as in \"/verify\".", text)}
	}
	return nil
}
