package proxy

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much of a request's body is held in memory, in bytes
// (client_body_buffer_size); the rest goes to a file.
const spoolMemory = 16 << 10

// spool holds a request's body until a server can have all of it at once, so
// that slow clients keep no worker busy. The zero spool is empty.
type spool struct {
	memory []byte
	file   *os.File
	size   int64 // in bytes, of memory and file
}

// spoolError is a failure to store a body: ours, not the client's.
type spoolError struct{ error }

func (e spoolError) Unwrap() error { return e.error }

// fill reads all of src. It fails with src's error, or with a spoolError.
func (s *spool) fill(src io.Reader, folder string) error {
	if s.memory == nil {
		s.memory = make([]byte, 0, spoolMemory)
	}
	for len(s.memory) < cap(s.memory) {
		n, err := src.Read(s.memory[len(s.memory):cap(s.memory)])
		s.memory = s.memory[:len(s.memory)+n]
		s.size += int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return s.spill(src, folder)
}

func (s *spool) spill(src io.Reader, folder string) error {
	buf := make([]byte, 2*spoolMemory)
	for {
		n, err := src.Read(buf)
		if err := s.store(buf[:n], folder); err != nil {
			return spoolError{fmt.Errorf("proxy: spool request body: %w", err)}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// store appends to the file, which is made for the first byte.
func (s *spool) store(b []byte, folder string) (err error) {
	if len(b) == 0 {
		return nil
	}
	if s.file == nil {
		if s.file, err = spoolFile(folder, "stackgen-body-*"); err != nil {
			return err
		}
	}
	n, err := s.file.Write(b)
	s.size += int64(n)
	return err
}

// spoolFile makes a file that no name leads to, where the system allows it: a
// crash leaves nothing behind.
func spoolFile(folder, pattern string) (*os.File, error) {
	f, err := os.CreateTemp(folder, pattern)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// rest is what of the body lies in the file.
func (s *spool) rest() io.Reader {
	return io.NewSectionReader(s.file, 0, s.size-int64(len(s.memory)))
}

// reset empties the spool and keeps its memory.
func (s *spool) reset() {
	if s.file != nil {
		s.file.Close()
	}
	*s = spool{memory: s.memory[:0]}
}
