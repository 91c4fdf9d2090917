package main

import (
	"context"
	"path/filepath"

	_ "embed"
)

// caddyVersion is the version of Caddy that is built.
const caddyVersion = "v2.10.2"

//go:embed peers/caddy/Caddyfile
var caddyfile string

func (b *bench) caddy(ctx context.Context) (peer, error) {
	if err := b.goTool(ctx, []string{"GOBIN=" + filepath.Dir(b.bin(caddy))}, "install", "github.com/caddyserver/caddy/v2/cmd/caddy@"+caddyVersion); err != nil {
		return peer{}, err
	}
	return peer{version: caddyVersion, commands: func(s setting) ([]command, error) {
		conf, err := b.configure(caddy, "Caddyfile", caddyfile, s)
		home := filepath.Dir(conf)
		return []command{{
			name:   caddy,
			argv:   []string{b.bin(caddy), "run", "--adapter", "caddyfile", "--config", conf},
			env:    []string{"HOME=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home},
			listen: s.address,
		}}, err
	}}, nil
}
