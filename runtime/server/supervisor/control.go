package supervisor

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// Command is what the owner of a site asks of its supervisor over the control socket.
type Command struct {
	// Do is one of
	//
	//	status    answer with the Status
	//	reload    as HUP; the answer comes when all processes are replaced
	//	upgrade   as USR2, and TERM to the old supervisor when the new one serves
	//	scale     have Number workers
	//	drain     have another process take the place of worker Number, or of the process with that id
	//	stop      as TERM, with Quick as QUIT
	//	tell      give Words to the processes that serve the public; see [Tell]
	Do     string   `json:"do"`
	Number int      `json:"number,omitempty"`
	Quick  bool     `json:"quick,omitempty"`
	Words  []string `json:"words,omitempty"`
}

// reply answers a Command.
type reply struct {
	Error  string   `json:"error,omitempty"`
	Status *Status  `json:"status,omitempty"`
	Texts  []string `json:"texts,omitempty"`
}

// maxCommand bounds a command on the socket, in bytes.
const maxCommand = 4 << 10

// Ask gives the supervisor whose control socket is at path a command, and
// returns the status if that was asked for. It waits until a reload or an upgrade is
// done, and for stop until the supervisor has gone; scale and drain are begun when it returns.
// What the supervisor refuses is an error in its words.
func Ask(path string, c Command) (*Status, error) {
	r, err := ask(path, c)
	if err != nil {
		return nil, err
	}
	return r.Status, nil
}

func ask(path string, c Command) (*reply, error) {
	nc, err := dialControl(path)
	if err != nil {
		return nil, fmt.Errorf("supervisor: no site answers at %s: %w", path, err)
	}
	defer nc.Close()
	nc.SetWriteDeadline(time.Now().Add(5 * time.Second))
	if err := writeLine(nc, c); err != nil {
		return nil, fmt.Errorf("supervisor: control socket %s: %w", path, err)
	}
	var r reply
	if err := json.NewDecoder(nc).Decode(&r); err != nil {
		return nil, fmt.Errorf("supervisor: control socket %s: %w", path, err)
	}
	if r.Error != "" {
		return nil, errors.New(r.Error)
	}
	if c.Do == "stop" || c.Do == "upgrade" {
		io.Copy(io.Discard, nc)
	}
	return &r, nil
}

// ReadStatus asks the supervisor whose control socket is at path for its Status.
func ReadStatus(path string) (*Status, error) { return Ask(path, Command{Do: "status"}) }

func dialControl(path string) (net.Conn, error) {
	short, done, err := shortPath(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return net.DialTimeout("unix", short, 5*time.Second)
}

// question is a command with the way back.
type question struct {
	Command
	answer chan<- reply
}

// answerTo ends a wait for the outcome of something, if anybody waits.
func answerTo(answer chan<- reply, err error) {
	if answer == nil {
		return
	}
	var r reply
	if err != nil {
		r.Error = err.Error()
	}
	answer <- r
}

// controlServer listens on the control socket. A nil one is never asked.
type controlServer struct {
	listener  net.Listener
	path      string
	questions chan question
	done      chan struct{}
}

// serveControl opens the socket, for the owner only; beside, it is one beside
// that of a predecessor.
func serveControl(path string, beside bool) (*controlServer, error) {
	if beside {
		path += besideSuffix
	}
	short, done, err := shortPath(path)
	if err != nil {
		return nil, fmt.Errorf("supervisor: control socket: %w", err)
	}
	defer done()
	removeStale(short)
	l, err := net.Listen("unix", short)
	if errors.Is(err, syscall.EADDRINUSE) {
		if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket == 0 {
			return nil, fmt.Errorf("supervisor: control socket: %s is there and is no socket", path)
		}
		return nil, fmt.Errorf("supervisor: control socket: another site answers at %s, so the folder is taken", path)
	}
	if err != nil {
		return nil, fmt.Errorf("supervisor: control socket: %w", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false) // it knows the short path only
	if err := os.Chmod(short, 0o600); err != nil {
		l.Close()
		return nil, fmt.Errorf("supervisor: control socket: %w", err)
	}
	s := &controlServer{listener: l, path: path, questions: make(chan question), done: make(chan struct{})}
	go s.serve()
	return s, nil
}

func (s *controlServer) serve() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		go s.converse(nc)
	}
}

