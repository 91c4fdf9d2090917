package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"stackgen.dev/generator/devserver"
	"stackgen.dev/schema"
)

func runCommand() *cobra.Command {
	var listen string
	var remote bool
	cmd := &cobra.Command{
		Use:   "run [FILE]",
		Short: "Serve a site for development, rebuilt on every change",
		Long: `run builds the site, applies its migrations and serves it. Whenever the site file,
a template, a static file or Go changes, it builds again and swaps the site
behind the open port; pages in the browser reload themselves. While something is
wrong the browser and the terminal say what; browsers at other machines are told no
more than that, unless --debug-remote asks for it.

Variables of the site are read from the environment of this command.`,
		Example: `  stackgen run
  stackgen run examples/blog.hcl
  stackgen run --listen 127.0.0.1:9000`,
		Args: optionalFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return develop(cmd.Context(), cmd.ErrOrStderr(), siteFile(args), listen, remote)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8000", "serve on this address; port 0 chooses a free one")
	cmd.Flags().BoolVar(&remote, "debug-remote", false, "show errors, with what the site is made of, to clients of other machines too")
	return cmd
}

// develop serves until ctx ends.
func develop(ctx context.Context, w io.Writer, file, listen string, remote bool) error {
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("%w; write a starter with: stackgen new", err)
	}
	listener, err := net.Listen("tcp", listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%s is in use by another program: end that one, or choose another address with --listen", listen)
	}
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another address with --listen", listen, err)
	}
	folder, err := os.MkdirTemp("", "stackgen-run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)

	front := devserver.NewFront()
	front.ToAll = remote
	loop := &devLoop{w: w, file: file, front: front, folder: folder, url: "http://" + listener.Addr().String() + "/"}
	defer loop.stop()
	server := &http.Server{Handler: front, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(listener)
	defer server.Close()

	// What changes during the first build counts as well.
	watcher, err := devserver.NewWatcher(schema.ProjectDir(file), []string{file})
	if err != nil {
		return err
	}
	watching := make(chan error, 1)
	go func() { watching <- watcher.Run(ctx) }()

	fmt.Fprintf(w, "building; %s shows the site when it is done, Ctrl-C ends\n", loop.url)
	loop.rebuild(ctx)
	for {
		watcher.Also(loop.sources())
		select {
		case <-ctx.Done():
			fmt.Fprintln(w, "stopping")
			return nil
		case err := <-watching:
			if ctx.Err() == nil {
				return err
			}
		case paths := <-watcher.Changes():
			loop.changed(ctx, paths)
		case <-loop.childDone():
			loop.crashed()
		}
	}
}
