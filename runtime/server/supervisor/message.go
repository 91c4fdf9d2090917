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
	listenFD  = 5
)

// charge is what a child is told at its birth.
type charge struct {
	Role      Role          `json:"role"`
	Index     int           `json:"index"`
	Listeners []string      `json:"listeners"`
	Graceful  time.Duration `json:"graceful"`
}

// order goes from the supervisor to a child.
type order struct {
	Drain   bool     `json:"drain,omitempty"`
	Quit    bool     `json:"quit,omitempty"`
	Workers []string `json:"workers,omitempty"`
}

// report goes from a child to the supervisor.
type report struct {
	Ready  bool   `json:"ready,omitempty"`
	Failed string `json:"failed,omitempty"`
	Stats  *Stats `json:"stats,omitempty"`
}

// Stats are the figures a process reports about itself.
type Stats struct {
	// Connections is the number of open connections.
	Connections int `json:"connections"`
	// Requests counts requests since the process started.
	Requests int64 `json:"requests"`
	// Busy is the number of requests being answered now.
	Busy int64 `json:"busy"`
}

// writeLine writes one message.
func writeLine(w io.Writer, message any) error {
	b, err := json.Marshal(message)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
