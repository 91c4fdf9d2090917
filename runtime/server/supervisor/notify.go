package supervisor

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// notifier tells a service manager how the site is doing (sd_notify(3)).
// Without NOTIFY_SOCKET it tells nobody.
type notifier struct {
	address string
	// beside says that a predecessor still speaks for the site: a manager that took
	// us for its main process would end the site when the upgrade is taken back.
	beside   bool
	interval time.Duration // of WATCHDOG=1; 0 for none
	next     time.Time     // when it is due
}

func newNotifier() *notifier {
	n := &notifier{address: os.Getenv("NOTIFY_SOCKET"), beside: os.Getenv(upgradeEnv) != ""}
	if strings.HasPrefix(n.address, "@") {
		n.address = "\x00" + n.address[1:]
	}
	usec, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	pid := os.Getenv("WATCHDOG_PID")
	if n.address != "" && err == nil && usec > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid()) || n.beside) {
		n.interval = time.Duration(usec) * time.Microsecond / 2
	}
	return n
}

// say sends a message. A manager that does not listen is its own loss.
func (n *notifier) say(message string) {
	if n.address == "" || n.beside {
		return
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.address, Net: "unixgram"})
	if err != nil {
		return
	}
	defer c.Close()
	c.SetWriteDeadline(time.Now().Add(time.Second))
	c.Write([]byte(message))
}

// ready says that the site serves, after a start or a reload.
func (n *notifier) ready(s *supervisor) {
	n.say(fmt.Sprintf("READY=1\nMAINPID=%d\nSTATUS=Serving, %s mode", os.Getpid(), s.plan.Mode))
	if n.interval > 0 && n.next.IsZero() {
		n.next = time.Now()
	}
}

func (n *notifier) reloading() {
	n.say(fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d\nSTATUS=Reloading", monotonic().Microseconds()))
}

func (n *notifier) stopping() { n.say("STOPPING=1\nSTATUS=Finishing requests") }

// handOver says that a successor is the site from now on, so that our end is not the site's.
func (n *notifier) handOver(pid int) { n.say(fmt.Sprintf("MAINPID=%d\nSTATUS=Upgraded", pid)) }

// succeed has the successor speak, as the predecessor has gone.
func (n *notifier) succeed(s *supervisor) {
	n.beside = false
	if s.started && !s.stop.begun {
		n.ready(s)
	}
}

// beat feeds the watchdog when it is time: the supervisor's loop goes round.
func (n *notifier) beat(now time.Time) {
	if n.interval == 0 || n.next.IsZero() || now.Before(n.next) {
		return
	}
	n.say("WATCHDOG=1")
	n.next = now.Add(n.interval)
}
