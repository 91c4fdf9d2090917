package proxy

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Purger is a [LayerHandler] that keeps answers, and lets go of some when it is told to.
type Purger interface {
	// PurgeTag lets go of what has the tag, and returns how many answers that were.
	PurgeTag(tag string) int
	// PurgeAddress lets go of what answers a request; a path that ends in a star is all that begin so.
	PurgeAddress(x *gateway.Exchange, next Next) int
}

// ServerStatus is a server of an upstream as operators see it.
type ServerStatus struct {
	Upstream string `json:"upstream"`
	Server   string `json:"server"`
	// State is "up", "down", "drain", "backup", "failed" by what requests met, or "sick" by its checks.
	State string `json:"state"`
	// Active are the requests that it has now, Weight is its share.
	Active int `json:"active"`
	Weight int `json:"weight"`
	// Label is the server's in the site file, of which a name in DNS makes several.
	Label string `json:"label"`
}

// Operate does what an operator, or the application, asks of the running proxy:
//
//	upstreams                 the servers of all upstreams, as JSON
//	drain UPSTREAM SERVER     send the server no requests but those of clients that are stuck to it
//	restore UPSTREAM SERVER   send it requests again
//	purge URL…                let caches go of addresses
//	purge-tag TAG…            let them go of what is tagged
//
// What drains is written to the data folder, and drains still after a reload.
func (p *Proxy) Operate(words []string) (string, error) {
	if len(words) == 0 {
		return "", errors.New("there is nothing to do")
	}
	switch do, args := words[0], words[1:]; {
	case do == "upstreams" && len(args) == 0:
		b, err := json.Marshal(p.Servers())
		return string(b), err
	case (do == "drain" || do == "restore") && len(args) == 2:
		return "", p.drain(args[0], args[1], do == "drain")
	case do == "purge" && len(args) > 0:
		return p.purge(args)
	case do == "purge-tag" && len(args) > 0:
		n := 0
		for _, l := range p.purgers() {
			for _, tag := range args {
				n += l.purger.PurgeTag(tag)
			}
		}
		return strconv.Itoa(n), nil
	}
	return "", fmt.Errorf("the proxy has no command %q", strings.Join(words, " "))
}

// Servers are the servers of all upstreams.
func (p *Proxy) Servers() []ServerStatus {
	var all []ServerStatus
	for _, c := range p.config.Upstreams {
		all = append(all, p.upstreams[c.Name].status(time.Now())...)
	}
	return all
}

func (u *Upstream) status(now time.Time) (all []ServerStatus) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, b := range u.backends {
		s := ServerStatus{Upstream: u.config.Name, Server: b.label, State: "up", Active: b.active, Weight: max(b.server.Weight, 1), Label: b.figures.server}
		switch {
		case b.server.Down:
			s.State = "down"
		case b.server.Drain:
			s.State = "drain"
		case b.sick:
			s.State = "sick"
		case b.out(now):
			s.State = "failed"
		case b.server.Backup:
			s.State = "backup"
		}
		all = append(all, s)
	}
	return all
}

// drainedFile is where in the data folder the servers stand that drain, one a line.
const drainedFile = "drained"

// drain has a server drain, or no longer.
func (p *Proxy) drain(upstream, server string, on bool) error {
	u := p.upstreams[upstream]
	if u == nil {
		var names []string
		for _, c := range p.config.Upstreams {
			names = append(names, c.Name)
		}
		return fmt.Errorf("there is no upstream %q; there are %s", upstream, strings.Join(names, ", "))
	}
	if err := u.setDrained(server, on); err != nil {
		return err
	}
	return p.keepDrained()
}

// setDrained has a server of that name drain, or no longer.
func (u *Upstream) setDrained(server string, on bool) error {
	u.mu.Lock()
	var names []string
	for _, s := range u.sources {
		names = append(names, s.server.Name)
	}
	if !slices.Contains(names, server) {
		u.mu.Unlock()
		return fmt.Errorf("the upstream %s has no server %q; it has %s", u.config.Name, server, strings.Join(names, ", "))
	}
	if u.drained == nil {
		u.drained = map[string]bool{}
	}
	if on {
		u.drained[server] = true
	} else {
		delete(u.drained, server)
	}
	u.settle()
	u.mu.Unlock()
	return nil
}

// keepDrained writes down what drains, for the processes that come after this one.
func (p *Proxy) keepDrained() error {
	if p.config.Data == "" {
		return nil
	}
	var b strings.Builder
	for _, c := range p.config.Upstreams {
		u := p.upstreams[c.Name]
		u.mu.Lock()
		for _, s := range u.sources {
			if u.drained[s.server.Name] {
				fmt.Fprintf(&b, "%s %s\n", c.Name, s.server.Name)
			}
		}
		u.mu.Unlock()
	}
	path := filepath.Join(p.config.Data, drainedFile)
	if b.Len() == 0 {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	f, err := os.CreateTemp(p.config.Data, drainedFile+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(b.String())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// readDrained has those drain that an earlier process wrote down. What is no longer there is forgotten.
func (p *Proxy) readDrained() error {
	if p.config.Data == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(p.config.Data, drainedFile))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for line := range strings.Lines(string(b)) {
		upstream, server, _ := strings.Cut(strings.TrimSpace(line), " ")
		if u := p.upstreams[upstream]; u != nil && u.setDrained(server, true) == nil {
			p.log.Warn("proxy: server drains, as an operator has said", "upstream", upstream, "server", server)
		}
	}
	return nil
}

// purging is a layer that can purge, and its location.
type purging struct {
	purger   Purger
	location *location
	at       int // behind which of the location's layers
}

// purgers are the layers that can purge.
func (p *Proxy) purgers() (all []purging) {
	for l := range p.order {
		for i, h := range l.layers {
			if purger, ok := h.(Purger); ok {
				all = append(all, purging{purger, l, i + 1})
			}
		}
	}
	return all
}

// purge lets caches go of addresses: "https://example.com/a", or "/a" of every host and scheme of the site.
func (p *Proxy) purge(addresses []string) (string, error) {
	n := 0
	for _, text := range addresses {
		at, err := url.Parse(text)
		if err != nil || !strings.HasPrefix(at.Path, "/") || at.Host == "" != (at.Scheme == "") {
			return "", fmt.Errorf("%q is no address; write one such as https://example.com/a, or a path for all hosts of the site", text)
		}
		schemes, hosts := []string{at.Scheme}, []string{at.Host}
		if at.Host == "" {
			schemes, hosts = []string{"http", "https"}, p.config.Hosts
			if p.config.Local {
				hosts = append(hosts[:len(hosts):len(hosts)], "localhost", "127.0.0.1", "::1")
			}
		}
		path, err := gateway.NormalizePath(nil, []byte(at.EscapedPath()))
		if err != nil {
			return "", fmt.Errorf("%q has a path that none of the site is", text)
		}
		for _, scheme := range schemes {
			for _, host := range hosts {
				for _, l := range p.purgers() {
					x := new(gateway.Exchange)
					r := &x.Request
					r.Method, r.Scheme, r.Host, r.Path, r.Query = "GET", scheme, []byte(host), path, []byte(at.RawQuery)
					r.Target = appendURI(nil, r)
					n += l.purger.PurgeAddress(x, Next{proxy: p, visit: visit{location: l.location}, at: l.at})
				}
			}
		}
	}
	return strconv.Itoa(n), nil
}
