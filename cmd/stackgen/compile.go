package main

import (
	"context"
	"errors"
	"io"

	"stackgen.dev/generator"
)

func (p *project) compileOptions(binary string) generator.CompileOptions {
	return generator.CompileOptions{Dir: p.site.Dir, Output: binary, Sources: p.sources}
}

// compile builds the binary and shows how far it is.
func (p *project) compile(ctx context.Context, w io.Writer, binary string) error {
	progress := newProgress(w)
	options := p.compileOptions(binary)
	options.Progress = progress.step
	err := generator.Compile(ctx, p.site, options)
	progress.done(err == nil, binary)
	return err
}

// showRefusal prints what the compiler says, with places in the user's files
// where it has some. Other errors it leaves to the caller.
func (p *project) showRefusal(w io.Writer, err error) {
	var refused *generator.CompileError
	if !errors.As(err, &refused) {
		return
	}
	printDiagnostics(w, refused.Diagnostics, p.sources)
	io.WriteString(w, refused.Output)
}
