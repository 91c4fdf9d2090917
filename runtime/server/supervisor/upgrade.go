package supervisor

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// upgradeEnv is the variable that makes a supervisor the successor of one that
// still serves; it holds a legacy.
const upgradeEnv = "STACKGEN_UPGRADE"

// The descriptors that a successor inherits, before its sockets.
const (
	upgradeReportFD = 3 // says ready, or why not
	upgradeAliveFD  = 4 // ends with the predecessor
	upgradeSocketFD = 5
)

// legacy is what a successor is told.
type legacy struct {
	Sockets []legacySocket `json:"sockets"`
	Binary  int            `json:"binary,omitempty"`
}

type legacySocket struct {
	Name    string `json:"name"`
	Spec    string `json:"spec"`
	Address string `json:"address"`
	Path    string `json:"path,omitempty"`
	// Datagram says that it is one of UDP. A binary that knows of none leaves it alone.
	Datagram bool `json:"datagram,omitempty"`
}

// upgrade is USR2, seen from either side: the successor that this supervisor
// has started, and the predecessor that has started this one. The zero upgrade has neither.
type upgrade struct {
	successor *exec.Cmd
	alive     *os.File // its end tells the successor that we have gone
	happened  chan upgradeEvent
	serves    bool
	handOver  bool // stop when the successor serves
	failed    string
	asked     chan<- reply

	report *os.File // to the predecessor
	ended  chan struct{}
	heir   bool // started by a predecessor, which may have gone
}

// upgradeEvent is what a successor says, or its end.
type upgradeEvent struct {
	ready  bool
	failed string
	exited bool
	err    error
}

// running reports whether there is a successor.
func (u *upgrade) running() bool { return u.successor != nil }

// beside reports whether a predecessor still serves.
func (u *upgrade) beside() bool { return u.ended != nil }

func (u *upgrade) events() <-chan upgradeEvent  { return u.happened }
func (u *upgrade) predecessor() <-chan struct{} { return u.ended }

// beginUpgrade starts the binary that lies on disk now as a second supervisor
// beside this one. Both serve until one of them is stopped.
func (s *supervisor) beginUpgrade(done chan<- reply) {
	err := s.startSuccessor()
	if err != nil {
		s.plan.Log.Error("upgrade failed, the old binary keeps serving", "error", err)
		answerTo(done, err)
		return
	}
	s.upgrade.asked, s.upgrade.handOver = done, done != nil
	s.plan.Log.Info("upgrade begun", "binary", s.path, "pid", s.upgrade.successor.Process.Pid)
}

func (s *supervisor) startSuccessor() error {
	switch {
	case s.stop.begun:
		return errStopping
	case s.upgrade.running():
		return fmt.Errorf("an upgrade is in progress: its supervisor is %d", s.upgrade.successor.Process.Pid)
	case s.upgrade.beside():
		return errors.New("this supervisor is an upgrade itself, and the old one still runs")
	}
	b, err := openBinary(s.path)
	if err != nil {
		return err
	}
	defer b.close()
	var pipes pipes
	defer pipes.closeChildren()
	reportRead, reportWrite := pipes.make(true)
	aliveRead, aliveWrite := pipes.make(false)
	if pipes.err != nil {
		pipes.closeOurs()
		return pipes.err
	}
	files := []*os.File{reportWrite, aliveRead}
	var l legacy
	for _, so := range s.public {
		l.Sockets = append(l.Sockets, legacySocket{so.name, so.spec, so.address, so.path, so.datagram})
		files = append(files, so.file)
	}
	if b.file != nil {
		l.Binary = 3 + len(files)
	}
	text, err := json.Marshal(l)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	cmd := b.command(os.Args[1:], files)
	cmd.Env = append(os.Environ(), upgradeEnv+"="+string(text))
	if err := cmd.Start(); err != nil {
		pipes.closeOurs()
		return err
	}
	s.upgrade.successor, s.upgrade.alive, s.upgrade.serves, s.upgrade.failed = cmd, aliveWrite, false, ""
	s.upgrade.happened = make(chan upgradeEvent, 4)
	// It has the time of two processes to start: a worker, then the proxy.
	go followSuccessor(cmd, reportRead, s.upgrade.happened, 2*s.plan.BootTimeout)
	return nil
}

// followSuccessor turns what a successor says into events. It is not waited
// for: a successor outlives its predecessor.
func followSuccessor(cmd *exec.Cmd, report *os.File, events chan<- upgradeEvent, patience time.Duration) {
	impatient := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	lines := bufio.NewScanner(report)
	for lines.Scan() {
		var said upgradeReport
		if json.Unmarshal(lines.Bytes(), &said) == nil {
			impatient.Stop()
			events <- upgradeEvent{ready: said.Ready, failed: said.Failed}
		}
	}
	report.Close()
	err := cmd.Wait()
	if !impatient.Stop() && err != nil {
		err = fmt.Errorf("it was not ready after %s: %w", patience, err)
	}
	events <- upgradeEvent{exited: true, err: err}
}

