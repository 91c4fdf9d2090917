package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// options are what the command line sets.
type options struct {
	rounds      int
	retakes     int           // of a measurement that others disturbed
	duration    time.Duration // of one measurement
	warmup      time.Duration
	connections int  // of the load generator
	idle        int  // connections of the idle row
	slow        int  // clients of the slow row
	paced       bool // measure rows at half load as well
	profiled    bool // list the functions that take the time, beside the figures
	serverCPU   int
	loadCPU     int
	peers       string // comma-separated; "" is all
	root        string // the checkout
	output      string // "" is bench/RESULTS.md for a run of all rows, standard output otherwise
	date        string
	rows        []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	rows, err := chooseRows(o.rows)
	if err != nil {
		return err
	}
	b, err := prepare(ctx, o, rows, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	peers, left, err := b.peers(ctx)
	if err != nil {
		return err
	}
	r := report{Machine: readMachine(), Peers: peers, Left: left, Options: o, Load: generators(ctx)}
	r.Rows = b.measureAll(ctx, rows, peers)
	if o.output == "" && len(o.rows) == 0 && ctx.Err() == nil {
		o.output = filepath.Join(o.root, "bench", "RESULTS.md")
	}
	if o.output == "" || o.output == "-" {
		r.Brief = true
		_, err := io.WriteString(stdout, r.markdown())
		return errors.Join(err, r.failures())
	}
	// Only results that are kept have the notes: they are about a whole run.
	if r.Notes, err = readNotes(filepath.Join(o.root, "bench", "notes.md")); err != nil {
		return err
	}
	if err := os.WriteFile(o.output, []byte(r.markdown()), 0o644); err != nil {
		return err
	}
	fmt.Fprintln(stderr, "wrote", o.output)
	return r.failures()
}

// parseOptions reads the command line.
func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.rounds, "rounds", 5, "measure every row and peer this many `times`")
	f.IntVar(&o.retakes, "retakes", 3, "measure anew up to so many `times` what other programs disturbed")
	f.DurationVar(&o.duration, "time", 2*time.Second, "how long one measurement takes, whole seconds")
	f.DurationVar(&o.warmup, "warmup", time.Second, "how long load runs before a measurement, whole seconds")
	f.IntVar(&o.connections, "connections", 64, "kept-alive `connections` of the load generator")
	f.IntVar(&o.idle, "idle", idleConnections, "`connections` of the idle row")
	f.IntVar(&o.slow, "slow", 1000, "`clients` of the slow row")
	f.BoolVar(&o.paced, "half", true, "measure latency at half load as well")
	f.BoolVar(&o.profiled, "profile", false, "list the functions that every peer spends its time in (perf)")
	quick := f.Bool("quick", false, "stackgen and nginx alone, 3 rounds of 1s, not at half load, without rows those with a bar; flags that are given win")
	f.IntVar(&o.serverCPU, "server-cpu", 0, "the `core` that servers run on")
	f.IntVar(&o.loadCPU, "load-cpu", 1, "the `core` that load generator and backend run on")
	f.StringVar(&o.peers, "peers", "", "measure these peers alone, `names` separated by commas")
	f.StringVar(&o.root, "root", ".", "the checkout's `folder`")
	f.StringVar(&o.output, "o", "", "write the results to this `file`, - for standard output (default bench/RESULTS.md when every row is run)")
	f.StringVar(&o.date, "date", "", "a `date` to put into the results")
	f.Usage = func() {
		fmt.Fprintln(stderr, "usage: go run ./bench [flags] [row…]")
		f.PrintDefaults()
		fmt.Fprintln(stderr, "rows:")
		for _, r := range rowTable() {
			fmt.Fprintf(stderr, "  %-16s%s\n", r.name, r.about)
		}
		fmt.Fprintln(stderr, "groups of rows: bars, data, edge, plain, tls, h2")
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.rows = f.Args()
	if *quick {
		o.hurry(f)
		if len(o.rows) == 0 {
			o.rows = []string{"bars"}
		}
	}
	switch {
	case o.rounds < 1 || o.connections < 1 || o.idle < 1 || o.slow < 1:
		return o, errors.New("-rounds, -connections, -idle and -slow begin at 1")
	case o.duration < time.Second || o.duration%time.Second != 0 || o.warmup < 0 || o.warmup%time.Second != 0:
		return o, errors.New("-time and -warmup are whole seconds: the load generator knows no others")
	case o.serverCPU == o.loadCPU:
		return o, errors.New("-server-cpu and -load-cpu are the same core: the figures would mean nothing")
	}
	return o, nil
}

// hurry sets what makes a run quick, but for what the command line gave.
func (o *options) hurry(f *flag.FlagSet) {
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for name, value := range map[string]string{
		"rounds": "3", "time": "1s", "warmup": "0s", "retakes": "0", "half": "false", "peers": ours + "," + baseline,
	} {
		if given[name] {
			continue
		}
		if err := f.Set(name, value); err != nil {
			panic("stackgen: unreachable: " + err.Error())
		}
	}
}

// readNotes reads what people wrote about the figures; there may be nothing.
func readNotes(path string) (string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(b)), err
}
