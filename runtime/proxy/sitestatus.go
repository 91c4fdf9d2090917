package proxy

import (
	"context"
	"fmt"
	"time"

	"stackgen.dev/runtime/gateway"
)

// SiteStatus is what a status page shows beside the proxy's own figures. The site knows it.
type SiteStatus struct {
	Name    string    `json:"name"`
	Mode    string    `json:"mode"`
	State   string    `json:"state"`
	Started time.Time `json:"started"`
	// Problem is why little is known; "" where all is.
	Problem      string              `json:"problem,omitempty"`
	Connections  int                 `json:"connections"`
	Processes    []ProcessStatus     `json:"processes"`
	Certificates []CertificateStatus `json:"certificates"`
	// Log are the last warnings and errors of the process that answers, the newest first.
	Log []LogLine `json:"log"`
}

// ProcessStatus is a process of the site.
type ProcessStatus struct {
	Process     string    `json:"process"` // role and number
	PID         int       `json:"pid"`
	State       string    `json:"state"`
	Started     time.Time `json:"started"`
	Requests    int64     `json:"requests"`
	Busy        int64     `json:"busy"`
	Connections int       `json:"connections"`
	Memory      int64     `json:"memory"`
	Timeouts    int64     `json:"timeouts"`
	Deaths      int       `json:"deaths"`
}

// CertificateStatus is a certificate that a listener shows for a name.
type CertificateStatus struct {
	Listener string `json:"listener"`
	Name     string `json:"name"`
	// Expires is when it ends, Issuer who has issued it; both are zero where there is none.
	Expires time.Time `json:"expires"`
	Issuer  string    `json:"issuer,omitempty"`
	// Problem is why there is none, or why clients do not take it.
	Problem string `json:"problem,omitempty"`
}

// LogLine is a line of the log.
type LogLine struct {
	Time  time.Time `json:"time"`
	Level string    `json:"level"`
	Text  string    `json:"text"`
}

// Figures are what the proxy has counted; see [Proxy.Figures].
func (e *Environment) Figures() Figures { return e.proxy.Figures() }

// SiteStatus is what Config.Status says, and nothing without it.
func (e *Environment) SiteStatus(ctx context.Context) SiteStatus {
	if e.proxy.config.Status == nil {
		return SiteStatus{Problem: "nothing is known of the processes"}
	}
	return e.proxy.config.Status(ctx)
}

// Endpoint is an action that is a layer: one that answers by itself and never asks for
// what comes next.
type Endpoint struct{ Layer Layer }

// compile starts the layer.
func (a Endpoint) compile(p *Proxy, l *location) (handler, error) {
	if a.Layer == nil {
		return nil, fmt.Errorf("nothing answers")
	}
	h, err := p.start(l, a.Layer)
	if err != nil {
		return nil, err
	}
	return ending{h}, nil
}

type ending struct{ LayerHandler }

func (a ending) serve(p *Proxy, x *gateway.Exchange, v visit) {
	a.Serve(x, Next{proxy: p, visit: v, at: len(v.location.layers)})
}
