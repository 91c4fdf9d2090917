package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// job is what the command line asks for.
type job struct {
	address     string
	path        string
	field       string // of every request, "Name: value"
	slowPath    string // what slow clients that read slowly ask for
	connections int
	rate        float64 // requests per second
	duration    time.Duration
	spin        bool
}

// report is what all kinds of load say at the end.
type report struct {
	Requests  int64         `json:"requests"` // answered
	Errors    int64         `json:"errors"`
	FirstFail string        `json:"first_fail,omitempty"` // what the first error was
	PerSecond float64       `json:"per_second"`
	P50       time.Duration `json:"p50"` // latencies in nanoseconds
	P99       time.Duration `json:"p99"`
	P999      time.Duration `json:"p999"`
}

// fail counts an error and keeps the text of the first.
func (r *report) fail(err error) {
	if r.Errors++; r.Errors == 1 {
		r.FirstFail = err.Error()
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	kinds := map[string]func(context.Context, job, io.Writer) (any, error){
		"pace":    func(_ context.Context, j job, _ io.Writer) (any, error) { return pace(j) },
		"connect": func(ctx context.Context, j job, _ io.Writer) (any, error) { return connect(ctx, j) },
		"slow":    func(ctx context.Context, j job, w io.Writer) (any, error) { return dawdle(ctx, j, w) },
		"probe":   func(_ context.Context, j job, _ io.Writer) (any, error) { return probe(j.duration) },
		"bounce":  func(_ context.Context, j job, _ io.Writer) (any, error) { return bounce(j.duration), nil },
	}
	if len(args) == 0 || kinds[args[0]] == nil {
		return errors.New("usage: load pace|connect|slow|probe|bounce [flags]")
	}
	j, err := parseJob(args[0], args[1:], stderr)
	if err != nil {
		return err
	}
	result, err := kinds[args[0]](ctx, j, stdout)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return json.NewEncoder(stdout).Encode(result)
}

// parseJob reads the flags behind the kind of load.
func parseJob(kind string, args []string, stderr io.Writer) (j job, err error) {
	f := flag.NewFlagSet("load "+kind, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&j.address, "address", "", "the server's `host:port`")
	f.StringVar(&j.path, "path", "/", "the `path` of every request")
	f.StringVar(&j.field, "field", "", "a `field` of every request, as \"Name: value\"")
	f.StringVar(&j.slowPath, "slow-path", "/", "the `path` that slow readers ask for")
	f.IntVar(&j.connections, "connections", 64, "how many `connections` there are at most")
	f.Float64Var(&j.rate, "rate", 1000, "`requests` that are due each second")
	f.DurationVar(&j.duration, "time", 3*time.Second, "how long the load lasts")
	f.BoolVar(&j.spin, "spin", false, "never sleep between requests: exact, and takes the whole core")
	if err := f.Parse(args); err != nil {
		return j, err
	}
	switch {
	case j.connections < 1 || j.rate <= 0 || j.duration <= 0:
		return j, errors.New("-connections, -rate and -time are more than 0")
	case j.address == "" && kind != "probe" && kind != "bounce":
		return j, errors.New("-address is needed")
	}
	return j, nil
}
