package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stackgen.dev/generator"
	"stackgen.dev/generator/devserver"
)

func runCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "run [FILE]",
		Short: "Serve a site for development, rebuilt on every change",
		Long: `run builds the site, applies its migrations and serves it. Whenever the site file,
a template, a static file or Go changes, it builds again and swaps the site
behind the open port; pages in the browser reload themselves. While something is
wrong the browser and the terminal say what, and the last good build is kept.`,
		Example: `  stackgen run
  stackgen run examples/blog.hcl
  stackgen run --listen 127.0.0.1:9000`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return develop(cmd.Context(), cmd.ErrOrStderr(), siteFile(args), listen)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8000", "serve on this address")
	return cmd
}

// develop serves until ctx ends.
func develop(ctx context.Context, w io.Writer, file, listen string) error {
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%w: write a starter with: stackgen new", err)
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (another address: --listen)", listen, err)
	}
	sockets, err := os.MkdirTemp("", "stackgen-run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(sockets)

	front := devserver.NewFront()
	server := &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	defer server.Close()

	loop := &devLoop{w: w, file: file, front: front, sockets: sockets, url: "http://" + listener.Addr().String() + "/"}
	defer loop.stop()
	loop.rebuild(ctx, "")

	changes := make(chan string, 1)
	watching := make(chan error, 1)
	go func() {
		watching <- devserver.Watch(ctx, loop.dir(), loop.sources(), func(path string) {
			select {
			case changes <- path:
			default:
			}
		})
	}()
	for {
		select {
		case <-ctx.Done():
			fmt.Fprintln(w, "\nstopping")
			return nil
		case err := <-watching:
			if err != nil {
				return err
			}
		case path := <-changes:
			loop.rebuild(ctx, path)
		case <-loop.childDone():
			front.Fail("The site has stopped. Its own words are in the terminal.")
			fmt.Fprintln(w, "the site has stopped; it is started again after the next change")
			loop.child = nil
		}
	}
}

// devLoop is the state between two builds.
type devLoop struct {
	w       io.Writer
	file    string
	front   *devserver.Front
	sockets string
	url     string
	project *project
	child   *devserver.Child
	builds  int
}

func (l *devLoop) dir() string {
	if l.project != nil && l.project.site != nil {
		return l.project.site.Dir
	}
	return filepath.Dir(l.file)
}

// sources lists the files that describe the site, which may lie outside its folder.
func (l *devLoop) sources() []string {
	files := []string{l.file}
	if l.project != nil && l.project.sources != nil {
		files = append(files, l.project.sources.Names()...)
	}
	return files
}

func (l *devLoop) childDone() <-chan struct{} {
	if l.child == nil {
		return nil
	}
	return l.child.Done()
}

// rebuild takes the site from file to socket. Whatever goes wrong is shown, and
// the site that was serving keeps doing so behind the page that says it.
func (l *devLoop) rebuild(ctx context.Context, changed string) {
	if changed != "" {
		fmt.Fprintf(l.w, "changed: %s\n", changed)
	}
	var said bytes.Buffer
	out := io.MultiWriter(l.w, &said)
	if err := l.build(ctx, out); err != nil {
		if ctx.Err() != nil {
			return
		}
		var code exitCode
		if !errors.As(err, &code) {
			fmt.Fprintln(out, err)
		}
		l.front.Fail(plain(said.String()))
		return
	}
	fmt.Fprintf(l.w, "serving %s on %s\n", l.project.site.Name, l.url)
}

func (l *devLoop) build(ctx context.Context, out io.Writer) error {
	p, diags := generate(l.file)
	if p.site != nil {
		l.project = p
	}
	if len(diags) > 0 {
		printDiagnostics(out, diags, p.sources)
	}
	if diags.HasErrors() {
		return exitCode(1)
	}
	if err := p.write(l.w, false); err != nil {
		return err
	}
	binary := p.binary("")
	if err := p.compile(ctx, out, binary); err != nil {
		return err
	}
	if p.site.Database != nil {
		if migration, err := generator.PlanMigration(p.site, ""); err == nil && migration != nil {
			fmt.Fprintln(out, "the models have changed since the last migration; write the next one with: stackgen migrate diff "+l.file)
		}
		migrate := exec.CommandContext(ctx, binary, "migrate")
		migrate.Dir, migrate.Stdout, migrate.Stderr = p.site.Dir, out, out
		if err := migrate.Run(); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	l.builds++
	child, err := devserver.Start(ctx, binary, p.site.Dir, filepath.Join(l.sockets, fmt.Sprintf("%d.sock", l.builds)), out)
	if err != nil {
		return err
	}
	old := l.child
	l.child = child
	l.front.Switch(child.Socket)
	if old != nil {
		go old.Stop()
	}
	return nil
}

func (l *devLoop) stop() {
	if l.child != nil {
		l.child.Stop()
	}
}

// plain takes colours out of a text.
func plain(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0x1b {
			for i < len(s) && s[i] != 'm' && s[i] != 'K' {
				i++
			}
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
