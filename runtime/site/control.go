package site

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

// ask parses a command's arguments, with at most one number behind the flags
// where one is wanted, and gives the command to the running site.
func (p *program) ask(c supervisor.Command, args []string, number string, flags func(f flagSet)) (*supervisor.Status, error) {
	f := p.flags(c.Do)
	data := f.String("data", p.site.DataDir, "the `folder` that the running site was given")
	quick := false
	if c.Do == "stop" {
		f.BoolVar(&quick, "quick", false, "do not wait for requests")
	}
	if flags != nil {
		flags(f)
	}
	if number == "" {
		if err := p.parse(f, args); err != nil {
			return nil, err
		}
	} else {
		if err := p.parseNumber(f, args, number, &c.Number); err != nil {
			return nil, err
		}
	}
	c.Quick = quick
	return supervisor.Ask(controlSocket(*data), c)
}

// flagSet is what a command adds its flags to.
type flagSet interface {
	BoolVar(p *bool, name string, value bool, usage string)
}

// status shows the processes of the running site.
func (p *program) status(_ context.Context, args []string) error {
	asJSON := false
	st, err := p.ask(supervisor.Command{Do: "status"}, args, "", func(f flagSet) {
		f.BoolVar(&asJSON, "json", false, "print everything that is known, as JSON")
	})
	if err != nil {
		return err
	}
	if asJSON {
		e := json.NewEncoder(p.stdout)
		e.SetIndent("", "  ")
		return e.Encode(st)
	}
	return p.statusTable(st)
}

func (p *program) statusTable(st *supervisor.Status) error {
	fmt.Fprintf(p.stdout, "%s, %s, %s, supervisor %d\n", p.site.Name, st.Mode, st.State, st.PID)
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PROCESS\tPID\tSTATE\tSINCE\tREQUESTS\tBUSY\tCONNECTIONS\tMEMORY\tTIMEOUTS\tDEATHS")
	for _, proc := range st.Processes {
		state := proc.State
		if proc.Replace != "" {
			state += " (" + string(proc.Replace) + ")"
		}
		fmt.Fprintf(t, "%s %d\t%d\t%s\t%s\t%d\t%d\t%d\t%d MB\t%d\t%d\n", proc.Role, proc.Index, proc.PID, state,
			time.Since(proc.Started).Round(time.Second), proc.Requests, proc.Busy, proc.Connections, proc.Memory>>20, proc.Timeouts, proc.Deaths)
	}
	return t.Flush()
}

func (p *program) reload(_ context.Context, args []string) error {
	_, err := p.ask(supervisor.Command{Do: "reload"}, args, "", nil)
	if err == nil {
		fmt.Fprintln(p.stdout, "reloaded")
	}
	return wrapped("reload", err)
}

func (p *program) upgrade(_ context.Context, args []string) error {
	_, err := p.ask(supervisor.Command{Do: "upgrade"}, args, "", nil)
	if err == nil {
		fmt.Fprintln(p.stdout, "upgraded")
	}
	return wrapped("upgrade", err)
}

func (p *program) scale(_ context.Context, args []string) error {
	_, err := p.ask(supervisor.Command{Do: "scale"}, args, "the number of workers", nil)
	return wrapped("scale", err)
}

func (p *program) drain(_ context.Context, args []string) error {
	_, err := p.ask(supervisor.Command{Do: "drain"}, args, "a worker's number, or a process id", nil)
	return wrapped("drain", err)
}

func (p *program) stop(_ context.Context, args []string) error {
	_, err := p.ask(supervisor.Command{Do: "stop"}, args, "", nil)
	if err == nil {
		fmt.Fprintln(p.stdout, "stopped")
	}
	return wrapped("stop", err)
}

func wrapped(command string, err error) error {
	if err == nil || err == errUsage {
		return err
	}
	return fmt.Errorf("%s: %w", command, err)
}
