package main

import (
	"context"
	"os/exec"
)

func (b *bench) netHTTP(ctx context.Context) (peer, error) {
	if err := b.goTool(ctx, nil, "build", "-o", b.bin("nethttp"), "./bench/peers/nethttp"); err != nil {
		return peer{}, err
	}
	version, err := output(exec.CommandContext(ctx, "go", "env", "GOVERSION"))
	if err != nil {
		return peer{}, err
	}
	return peer{version: version, commands: func(s setting) ([]command, error) {
		argv := []string{b.bin("nethttp"), "-listen", s.address, "-static", b.static, "-files", b.files, "-upstream", "http://" + b.backend.listen}
		if s.secure {
			argv = append(argv, "-certificate", b.certificate(), "-key", b.key())
		}
		return []command{{name: "nethttp", argv: argv, listen: s.address, application: true}}, nil
	}}, nil
}
