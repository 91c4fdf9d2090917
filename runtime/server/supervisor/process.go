package supervisor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// state is how far a process has come.
type state uint8

const (
	starting state = iota
	ready
	draining
	gone
)

func (s state) String() string {
	return [...]string{"starting", "ready", "draining", "gone"}[s]
}

// process is one run of a child.
type process struct {
	slot    *slot
	cmd     *exec.Cmd
	control *os.File
	state   state
	started time.Time
	// deadline is when a starting or draining process is killed.
	deadline time.Time
	// failed is why it could not start, in its own words.
	failed string
	stats  Stats
}

// event is what happens to a process.
type event struct {
	process *process
	report  report
	// exited says that the process has ended, with err.
	exited bool
	err    error
}

// spawn starts a process for a slot.
func (s *supervisor) spawn(sl *slot) (*process, error) {
	controlRead, controlWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer controlRead.Close()
	reportRead, reportWrite, err := os.Pipe()
	if err != nil {
		controlWrite.Close()
		return nil, err
	}
	defer reportWrite.Close()

	c := charge{Role: sl.role, Index: sl.index, Graceful: s.plan.GracefulTimeout}
	files := []*os.File{controlRead, reportWrite}
	for _, so := range s.socketsOf(sl) {
		c.Listeners = append(c.Listeners, so.name)
		files = append(files, so.file)
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	cmd := exec.Command(s.binary, s.plan.Args...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(s.plan.Env[:len(s.plan.Env):len(s.plan.Env)], environment+"="+string(text))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = nil, os.Stdout, os.Stderr
	cmd.ExtraFiles = files
	// A group of its own: Ctrl-C in a terminal is for the supervisor, which knows
	// in which order to stop.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		controlWrite.Close()
		reportRead.Close()
		return nil, err
	}
	now := time.Now()
	p := &process{slot: sl, cmd: cmd, control: controlWrite, started: now, deadline: now.Add(s.plan.BootTimeout)}
	s.plan.Log.Info("process started", "role", string(sl.role), "index", sl.index, "pid", p.pid())
	if sl.role == RoleProxy {
		s.tell(p, order{Workers: s.addresses()})
	}
	s.running.Go(func() { s.attend(p, reportRead) })
	return p, nil
}

// attend turns what a process says, and its end, into events.
func (s *supervisor) attend(p *process, reports *os.File) {
	said := make(chan struct{})
	go func() {
		defer close(said)
		lines := bufio.NewScanner(reports)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var r report
			if json.Unmarshal(lines.Bytes(), &r) == nil {
				s.events <- event{process: p, report: r}
			}
		}
	}()
	err := p.cmd.Wait()
	// Its last words are in the pipe; a process that it left behind may hold it open.
	reports.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-said
	reports.Close()
	s.events <- event{process: p, exited: true, err: err}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// tellTime is how long a process may take to accept an order.
const tellTime = time.Second

// tell gives a process an order; one that cannot take it will be killed in time.
func (s *supervisor) tell(p *process, o order) {
	p.control.SetWriteDeadline(time.Now().Add(tellTime))
	if err := writeLine(p.control, o); err != nil && p.state != gone {
		s.plan.Log.Warn("process takes no orders", "role", string(p.slot.role), "pid", p.pid(), "error", err)
	}
}

// cause describes how a process ended.
func (p *process) cause(err error) string {
	if p.failed != "" {
		return p.failed
	}
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled() && status.Signal() == syscall.SIGKILL:
		return "killed (SIGKILL), perhaps for want of memory"
	case ok && status.Signaled():
		return "signal: " + status.Signal().String()
	case err != nil:
		return err.Error()
	}
	return "exit status 0"
}

// ownBinary is how this very program is started again: on Linux even if the
// file has been replaced or removed meanwhile.
func ownBinary() (string, error) {
	if runtime.GOOS == "linux" {
		if _, err := os.Stat("/proc/self/exe"); err == nil {
			return "/proc/self/exe", nil
		}
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("supervisor: finding the own binary: %w", err)
	}
	return strings.TrimSuffix(path, " (deleted)"), nil
}
