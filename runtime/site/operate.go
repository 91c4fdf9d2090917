package site

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"text/tabwriter"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server/supervisor"
)

// upstream shows the servers of upstreams, or has one drain.
func (p *program) upstream(_ context.Context, args []string) error {
	f := p.flags("upstream")
	data := f.String("data", p.site.DataDir, "the `folder` that the running site was given")
	if err := p.parseSome(f, args, 0, 3); err != nil {
		return err
	}
	switch do := f.Arg(0); {
	case f.NArg() == 0:
		return wrapped("upstream", p.listServers(*data))
	case f.NArg() == 3 && (do == "drain" || do == "restore"):
		_, err := supervisor.Tell(controlSocket(*data), f.Args()...)
		return wrapped("upstream "+do, err)
	}
	fmt.Fprintf(p.stderr, "%s: give nothing, or drain or restore with the names of an upstream and a server\n", f.Name())
	f.Usage()
	return errUsage
}

// listServers shows what each process that serves knows; two do during a reload.
func (p *program) listServers(data string) error {
	texts, err := supervisor.Tell(controlSocket(data), "upstreams")
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "UPSTREAM\tSERVER\tSTATE\tACTIVE\tWEIGHT")
	for _, text := range texts {
		var servers []proxy.ServerStatus
		if err := json.Unmarshal([]byte(text), &servers); err != nil {
			return err
		}
		for _, s := range servers {
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\n", s.Upstream, s.Server, s.State, s.Active, s.Weight)
		}
	}
	return t.Flush()
}

// purge has caches let go of what is kept.
func (p *program) purge(_ context.Context, args []string) error {
	f := p.flags("purge")
	data := f.String("data", p.site.DataDir, "the `folder` that the running site was given")
	tag := f.Bool("tag", false, "the arguments are tags, such as model.post")
	if err := p.parseSome(f, args, 1, -1); err != nil {
		return err
	}
	do := "purge"
	if *tag {
		do = "purge-tag"
	}
	texts, err := supervisor.Tell(controlSocket(*data), append([]string{do}, f.Args()...)...)
	if err != nil {
		return wrapped("purge", err)
	}
	most := 0
	for _, text := range texts {
		n, _ := strconv.Atoi(text)
		most = max(most, n)
	}
	fmt.Fprintf(p.stdout, "purged %d\n", most)
	return nil
}
