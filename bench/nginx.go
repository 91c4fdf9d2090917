package main

import (
	"context"
	"os/exec"
	"strings"

	_ "embed"
)

//go:embed peers/nginx/nginx.conf
var nginxConf string

func (b *bench) nginx(ctx context.Context) (peer, error) {
	path, err := lookup("nginx")
	if err != nil {
		return peer{}, err
	}
	version, err := nginxVersion(ctx, path)
	if err != nil {
		return peer{}, err
	}
	return peer{version: version, commands: func(s setting) ([]command, error) {
		conf, err := b.configure(baseline, "nginx.conf", nginxConf, s)
		return []command{nginxCommand(path, conf, s)}, err
	}}, nil
}

// nginxVersion is what nginx says of itself, without its name.
func nginxVersion(ctx context.Context, path string) (string, error) {
	version, err := output(exec.CommandContext(ctx, path, "-v"))
	return strings.TrimPrefix(version, "nginx version: nginx/"), err
}

// nginxCommand starts nginx on a configuration, which says all else.
func nginxCommand(path, conf string, s setting) command {
	return command{name: "nginx", argv: []string{path, "-p", "/", "-e", "stderr", "-c", conf}, listen: s.address}
}
