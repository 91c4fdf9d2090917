package supervisor

import (
	"encoding/json"
	"io"
	"time"
)

// environment is the variable that makes a process a child; it holds a charge.
const environment = "STACKGEN_CHILD"

// The descriptors a child inherits, before its listeners.
const (
	controlFD = 3 // orders, to be read
	reportFD  = 4 // reports, to be written
	crashFD   = 5 // what the Go runtime says when it dies, to be written
	lifeFD    = 6 // the life line: workers read its end, the other roles keep it open
	listenFD  = 7
)

// charge is what a child is told at its birth.
type charge struct {
	Role      Role          `json:"role"`
	Index     int           `json:"index"`
	Listeners []string      `json:"listeners"`
	Packets   []string      `json:"packets,omitempty"` // behind the listeners
	Graceful  time.Duration `json:"graceful"`
	// Binary is the descriptor of the program behind the listeners, 0 for none.
	Binary int `json:"binary,omitempty"`
}

// order goes from the supervisor to a child.
type order struct {
	Drain   bool     `json:"drain,omitempty"`
	Quit    bool     `json:"quit,omitempty"`
	Reopen  bool     `json:"reopen,omitempty"`
	Workers []string `json:"workers,omitempty"`
	// Seq numbers the lists of workers; a proxy says which it goes by.
	Seq int `json:"seq,omitempty"`
	// Status answers a question.
	Status *Status `json:"status,omitempty"`
	// Tell is a message for whoever serves the public.
	Tell *message `json:"tell,omitempty"`
}

// report goes from a child to the supervisor.
type report struct {
	Ready  *Settings `json:"ready,omitempty"`
	Failed string    `json:"failed,omitempty"`
	Stats  *Stats    `json:"stats,omitempty"`
	// Replace asks for another process in this one's place, and says why.
	Replace Reason `json:"replace,omitempty"`
	// Applied is the Seq of the list of workers that is in use.
	Applied int `json:"applied,omitempty"`
	// Ask asks for the Status.
	Ask bool `json:"ask,omitempty"`
	// Tell is a message for all that serve the public, Told the answer to one.
	Tell []string `json:"tell,omitempty"`
	Told *told    `json:"told,omitempty"`
}

// Settings are what a process knows of the site's plan. Those of a new binary
// count from the moment it has taken over.
type Settings struct {
	// Workers is the number of worker processes; 0 leaves it as it is.
	Workers int `json:"workers,omitempty"`
	// Graceful is how long the process may finish its requests, Boot how long one may
	// take to start; 0 leaves them as they are.
	Graceful time.Duration `json:"graceful,omitempty"`
	Boot     time.Duration `json:"boot,omitempty"`
	// Fixed is the process's view of what is in [Plan.Fixed].
	Fixed map[string]string `json:"fixed,omitempty"`
}

// Reason is why a process is replaced, as metrics and the log have it.
type Reason string

// The reasons.
const (
	// ReasonMaxRequests is a worker that has served its number of requests (max_requests).
	ReasonMaxRequests Reason = "max_requests"
	// ReasonMaxLifetime is one that has lived its time (max_lifetime).
	ReasonMaxLifetime Reason = "max_lifetime"
	// ReasonMemory is one that takes more memory than allowed (memory_limit).
	ReasonMemory Reason = "memory_limit"
	// ReasonTimeout is one with a handler that ignores its deadline (timeout).
	ReasonTimeout Reason = "timeout"
	// ReasonSilent is one that has stopped reporting.
	ReasonSilent Reason = "silent"
	// ReasonReload is HUP.
	ReasonReload Reason = "reload"
	// ReasonDrain is an operator who wants another in its place.
	ReasonDrain Reason = "drain"
	// ReasonDeath is one that has died.
	ReasonDeath Reason = "death"
	// ReasonBoot is one that has failed to start.
	ReasonBoot Reason = "boot"
)

// writeLine writes one message.
func writeLine(w io.Writer, message any) error {
	b, err := json.Marshal(message)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
