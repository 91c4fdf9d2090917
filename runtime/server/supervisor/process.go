package supervisor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
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
	binary  *binary
	cmd     *exec.Cmd
	control *os.File
	state   state
	started time.Time
	served  time.Time // since when it is ready
	// graceful is how long it may finish its requests: a new binary may have another
	// mind about that than the old.
	graceful time.Duration
	// seen is when it last said anything.
	seen time.Time
	// address is what a proxy knows it by: a link to the socket of its slot. Its
	// successor has another one, so that no connection is taken for the other's.
	address string
	// parting says that it is to be dismissed when every proxy goes by the list of
	// workers partingSeq, or at partingUntil.
	parting      bool
	partingSeq   int
	partingUntil time.Time
	// applied is the list of workers that a proxy goes by, informed the one it was told.
	applied, informed int
	// deaf is until when it is not tried again to tell it, and garbled that what it was
	// told last is not whole.
	deaf    time.Time
	garbled bool
	// deadline is when a starting or draining process is killed.
	deadline time.Time
	// failed is why it could not start, in its own words; crash what the Go runtime said.
	failed string
	crash  string
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

// spawn starts a process for a slot from a binary.
func (s *supervisor) spawn(sl *slot, b *binary) (*process, error) {
	var pipes pipes
	defer pipes.closeChildren()
	controlRead, controlWrite := pipes.make(false)
	reportRead, reportWrite := pipes.make(true)
	crashRead, crashWrite := pipes.make(true)
	if pipes.err != nil {
		pipes.closeOurs()
		return nil, pipes.err
	}
	life := s.lifeWrite
	if sl.role == RoleWorker {
		life = s.lifeRead
	}
	files := []*os.File{controlRead, reportWrite, crashWrite, life}
	c := charge{Role: sl.role, Index: sl.index, Graceful: gracefulOf(sl.role, s.plan.GracefulTimeout)}
	sockets := s.socketsOf(sl)
	for _, so := range sockets {
		if !so.datagram {
			c.Listeners = append(c.Listeners, so.name)
			files = append(files, so.file)
		}
	}
	for _, so := range sockets { // behind the others: an older binary knows nothing of them
		if so.datagram {
			c.Packets = append(c.Packets, so.name)
			files = append(files, so.file)
		}
	}
	if b.file != nil {
		c.Binary = 3 + len(files)
	}
	text, err := json.Marshal(c)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	cmd := b.command(s.plan.Args, files)
	cmd.Env = append(s.plan.Env[:len(s.plan.Env):len(s.plan.Env)], environment+"="+string(text))
	// A group of its own: Ctrl-C in a terminal is for the supervisor, which knows
	// in which order to stop.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.plan.Credential}
	if err := cmd.Start(); err != nil {
		pipes.closeOurs()
		return nil, err
	}
	now := time.Now()
	p := &process{slot: sl, binary: b, cmd: cmd, control: controlWrite, started: now, seen: now, graceful: s.plan.GracefulTimeout, deadline: now.Add(s.plan.BootTimeout)}
	s.name(p)
	s.plan.Log.Info("process started", "role", string(sl.role), "index", sl.index, "pid", p.pid())
	if sl.role == RoleProxy {
		s.tell(p, order{Workers: s.addresses(), Seq: s.seq})
		p.informed = s.seq
	}
	s.running.Go(func() { s.attend(p, reportRead, crashRead) })
	return p, nil
}

// proxyTime is how much longer than a worker a proxy waits for requests to end:
// what workers end at their limit still has to be passed on.
const proxyTime = time.Second

// gracefulOf is how long a process of a role may finish its requests.
func gracefulOf(role Role, timeout time.Duration) time.Duration {
	if role == RoleProxy {
		return timeout + proxyTime
	}
	return timeout
}

// name gives a worker with a socket of its own the address that its proxy uses.
func (s *supervisor) name(p *process) {
	so := p.slot.socket
	if so == nil {
		return
	}
	s.generation++
	p.address = so.address
	link := fmt.Sprintf("%s.%d", so.path, s.generation)
	if err := os.Symlink(so.path, link); err != nil {
		s.plan.Log.Warn("a worker has no address of its own", "index", p.slot.index, "error", err)
		return
	}
	p.address = "unix:" + link
	if p.slot.links = append(p.slot.links, link); len(p.slot.links) > keptLinks {
		os.Remove(p.slot.links[0])
		p.slot.links = p.slot.links[1:]
	}
}

