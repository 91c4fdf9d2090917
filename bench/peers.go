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

	_ "embed"
)

// caddyVersion is the version of Caddy that is built.
const caddyVersion = "v2.10.2"

var (
	//go:embed peers/nginx.conf
	nginxConf string
	//go:embed peers/Caddyfile
	caddyfile string
)

// baseline is the peer that ratios are of.
const baseline = "nginx"

// peer is a server that is measured.
type peer struct {
	name    string
	version string
	command func(address string) (command, error)
}

// peers builds what has to be built and returns the peers, and by name why
// one is left out. Only Caddy, which comes from the network, may be.
func (b *bench) peers(ctx context.Context) (peers []peer, left map[string]string, err error) {
	table := []struct {
		name  string
		build func(context.Context) (peer, error)
	}{
		{"stackgen", b.stackgen},
		{baseline, b.nginx},
		{"caddy", b.caddy},
		{"net/http", b.netHTTP},
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
		case err != nil && t.name == "caddy":
			left[t.name], _, _ = strings.Cut(err.Error(), "\n")
			b.say("caddy is left out: %s", err)
		case err != nil:
			return nil, nil, err
		default:
			peers = append(peers, p)
		}
	}
	return peers, left, nil
}

func (b *bench) stackgen(ctx context.Context) (peer, error) {
	if err := b.buildSite(ctx); err != nil {
		return peer{}, err
	}
	version, err := output(exec.CommandContext(ctx, "git", "-C", b.layout.root, "describe", "--always", "--dirty"))
	if err != nil {
		version = "of this checkout"
	}
	return peer{name: "stackgen", version: version, command: func(address string) (command, error) {
		return command{
			argv: []string{b.bin("site"), "serve", "--listen", address, "--data", b.run("data")},
			env:  []string{"UPSTREAM_URL=http://" + b.backend.address, "FILES_DIR=" + b.files},
		}, nil
	}}, nil
}

func (b *bench) nginx(ctx context.Context) (peer, error) {
	path, err := lookup("nginx")
	if err != nil {
		return peer{}, err
	}
	version, err := output(exec.CommandContext(ctx, path, "-v"))
	if err != nil {
		return peer{}, err
	}
	return peer{name: baseline, version: strings.TrimPrefix(version, "nginx version: nginx/"), command: func(address string) (command, error) {
		conf := b.run("nginx.conf")
		err := b.configure(conf, nginxConf, address)
		return command{argv: []string{path, "-p", b.run(""), "-e", "stderr", "-c", conf}}, err
	}}, nil
}

func (b *bench) caddy(ctx context.Context) (peer, error) {
	if err := b.goTool(ctx, []string{"GOBIN=" + filepath.Dir(b.bin("caddy"))}, "install", "github.com/caddyserver/caddy/v2/cmd/caddy@"+caddyVersion); err != nil {
		return peer{}, err
	}
	return peer{name: "caddy", version: caddyVersion, command: func(address string) (command, error) {
		conf := b.run("Caddyfile")
		err := b.configure(conf, caddyfile, address)
		return command{
			argv: []string{b.bin("caddy"), "run", "--adapter", "caddyfile", "--config", conf},
			env:  []string{"HOME=" + b.run(""), "XDG_CONFIG_HOME=" + b.run(""), "XDG_DATA_HOME=" + b.run("")},
		}, err
	}}, nil
}

func (b *bench) netHTTP(ctx context.Context) (peer, error) {
	if err := b.goTool(ctx, nil, "build", "-o", b.bin("nethttp"), "./bench/peers/nethttp"); err != nil {
		return peer{}, err
	}
	version, err := output(exec.CommandContext(ctx, "go", "env", "GOVERSION"))
	if err != nil {
		return peer{}, err
	}
	return peer{name: "net/http", version: version, command: func(address string) (command, error) {
		return command{argv: []string{b.bin("nethttp"), "-listen", address, "-static", b.static, "-files", b.files, "-upstream", "http://" + b.backend.address}}, nil
	}}, nil
}

// configure writes a peer's configuration.
func (b *bench) configure(path, text, address string) error {
	t, err := template.New(filepath.Base(path)).Parse(text)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		Listen, Backend, Static, FilesDir, Run string
		Connections                            int
	}{address, b.backend.address, b.static, b.files, strings.TrimSuffix(b.run(""), "/"), 2*b.idle + 1024})
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// output runs a command and returns what it says, in one line.
func output(cmd *exec.Cmd) (string, error) {
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
