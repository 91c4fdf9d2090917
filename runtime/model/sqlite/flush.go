package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"stackgen.dev/runtime/model"
)

// flusher brings the log to the disk. The writer's commits only write it
// (synchronous=NORMAL); who has committed lets the next one write, and waits here for
// the disk. Those that come while the disk works share its next turn (group
// commit). Readers may see a change while it is on its way to the disk.
type flusher struct {
	log  string       // the path of the log
	sync func() error // waits for the disk; one call at a time

	mu   sync.Mutex
	busy bool
	lost error        // the disk has refused once: the system may have dropped what it was given, and a later success says nothing
	next []chan error // who waits for the next turn
	file *os.File     // the log, from the first turn on; a log stays the same file while a connection is open
}

func newFlusher(log string) *flusher {
	f := &flusher{log: log}
	f.sync = f.syncLog
	return f
}

// flush returns when everything that was committed before is on the disk.
func (f *flusher) flush() error {
	done := make(chan error, 1)
	f.mu.Lock()
	f.next = append(f.next, done)
	idle := !f.busy
	f.busy = true
	f.mu.Unlock()
	if idle {
		f.turn()
	}
	return <-done
}

// turn serves who waits, and leaves those that come meanwhile to another goroutine.
func (f *flusher) turn() {
	f.mu.Lock()
	served := f.next
	f.next = nil
	err := f.lost
	f.mu.Unlock()
	if err == nil {
		if err = f.sync(); err != nil {
			err = fmt.Errorf("%w: the change is stored, but the disk does not confirm it: %w", model.ErrUnavailable, err)
			if errors.Is(err, errRefused) {
				f.mu.Lock()
				f.lost = err
				f.mu.Unlock()
			}
		}
	}
	for _, done := range served {
		done <- err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.busy = len(f.next) > 0; f.busy {
		go f.turn()
	}
}

func (f *flusher) syncLog() error {
	if f.file == nil {
		// Windows flushes what is open for writing.
		file, err := os.OpenFile(f.log, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		f.file = file
		syncFolder(filepath.Dir(f.log)) // the log may be new there
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return nil
}

// errRefused is a disk that did not take what it was given. Nothing is confirmed after that until the
// site is started anew, and the log is read from the disk again.
var errRefused = errors.New("sqlite: the log is not on the disk; start the site anew once the disk is well")

// syncFolder brings the names in a folder to the disk, on systems where that
// does not happen by itself; those do not open folders, or know no such request.
func syncFolder(path string) {
	dir, err := os.Open(path)
	if err != nil {
		return
	}
	defer dir.Close()
	dir.Sync()
}

// close waits for who waits, and closes the log.
func (f *flusher) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.busy { // the writer is given on before its commit is on the disk
		done := make(chan error, 1)
		f.next = append(f.next, done)
		f.mu.Unlock()
		<-done
		f.mu.Lock()
	}
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