type upgradeReport struct {
	Ready  bool   `json:"ready,omitempty"`
	Failed string `json:"failed,omitempty"`
}

// upgraded acts on what happened to the successor.
func (s *supervisor) upgraded(e upgradeEvent) {
	u := &s.upgrade
	switch {
	case e.ready:
		u.serves = true
		s.plan.Log.Info("upgraded: the new binary serves beside the old; TERM to the old supervisor finishes the upgrade, TERM to the new one takes it back",
			"old", os.Getpid(), "new", u.successor.Process.Pid)
		answerTo(u.asked, nil)
		u.asked = nil
		if u.handOver {
			s.beginStop(false)
		}
	case e.failed != "":
		u.failed = e.failed
	case e.exited:
		cause := u.failed
		if cause == "" {
			cause = "it has exited"
			if e.err != nil {
				cause = causeOf(u.successor.ProcessState, e.err)
			}
		}
		u.alive.Close()
		answerTo(u.asked, errors.New(cause))
		if u.serves {
			s.plan.Log.Info("the upgrade is taken back, the old binary serves alone", "new", u.successor.Process.Pid, "cause", cause)
		} else {
			s.plan.Log.Error("upgrade failed, the old binary keeps serving", "new", u.successor.Process.Pid, "cause", cause)
		}
		u.successor, u.asked = nil, nil
		s.paused = false
	}
}

// pause lets the processes of the old binary go while the sockets stay: the
// new binary serves alone, and HUP brings the old one back (gunicorn WINCH).
func (s *supervisor) pause() {
	if !s.upgrade.running() || !s.upgrade.serves || s.stop.begun {
		s.plan.Log.Warn("WINCH is ignored: there is no upgrade whose new binary serves")
		return
	}
	s.paused = true
	s.letGo(func(sl *slot) bool { return sl.role != RoleWorker || s.plan.Mode == ModeWorkers })
}

// continuePause lets the workers go when no proxy needs them any more.
func (s *supervisor) continuePause() {
	if len(s.proxies()) == 0 {
		s.letGo(func(*slot) bool { return true })
	}
}

// letGo empties slots.
func (s *supervisor) letGo(which func(*slot) bool) {
	for _, sl := range s.slots {
		if !which(sl) {
			continue
		}
		for _, p := range []*process{sl.current, sl.next} {
			if p != nil {
				s.dismiss(p)
			}
		}
		sl.current, sl.next = nil, nil
	}
}

// ready tells the predecessor that this supervisor serves.
func (u *upgrade) ready() {
	if u.report != nil {
		writeLine(u.report, upgradeReport{Ready: true})
		u.report.Close()
		u.report = nil
	}
}

// refuse tells the predecessor why this supervisor does not serve.
func (u *upgrade) refuse(err error) {
	if u.report != nil && err != nil {
		writeLine(u.report, upgradeReport{Failed: err.Error()})
	}
}

// Refuse tells the supervisor that this process is to succeed, if it is, why
// it cannot: for failures before Run.
func Refuse(err error) {
	if os.Getenv(upgradeEnv) != "" {
		(&upgrade{report: os.NewFile(upgradeReportFD, "report")}).refuse(err)
	}
}

// inherit takes what a predecessor has left; nil if there is none.
func (u *upgrade) inherit() (*inheritance, error) {
	text, ok := os.LookupEnv(upgradeEnv)
	if !ok {
		return nil, nil
	}
	os.Unsetenv(upgradeEnv)
	var l legacy
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		return nil, fmt.Errorf("supervisor: %s: %w", upgradeEnv, err)
	}
	syscall.CloseOnExec(upgradeReportFD)
	syscall.CloseOnExec(upgradeAliveFD)
	u.report = os.NewFile(upgradeReportFD, "report")
	u.heir, u.ended = true, make(chan struct{})
	alive := os.NewFile(upgradeAliveFD, "predecessor")
	go func(ended chan struct{}) {
		io.Copy(io.Discard, alive)
		alive.Close()
		close(ended)
	}(u.ended)
	if l.Binary > 0 {
		syscall.Close(l.Binary)
	}
	in := &inheritance{}
	for i, so := range l.Sockets {
		f, err := unpolledFile(upgradeSocketFD+i, so.Name)
		if err != nil {
			return nil, fmt.Errorf("supervisor: socket %s of the old supervisor: %w", so.Name, err)
		}
		in.sockets = append(in.sockets, &socket{name: so.Name, spec: so.Spec, address: so.Address, path: so.Path, datagram: so.Datagram, file: f, inherited: true})
	}
	return in, nil
}

// succeed takes the place of the predecessor, which has gone.
func (s *supervisor) succeed() {
	s.upgrade.ended = nil
	s.plan.Log.Info("the old supervisor has gone, this one is in its place", "pid", os.Getpid())
	if err := errors.Join(s.control.takePlace(), s.pidfile.takePlace()); err != nil {
		s.plan.Log.Error("taking the old supervisor's place", "error", err)
	}
	s.notify.succeed(s)
}
