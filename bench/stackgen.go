package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// defaultMiddleware is Django's of a new project, for the rows with layers;
// peers/django/benchsite/settings.py has them under Django's names.
const defaultMiddleware = "middleware = [security, session, common, csrf, auth, message, clickjacking]\n"

// Lines of examples/bench.hcl that variants put something in place of.
const (
	plainListen  = `  listen "public" { address = "127.0.0.1:8000" }`
	appLocation  = `  location "/" { forward = app }`
	secureListen = `  listen "public" {
    address = var.address
    tls {
      certificate = var.certificate
      key         = var.key
    }
  }`
	diskLocation = `  location "/files/" {
    files { root = var.files_dir }
  }

`
)

// edgeLocations are what nginx.conf has under the same paths.
const edgeLocations = `  location "/kept/" {
    strip_prefix = true
    forward      = upstream.backend
    cache { ttl = "1h" }
  }
  location "/zipped/" {
    files { root = var.files_dir }
    compression { encodings = ["gzip"] }
  }
  location "/limited/" {
    files { root = var.files_dir }
    rate_limit {
      rate  = "1000000/s"
      burst = 1000000
    }
  }

`

// variant is examples/bench.hcl, changed in one place.
type variant struct {
	name   string
	change func(site string) (string, error)
}

// variants are the sites that are built; all serve what the example does.
func variants() []variant {
	return []variant{
		{"site", func(site string) (string, error) { return site, nil }},
		{"layers", func(site string) (string, error) { return defaultMiddleware + "\n" + site, nil }},
		{"secure", func(site string) (string, error) {
			return instead(site, plainListen, secureListen,
				variable{"address", "127.0.0.1:8443"}, variable{"certificate", "certificate.pem"}, variable{"key", "key.pem"})
		}},
		{"disk", func(site string) (string, error) {
			return instead(site, appLocation, diskLocation+appLocation, variable{"files_dir", "files"})
		}},
		{"edge", func(site string) (string, error) {
			return instead(site, appLocation, edgeLocations+appLocation, variable{"files_dir", "files"})
		}},
	}
}

// variable is what a change refers to; its value comes from the environment
// variable of the same name in capitals.
type variable struct{ name, example string }

// instead puts text in place of a line, and declares the variables that it
// refers to.
func instead(site, line, text string, variables ...variable) (string, error) {
	if strings.Count(site, line+"\n") != 1 {
		return "", fmt.Errorf("examples/bench.hcl has no line %q for another to be put in its place", line)
	}
	site = strings.Replace(site, line, text, 1)
	for _, v := range variables {
		site += fmt.Sprintf("\nvariable %q {\n  default = %q\n  env     = %q\n}\n", v.name, v.example, strings.ToUpper(v.name))
	}
	return site, nil
}

// variantFor is the name of the site that serves a setting.
func variantFor(s setting) string {
	switch {
	case s.secure:
		return "secure"
	case s.layers:
		return "layers"
	case s.disk:
		return "disk"
	case s.edge:
		return "edge"
	}
	return "site"
}

func (b *bench) stackgen(ctx context.Context) (peer, error) {
	if err := b.goTool(ctx, nil, "build", "-o", b.bin("stackgen"), "./cmd/stackgen"); err != nil {
		return peer{}, err
	}
	for _, v := range variants() {
		if !b.needs(v.name) {
			continue
		}
		if err := b.buildSite(ctx, v); err != nil {
			return peer{}, err
		}
	}
	version, err := output(exec.CommandContext(ctx, "git", "-C", b.layout.root, "describe", "--always", "--dirty"))
	if err != nil {
		version = "of this checkout"
	}
	return peer{version: version, commands: func(s setting) ([]command, error) {
		data, err := b.folder(ours + "-" + variantFor(s)) // their migrations differ
		if err != nil {
			return nil, err
		}
		database := "DATABASE_URL=" + b.databaseURL(data, s.database)
		migrate := exec.CommandContext(ctx, b.bin(variantFor(s)), "migrate")
		migrate.Env = append(os.Environ(), database)
		if err := runQuietly(migrate); err != nil {
			return nil, err
		}
		c := command{
			name:   ours,
			argv:   []string{b.bin(variantFor(s)), "serve", "--data", data},
			env:    []string{"UPSTREAM_URL=http://" + b.backend.listen, "FILES_DIR=" + b.files, database},
			listen: s.address,
			// One process plays all tiers: the application's share is not told apart, so
			// that all of it counts as that.
			application: true,
		}
		if s.secure {
			// --listen would make it plain HTTP.
			c.env = append(c.env, "ADDRESS="+s.address, "CERTIFICATE="+b.certificate(), "KEY="+b.key())
		} else {
			c.argv = append(c.argv, "--listen", s.address)
		}
		return []command{c}, nil
	}}, nil
}

// needs says whether a chosen row is served by a variant.
func (b *bench) needs(variant string) bool {
	for _, r := range b.chosen {
		if variantFor(r.setting("")) == variant {
			return true
		}
	}
	return false
}

// buildSite lays a variant of the example out as a project of its own and
// builds it with the checkout's stackgen.
func (b *bench) buildSite(ctx context.Context, v variant) error {
	project := filepath.Join(b.build, "sites", v.name)
	if err := os.RemoveAll(project); err != nil {
		return err
	}
	example := filepath.Join(b.layout.root, "examples", "bench")
	for _, part := range []string{"views", "static", "templates", "migrations"} {
		if err := os.CopyFS(filepath.Join(project, part), os.DirFS(filepath.Join(example, part))); err != nil {
			return err
		}
	}
	// The example carries no file of 10 MB.
	if err := os.WriteFile(filepath.Join(project, "static", "10m.bin"), pattern(10<<20), 0o644); err != nil {
		return err
	}
	text, err := os.ReadFile(example + ".hcl")
	if err != nil {
		return err
	}
	site, err := v.change(string(text))
	if err != nil {
		return err
	}
	path := filepath.Join(project, "site.hcl")
	if err := os.WriteFile(path, []byte(site), 0o644); err != nil {
		return err
	}
	// Users have tables that the example has not.
	if err := runQuietly(exec.CommandContext(ctx, b.bin("stackgen"), "migrate", "diff", path)); err != nil {
		return err
	}
	if err := runQuietly(exec.CommandContext(ctx, b.bin("stackgen"), "build", "-o", b.bin(v.name), path)); err != nil {
		return err
	}
	if !b.profiled {
		return nil
	}
	// stackgen leaves the names of functions out of the binary; a profile needs them.
	named := exec.CommandContext(ctx, "go", "build", "-trimpath", "-gcflags=all=-dwarf=false", "-o", b.bin(v.name), "./gen")
	named.Dir = project
	return runQuietly(named)
}
