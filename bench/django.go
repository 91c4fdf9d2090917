package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	_ "embed"
)

//go:embed peers/django/nginx.conf
var djangoConf string

// debianPython is the interpreter that Debian's Django and gunicorn belong to;
// another may come first in PATH.
const debianPython = "/usr/bin/python3"

// gunicornWorkers is what gunicorn's documentation advises for one core,
// (2 × cores) + 1.
const gunicornWorkers = 3

func (b *bench) django(ctx context.Context) (peer, error) {
	nginx, err := lookup("nginx")
	if err != nil {
		return peer{}, err
	}
	front, err := nginxVersion(ctx, nginx)
	if err != nil {
		return peer{}, err
	}
	versions, err := output(exec.CommandContext(ctx, debianPython, "-c",
		"import sys, django, gunicorn, psycopg2; print(f'{django.__version__}, gunicorn {gunicorn.__version__}, Python {sys.version.split()[0]}')"))
	if err != nil {
		return peer{}, fmt.Errorf("django: %w: %s; bench/setup installs it", err, versions)
	}
	return peer{
		version: fmt.Sprintf("%s, %d workers, behind nginx %s", versions, gunicornWorkers, front),
		commands: func(s setting) ([]command, error) {
			conf, err := b.configure(django, "nginx.conf", djangoConf, s)
			if err != nil {
				return nil, err
			}
			socket := b.socket(django)
			if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
				return nil, err
			}
			layers := ""
			if s.layers {
				layers = "1"
			}
			env := []string{"DJANGO_LAYERS=" + layers, "DJANGO_DATA=" + filepath.Dir(conf), "PYTHONPYCACHEPREFIX=" + filepath.Join(b.build, "pycache")}
			if s.database == "postgres" {
				env = append(env, "DJANGO_POSTGRES="+filepath.Join(b.sockets, "postgres"))
			}
			site := filepath.Join(b.layout.root, "bench", "peers", "django")
			if s.database != "" {
				fill := exec.CommandContext(ctx, debianPython, "-m", "benchsite.fill")
				fill.Dir, fill.Env = site, append(os.Environ(), env...)
				if err := runQuietly(fill); err != nil {
					return nil, err
				}
			}
			return []command{
				{
					name: "gunicorn",
					argv: []string{
						debianPython, "-m", "gunicorn", "--workers", fmt.Sprint(gunicornWorkers), "--bind", "unix:" + socket,
						"--log-level", "error", "--chdir", site, "benchsite.wsgi",
					},
					env:         env,
					listen:      "unix:" + socket,
					application: true,
				},
				nginxCommand(nginx, conf, s),
			}, nil
		},
	}, nil
}
