package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Workers is the application server tier.
type Workers struct {
	// Mode is "inline" (one serving process) or "process" (a proxy process and Count workers).
	Mode String
	// Count is the number of workers; AutoCount is one for every processor.
	Count Int
	// Timeout bounds a request in the application (gunicorn timeout); KillAfter is how
	// long a handler may go on beyond that before its process is replaced.
	Timeout, KillAfter Duration
	// GracefulTimeout bounds finishing requests at a stop (gunicorn graceful_timeout),
	// BootTimeout starting a process.
	GracefulTimeout, BootTimeout Duration
	// When a process is replaced by a fresh one; zero is never.
	MaxRequests, MaxRequestsJitter Int
	MaxLifetime, MaxLifetimeJitter Duration
	MemoryLimit                    Size
	// SlowRequest is how long a request takes that is logged; zero logs none.
	SlowRequest Duration
	// Backlog is the length of the listeners' queues; zero is the system's.
	Backlog Int
	// Addresses are where the application listens when it runs elsewhere.
	Addresses []String
	// Metrics is the address that Prometheus asks; "" for none.
	Metrics            String
	PIDFile            String
	User, Group, Umask String
	Hooks              *Hooks // nil without the block
	DeclRange          hcl.Range
}

// AutoCount is the Workers.Count that stands for auto.
const AutoCount = -1

// Hooks are Go functions that the site's processes call (gunicorn server hooks).
type Hooks struct {
	OnStarting, WhenReady, PostWorkerInit, WorkerExit, OnExit GoRef
	PreRequest, PostRequest                                   GoRef
	DeclRange                                                 hcl.Range
}

// Hook is one function of Hooks.
type Hook struct {
	// Name is the attribute's, Request whether the function is called for requests
	// and not for a process.
	Name    string
	Request bool
	Go      GoRef
}

// All are the hooks that are written, in the order of the manual.
func (h *Hooks) All() []Hook {
	if h == nil {
		return nil
	}
	var all []Hook
	for _, hook := range []Hook{
		{"on_starting", false, h.OnStarting}, {"when_ready", false, h.WhenReady}, {"post_worker_init", false, h.PostWorkerInit},
		{"worker_exit", false, h.WorkerExit}, {"on_exit", false, h.OnExit},
		{"pre_request", true, h.PreRequest}, {"post_request", true, h.PostRequest},
	} {
		if hook.Go.Set() {
			all = append(all, hook)
		}
	}
	return all
}