// converse answers one command.
func (s *controlServer) converse(nc net.Conn) {
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(5 * time.Second))
	line, err := bufio.NewReader(io.LimitReader(nc, maxCommand)).ReadBytes('\n')
	if err != nil {
		return
	}
	var c Command
	if err := json.Unmarshal(line, &c); err != nil {
		writeLine(nc, reply{Error: "this is no command: " + err.Error()})
		return
	}
	answer := make(chan reply, 1)
	select {
	case s.questions <- question{c, answer}:
	case <-s.done:
		return
	}
	select {
	case r := <-answer:
		nc.SetDeadline(time.Now().Add(5 * time.Second))
		if writeLine(nc, r) != nil || c.Do != "stop" && c.Do != "upgrade" || r.Error != "" {
			return
		}
		<-s.done // the end of the connection says that the supervisor has gone
	case <-s.done:
	}
}

// asked yields the questions.
func (s *controlServer) asked() <-chan question {
	if s == nil {
		return nil
	}
	return s.questions
}

// takePlace makes the socket beside a predecessor's the site's.
func (s *controlServer) takePlace() error {
	if s == nil {
		return nil
	}
	path := strings.TrimSuffix(s.path, besideSuffix)
	if err := os.Rename(s.path, path); err != nil {
		return fmt.Errorf("supervisor: control socket: %w", err)
	}
	s.path = path
	return nil
}

func (s *controlServer) close() {
	if s != nil {
		s.listener.Close()
		os.Remove(s.path)
		close(s.done)
	}
}

// answer obeys a command.
func (s *supervisor) answer(q question) {
	if q.Do != "status" {
		s.plan.Log.Info("command", "do", q.Do, "number", q.Number)
	}
	switch q.Do {
	case "status":
		st := s.snapshot()
		q.answer <- reply{Status: &st}
	case "reload":
		s.beginRoll(q.answer)
	case "upgrade":
		s.beginUpgrade(q.answer)
	case "scale":
		answerTo(q.answer, s.scaleAsked(q.Number))
	case "drain":
		answerTo(q.answer, s.drainAsked(q.Number))
	case "tell":
		s.pass(q.Words, q.answer)
	case "stop":
		s.beginStop(q.Quick)
		answerTo(q.answer, nil)
	default:
		answerTo(q.answer, fmt.Errorf("there is no command %q", q.Do))
	}
}

func (s *supervisor) scaleAsked(n int) error {
	switch {
	case s.plan.Mode == ModeInline:
		return errors.New("the site runs inline: worker processes need workers { mode = \"process\" }")
	case n < 1:
		return fmt.Errorf("%d workers: at least 1 is needed", n)
	case n > maxWorkers:
		return fmt.Errorf("%d workers: at most %d are possible", n, maxWorkers)
	case s.stop.begun:
		return errStopping
	}
	s.roll.scaled = true
	s.scaleTo(n)
	return nil
}

// maxWorkers bounds what a slip of the finger can do.
const maxWorkers = 1024

// drainAsked has a process replaced that is named by its worker's number or its id.
func (s *supervisor) drainAsked(number int) error {
	for _, sl := range s.slots {
		p := sl.current
		if p == nil || p.state != ready {
			continue
		}
		if p.pid() == number || sl.role == RoleWorker && sl.index == number {
			s.replace(p, ReasonDrain)
			return nil
		}
	}
	return fmt.Errorf("no process that serves is worker %d or has the process id %d", number, number)
}
