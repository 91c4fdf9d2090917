package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Workers is the application server tier.
type Workers struct {
	// Mode is "inline" (one serving process) or "process" (a proxy process and Count workers).
	Mode  String
	Count Int
	// Timeout bounds a request in the application (gunicorn timeout).
	Timeout Duration
	// GracefulTimeout bounds finishing requests at a stop (gunicorn graceful_timeout).
	GracefulTimeout Duration
	DeclRange       hcl.Range
}

// workersBlock describes the application server.
func workersBlock() *block {
	return &block{
		Type: "workers", Once: true, Into: reflect.TypeFor[Workers](),
		Doc:      "The application server: who runs the views, and for how long.",
		Ancestor: "gunicorn",
		Example: `workers {
  mode    = "process"
  count   = 4
  timeout = "30s"
}`,
		Attrs: []*attr{
			{Name: "mode", Type: stringType(), Default: `"inline"`, Enum: []string{"inline", "process"},
				Doc: "Whether one process serves everything (inline) or worker processes run the application behind a proxy process (process)."},
			{Name: "count", Type: intType(), Default: "1", Bindable: true, Check: checkPositive, Ancestor: "gunicorn workers",
				Doc: "The number of worker processes; it has no effect in inline mode."},
			{Name: "timeout", Type: durationType(), Default: `"30s"`, Bindable: true, Check: checkPositive, Ancestor: "gunicorn timeout",
				Doc: "How long the application may take to answer a request."},
			{Name: "graceful_timeout", Type: durationType(), Default: `"30s"`, Bindable: true, Check: checkPositive, Ancestor: "gunicorn graceful_timeout",
				Doc: "How long requests may take to finish when the site stops."},
		},
	}
}
