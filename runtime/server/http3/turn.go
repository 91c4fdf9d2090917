package http3

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// turn is the right to read from the socket: the lock of a file, so that it ends with the process
// that has it, however that ends.
type turn struct {
	file *os.File

	mu   sync.Mutex
	mine bool
	// busy says that somebody is reading, idle is closed when that is over.
	busy bool
	idle chan struct{}
}

// lockFile is its name in the folder of a listener.
const lockFile = "reader"

func openTurn(dir string) (*turn, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &turn{file: f}, nil
}

// take takes the turn if nobody has it.
func (t *turn) take() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mine {
		return true
	}
	raw, err := t.file.SyscallConn()
	if err != nil {
		return false // closed
	}
	if cerr := raw.Control(func(fd uintptr) { err = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB) }); cerr != nil || err != nil {
		return false
	}
	t.mine = true
	return true
}

// has reports whether the turn is this process's.
func (t *turn) has() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mine
}

// begin begins to read, if it is this process's turn.
func (t *turn) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = t.mine
	return t.mine
}

// end ends what begin began.
func (t *turn) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy = false
	if t.idle != nil {
		close(t.idle)
		t.idle = nil
	}
}

// stop has this process read no more; the lock stays until release. What it returns is closed when nobody reads.
func (t *turn) stop() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mine = false
	if !t.busy {
		idle := make(chan struct{})
		close(idle)
		return idle
	}
	if t.idle == nil {
		t.idle = make(chan struct{})
	}
	return t.idle
}

// release gives the lock to whoever wants it.
func (t *turn) release() {
	if raw, err := t.file.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { syscall.Flock(int(fd), syscall.LOCK_UN) })
	}
}

func (t *turn) close() { t.file.Close() }
