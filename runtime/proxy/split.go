package proxy

import (
	"fmt"
	"math/rand/v2"

	"stackgen.dev/runtime/gateway"
)

// Split sends a share of a location's requests elsewhere: to a version that is
// tried with a few clients first (split_clients, a canary).
type Split struct {
	// Branches are where requests go beside what Forward says itself.
	Branches []Branch
	// Cookie has clients stay where they first came to: its value is the name of a
	// branch, or "main". "" lets each request go by itself.
	Cookie string
	// Key has requests with the same text go the same way; empty leaves that to chance.
	Key Template
}

// Branch is one of the ways of a Split.
type Branch struct {
	// Name is the block's label.
	Name string
	// Upstream is the name of the one of Config.Upstreams that answers.
	Upstream string
	// Percent is the share of requests, from 0 to 100. With 0 only those come whose cookie names the branch.
	Percent int
}

// mainBranch is the cookie's value for what Forward itself says.
const mainBranch = "main"

// split is a compiled Split.
type split struct {
	main     *forward
	branches []branch
	cookie   string
	key      *Text // nil for chance

	chance func(n int) int // of tests
}

type branch struct {
	name    string
	forward *forward
	percent int
}

// compile checks a split and compiles its ways, each as Forward would be with its server.
func (s *Split) compile(p *Proxy, l *location, f Forward, main *forward) (handler, error) {
	c := &split{main: main, cookie: s.Cookie, chance: rand.IntN}
	if s.Cookie != "" && !validToken(s.Cookie) {
		return nil, fmt.Errorf("split: %q is not the name of a cookie", s.Cookie)
	}
	var err error
	if len(s.Key) > 0 {
		if c.key, err = s.Key.compile(p.maps); err != nil {
			return nil, fmt.Errorf("split: key: %w", err)
		}
	}
	total := 0
	for _, b := range s.Branches {
		if !validToken(b.Name) || b.Name == mainBranch {
			return nil, fmt.Errorf("split: %q cannot be the name of a branch", b.Name)
		}
		if total += b.Percent; b.Percent < 0 || total > 100 {
			return nil, fmt.Errorf("split %q: the shares of all branches come to less than 0 or more than 100 in a hundred", b.Name)
		}
		f.App, f.Upstream = false, b.Upstream
		way, err := f.compileOne(p, l)
		if err != nil {
			return nil, fmt.Errorf("split %q: %w", b.Name, err)
		}
		c.branches = append(c.branches, branch{b.Name, way, b.Percent})
	}
	return c, nil
}

func (s *split) serve(p *Proxy, x *gateway.Exchange, v visit) {
	name, known := "", false
	if s.cookie != "" {
		name = string(cookie(&x.Request.Header, s.cookie))
		known = name == mainBranch
	}
	way := s.main
	for i := range s.branches {
		if name != "" && s.branches[i].name == name {
			way, known = s.branches[i].forward, true
		}
	}
	if !known {
		way, name = s.draw(x, &v)
	}
	way.serve(p, x, v)
	if s.cookie != "" && !known {
		value := s.cookie + "=" + name + "; Path=/; HttpOnly; SameSite=Lax"
		if x.Request.Scheme == "https" {
			value += "; Secure"
		}
		x.Response.Header.Add("Set-Cookie", value)
	}
}

// draw chooses a way, by chance or by the key.
func (s *split) draw(x *gateway.Exchange, v *visit) (*forward, string) {
	var n int
	if s.key == nil {
		n = s.chance(100)
	} else {
		var few [128]byte
		n = int(hashBytes(s.key.append(few[:0], x, v)) % 100)
	}
	for _, b := range s.branches {
		if n -= b.percent; n < 0 {
			return b.forward, b.name
		}
	}
	return s.main, mainBranch
}