// keptLinks is how many addresses of a slot are kept.
const keptLinks = 4

// pipes are those between the supervisor and one child.
type pipes struct {
	ours, children []*os.File
	err            error
}

// make makes one more; the child's end is the one to write to where told so.
func (p *pipes) make(childWrites bool) (read, write *os.File) {
	if p.err != nil {
		return nil, nil
	}
	if read, write, p.err = os.Pipe(); p.err != nil {
		return nil, nil
	}
	if childWrites {
		p.ours, p.children = append(p.ours, read), append(p.children, write)
	} else {
		p.ours, p.children = append(p.ours, write), append(p.children, read)
	}
	return read, write
}

func (p *pipes) closeChildren() {
	for _, f := range p.children {
		f.Close()
	}
}

func (p *pipes) closeOurs() {
	for _, f := range p.ours {
		f.Close()
	}
}

// attend turns what a process says, and its end, into events.
func (s *supervisor) attend(p *process, reports, crash *os.File) {
	crashed := make(chan string, 1)
	go func() { crashed <- crashCause(crash) }()
	said := make(chan struct{})
	go func() {
		defer close(said)
		lines := bufio.NewScanner(reports)
		lines.Buffer(nil, 1<<24)
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
	crash.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	<-said
	reports.Close()
	p.crash = <-crashed // handed over with the event
	crash.Close()
	s.events <- event{process: p, exited: true, err: err}
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// tellTime is how long a process may take to accept an order.
const tellTime = time.Second

// tell gives a process an order, and reports whether it could; one that cannot take
// orders will be killed in time.
func (s *supervisor) tell(p *process, o order) bool {
	p.control.SetWriteDeadline(time.Now().Add(tellTime))
	var err error
	if p.garbled { // the rest of an order that was too long for the pipe is not to spoil this one
		_, err = p.control.Write([]byte("\n"))
	}
	if err == nil {
		err = writeLine(p.control, o)
		p.garbled = err != nil
	}
	if err != nil && p.state != gone {
		s.plan.Log.Warn("process takes no orders", "role", string(p.slot.role), "pid", p.pid(), "error", err)
	}
	return err == nil
}

// cause describes how a process ended.
func (p *process) cause(err error) string {
	if p.failed != "" {
		return p.failed
	}
	if p.crash != "" {
		return p.crash
	}
	return causeOf(p.cmd.ProcessState, err)
}

// causeOf describes how a process ended of which nothing else is known.
func causeOf(state *os.ProcessState, err error) string {
	status, ok := state.Sys().(syscall.WaitStatus)
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

// crashHead is how much of a crash is read for its cause, in bytes.
const crashHead = 4 << 10

// crashCause finds what a Go program died of in what the runtime wrote, and
// reads the rest, so that the program is not held up: "" if it wrote nothing.
func crashCause(r *os.File) string {
	head := make([]byte, 0, crashHead)
	buffer := make([]byte, crashHead)
	for {
		n, err := r.Read(buffer)
		head = append(head, buffer[:min(n, crashHead-len(head))]...)
		if err != nil {
			break
		}
	}
	return readCrash(string(head))
}

// readCrash finds the cause in the first lines of a crash. Panics say it
// themselves; of fatal errors the runtime writes here only where they happened.
func readCrash(head string) string {
	if head == "" {
		return ""
	}
	what, where := "fatal error", ""
	for line := range strings.Lines(head) {
		line = strings.TrimRight(line, "\n")
		for _, prefix := range []string{"fatal error: ", "panic: ", "SIG"} {
			if strings.HasPrefix(line, prefix) {
				return line
			}
		}
		function, _, ok := strings.Cut(line, "(")
		if !ok || strings.HasPrefix(line, "\t") {
			continue
		}
		switch {
		case function == "runtime.newstack":
			what = "fatal error: stack overflow"
		case function == "internal/runtime/maps.fatal":
			what = "fatal error: concurrent map access"
		case where == "" && !strings.HasPrefix(function, "runtime.") && !strings.HasPrefix(function, "internal/") && !strings.Contains(function, " "):
			where = " in " + function
		}
	}
	return what + where
}
