package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// The peers that the figures are set in relation to.
const (
	ours     = "stackgen"
	baseline = "nginx"
	caddy    = "caddy"
	django   = "django"
)

// peer is a server that is measured.
type peer struct {
	name    string
	version string
	// commands are the programs of the server; the last is the one that clients
	// speak to, and each is started when the one before it accepts.
	commands func(setting) ([]command, error)
}

// setting is how a peer is started for a row.
type setting struct {
	address string // where it listens
	secure  bool   // with TLS
	layers  bool   // with its default middleware
	disk    bool   // with a folder of the disk as /files/; others than stackgen always have it
	edge    bool   // with a cache, compression and a limit; others than stackgen always have them
	// database is what it reads rows from: sqlite, postgres, or "" for none.
	database string
}

// takesPart says whether a peer is measured on a row.
func (p peer) takesPart(r row) bool { return r.takes(p.name) }

// takes says whether a peer of that name is measured on a row.
func (r row) takes(name string) bool {
	switch {
	case name == ours:
		return true
	case r.edge:
		return name == baseline
	}
	switch name {
	case django:
		return r.django || r.kind == rendering
	case "net/http":
		return r.database == "" && r.kind != hundred // its html/template renders as well
	}
	return r.database == "" && r.kind != rendering && r.kind != hundred
}

// peers builds what has to be built and returns the peers, and by name why
// one is left out. Only Caddy, which comes from the network, may be.
func (b *bench) peers(ctx context.Context) (peers []peer, left map[string]string, err error) {
	table := []struct {
		name  string
		build func(context.Context) (peer, error)
	}{
		{ours, b.stackgen},
		{baseline, b.nginx},
		{caddy, b.caddy},
		{"net/http", b.netHTTP},
		{django, b.django},
	}
	var names []string
	for _, t := range table {
		names = append(names, t.name)
	}
	wanted := names
	if b.options.peers != "" {
		wanted = strings.Split(b.options.peers, ",")
	}
	for _, w := range wanted {
		if !slices.Contains(names, w) {
			return nil, nil, fmt.Errorf("there is no peer %s; the peers are %s", w, strings.Join(names, ", "))
		}
	}
	left = map[string]string{}
	for _, t := range table {
		if !slices.Contains(wanted, t.name) {
			continue
		}
		b.say("preparing %s", t.name)
		p, err := t.build(ctx)
		switch {
		case err != nil && t.name == caddy:
			left[t.name], _, _ = strings.Cut(err.Error(), "\n")
			b.say("caddy is left out: %s", err)
		case err != nil:
			return nil, nil, err
		default:
			p.name = t.name
			peers = append(peers, p)
		}
	}
	return peers, left, nil
}

// place is what configurations of peers refer to.
type place struct {
	Listen, Backend       string
	Secure                bool
	Certificate, Key      string
	Static, Files, Folder string
	Application           string // the socket of an application server behind
	Connections           int
}

// configure writes a peer's configuration into its folder, of which it
// returns the path.
func (b *bench) configure(p, name, text string, s setting) (path string, err error) {
	folder, err := b.folder(p)
	if err != nil {
		return "", err
	}
	t, err := template.New(name).Parse(text)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	var out bytes.Buffer
	err = t.Execute(&out, place{
		Listen: s.address, Backend: b.backend.listen, Secure: s.secure, Certificate: b.certificate(), Key: b.key(),
		Static: b.static, Files: b.files, Folder: folder, Application: b.socket(p), Connections: 2*b.idle + 1024,
	})
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	path = filepath.Join(folder, name)
	return path, os.WriteFile(path, out.Bytes(), 0o644)
}

// folder is a peer's own, for what exists while it runs.
func (b *bench) folder(peer string) (string, error) {
	path := b.run(strings.ReplaceAll(peer, "/", "-"))
	return path, os.MkdirAll(path, 0o755)
}

// socket is the path of a unix socket; a path beneath the checkout may be too
// long for one (sun_path has 108 bytes).
func (b *bench) socket(peer string) string { return filepath.Join(b.sockets, peer) }

// output runs a command and returns what it says, in one line.
func output(cmd *exec.Cmd) (string, error) {
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
