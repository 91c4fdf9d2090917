package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Probes are the paths at which the machine before the site asks how it is.
type Probes struct {
	Live, Ready String
	DeclRange   hcl.Range
}

func probesBlock() *block {
	return &block{
		Type: "health", Once: true, Into: reflect.TypeFor[Probes](), Field: "Health",
		Doc:      "Paths for whoever watches over the processes: answered whatever the Host, before everything else, and during maintenance.",
		Ancestor: "Kubernetes probes, HAProxy monitor-uri",
		Example: `health {
  live  = "/healthz"
  ready = "/readyz"
}`,
		Attrs: []*attr{
			{Name: "live", Type: stringType(), Check: checkPlainPath, Ancestor: "Kubernetes livenessProbe",
				Doc: "The path that answers 200 for as long as the process answers at all."},
			{Name: "ready", Type: stringType(), Check: checkPlainPath, Ancestor: "Kubernetes readinessProbe, HAProxy monitor fail",
				Doc: "The path that answers 200 while requests would be answered, and 503 with the reasons otherwise: an upstream without a server that is up, an application without a worker, maintenance."},
		},
		Check: func(d *decoder, s *scope) {
			p := s.owner.(*Probes)
			if p.Live.Set && p.Live.V == p.Ready.V {
				d.report(errorAt(p.Ready.Range, "One path for two questions", "The path %q is the one of live, which asks for less. Write another one.", p.Ready.V).and(p.Live.Range, "live is here"))
			}
		},
	}
}

// checkPlainPath checks a path that is compared as it is.
func checkPlainPath(v any) *problem {
	if text := v.(string); !plainPath.MatchString(text) {
		return badProbePath(text)
	}
	return nil
}
