package site

import (
	"context"
	"errors"
	"io"
)

// trusted is an authority that browsers have to be told to believe.
type trusted interface {
	// Trust says how, for the authority of a data folder.
	Trust(dir string) (string, error)
}

// authority is the first of the listeners' that has to be told of, nil where there is none.
func (p *program) authority() trusted {
	for _, l := range p.site.Listeners {
		if l.TLS != nil {
			if a, ok := l.TLS.Authority.(trusted); ok {
				return a
			}
		}
	}
	return nil
}

// trust says what to do so that browsers believe the local authority.
func (p *program) trust(_ context.Context, args []string) error {
	f := p.flags("trust")
	data := f.String("data", p.site.DataDir, "the `folder` for what the site keeps itself")
	if err := p.parse(f, args); err != nil {
		return err
	}
	a := p.authority()
	if a == nil {
		return errors.New("trust: no listener of the site has certificates of a local authority (tls { local = true })")
	}
	text, err := a.Trust(*data)
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, text)
	return err
}
