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
	address  string
	interval time.Duration // of WATCHDOG=1; 0 for none
	next     time.Time     // when it is due
}

func newNotifier() *notifier {
	n := &notifier{address: os.Getenv("NOTIFY_SOCKET")}
	if strings.HasPrefix(n.address, "@") {
		n.address = "\x00" + n.address[1:]
	}
	usec, err := strconv.ParseInt(os.Getenv("WATCHDOG_USEC"), 10, 64)
	pid := os.Getenv("WATCHDOG_PID")
	if n.address != "" && err == nil && usec > 0 && (pid == "" || pid == strconv.Itoa(os.Getpid()) || os.Getenv(upgradeEnv) != "") {
		n.interval = time.Duration(usec) * time.Microsecond / 2
	}
	return n
}

// say sends a message. A manager that does not listen is its own loss.
func (n *notifier) say(message string) {
	if n.address == "" {
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

// mainPID says which process is the site's after an upgrade.
func (n *notifier) mainPID() { n.say(fmt.Sprintf("MAINPID=%d\nREADY=1", os.Getpid())) }

// beat feeds the watchdog when it is time: the supervisor's loop goes round.
func (n *notifier) beat(now time.Time) {
	if n.interval == 0 || n.next.IsZero() || now.Before(n.next) {
		return
	}
	n.say("WATCHDOG=1")
	n.next = now.Add(n.interval)
}