// workersBlock describes the application server.
func workersBlock() *block {
	return &block{
		Type: "workers", Once: true, Into: reflect.TypeFor[Workers](),
		Doc:      "The application server: who runs the views, and for how long.",
		Ancestor: "gunicorn",
		Example: `workers {
  mode                = "process"
  count               = auto
  timeout             = "30s"
  max_requests        = 100000
  max_requests_jitter = 5000
  memory_limit        = "512MB"
}`,
		Attrs: []*attr{
			{Name: "mode", Type: stringType(), Default: `"inline"`, Enum: []string{"inline", "process"},
				Doc: "Whether one process serves everything (inline) or worker processes run the application behind a proxy process (process)."},
			{Name: "count", Type: countType{intType()}, Default: "1", Bindable: true, Check: checkPositive, Ancestor: "gunicorn workers",
				Doc: "The number of worker processes, or auto for one per processor; it has no effect in inline mode."},
			{Name: "timeout", Type: durationType(), Default: `"30s"`, Bindable: true, Check: checkPositive, Ancestor: "gunicorn timeout",
				Doc: "How long the application may take to answer a request; then the client gets 503, and the log the stack of the handler."},
			{Name: "kill_after", Type: durationType(), Default: `"10s"`, Bindable: true, Check: checkPositive, Ancestor: "gunicorn timeout",
				Doc: "How long a handler may go on beyond timeout before another process takes the place of its own."},
			{Name: "graceful_timeout", Type: durationType(), Default: `"30s"`, Bindable: true, Check: checkPositive, Ancestor: "gunicorn graceful_timeout",
				Doc: "How long requests may take to finish when a process is to stop."},
			{Name: "boot_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive,
				Doc: "How long a process may take to start."},
			{Name: "max_requests", Type: intType(), Bindable: true, Check: checkPositive, Ancestor: "gunicorn max_requests",
				Doc: "The number of requests after which a fresh process takes a worker's place."},
			{Name: "max_requests_jitter", Type: intType(), Bindable: true, Check: checkPositive, Ancestor: "gunicorn max_requests_jitter",
				Doc: "The most that is added to max_requests at random, so that workers do not go together."},
			{Name: "max_lifetime", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "uWSGI max-worker-lifetime",
				Doc: "The time after which a fresh process takes a worker's place."},
			{Name: "max_lifetime_jitter", Type: durationType(), Bindable: true, Check: checkPositive,
				Doc: "The most that is added to max_lifetime at random."},
			{Name: "memory_limit", Type: sizeType(), Bindable: true, Check: checkPositive, Ancestor: "uWSGI reload-on-rss",
				Doc: "The memory beyond which a fresh process takes a worker's place; a worker that reaches twice as much ends at once."},
			{Name: "slow_request", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "php-fpm request_slowlog_timeout",
				Doc: "The time that a request has to take in the application to be logged as slow."},
			{Name: "backlog", Type: intType(), Bindable: true, Check: checkPositive, Ancestor: "gunicorn backlog",
				Doc: "How many connections may wait to be accepted; by default as many as the system allows."},
			{Name: "addresses", Type: stringList{}, Bindable: true, Check: checkServerURL, Ancestor: "nginx upstream",
				Doc: "Where serve --tier proxy finds the application on other machines: \"http://10.0.0.2:9000\", or unix: and the path of a socket."},
			{Name: "metrics", Type: stringType(), Bindable: true, Check: checkAddress, Ancestor: "gunicorn statsd_host",
				Doc: "The address where Prometheus finds /metrics; it is answered to everybody who can connect."},
			{Name: "pidfile", Into: "PIDFile", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "gunicorn pidfile",
				Doc: "The file that holds the supervisor's process id."},
			{Name: "user", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "gunicorn user",
				Doc: "The user, by name or number, that the processes run as; the supervisor has to be started by root then."},
			{Name: "group", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "gunicorn group",
				Doc: "The group, by name or number, that the processes run as; by default the user's own."},
			{Name: "umask", Type: stringType(), Check: checkOctal, Ancestor: "gunicorn umask",
				Doc: "The file mode creation mask, in octal: \"027\"."},
		},
		Blocks: []*block{hooksBlock()},
		Check:  checkWorkers,
	}
}

// hooksBlock describes the functions that the site's processes call.
func hooksBlock() *block {
	hook := func(name string, shape goShape, doc string) *attr {
		return &attr{Name: name, Type: hookType{shape}, Ancestor: "gunicorn " + name, Doc: doc}
	}
	return &block{
		Type: "hooks", Once: true, Into: reflect.TypeFor[Hooks](),
		Doc:      "Go functions of the project that the site's processes call.",
		Ancestor: "gunicorn hooks",
		Example: `hooks {
  when_ready   = go.hooks.WhenReady
  post_request = go.hooks.PostRequest
}`,
		Attrs: []*attr{
			hook("on_starting", processHook, "Called in the supervisor before it opens a socket; its error keeps the site from starting."),
			hook("when_ready", processHook, "Called in the supervisor when the site serves."),
			hook("post_worker_init", processHook, "Called in every process that runs the application before its first request; its error is a failed start."),
			hook("worker_exit", processHook, "Called in such a process after its last request."),
			hook("on_exit", processHook, "Called in the supervisor at its end."),
			hook("pre_request", requestHook, "Called before every request in the application, on the goroutine that serves it."),
			hook("post_request", requestHook, "Called after it, with status and duration."),
		},
	}
}

// checkWorkers compares the attributes of the block with one another.
func checkWorkers(d *decoder, s *scope) {
	w := s.owner.(*Workers)
	if w.MaxRequestsJitter.Set && !w.MaxRequests.Set {
		d.report(jitterAlone("max_requests", w.MaxRequestsJitter.Range))
	}
	if w.MaxLifetimeJitter.Set && !w.MaxLifetime.Set {
		d.report(jitterAlone("max_lifetime", w.MaxLifetimeJitter.Range))
	}
}
