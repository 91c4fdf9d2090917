package cache

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// fileMagic begins a file of the cache; another layout needs another one.
	fileMagic = "stgcch01"
	// maxFileHead bounds the head in a file, in bytes.
	maxFileHead = 1 << 20
	// keptInMemory is the size up to which a body that is on the disk is in memory as well.
	keptInMemory = 256 << 10
)

// fileHead is an entry's head as it stands in its file: magic, length, head in
// JSON, body.
type fileHead struct {
	Key                                string
	Vary, Fields                       []pair
	Status                             int
	Stored                             time.Time
	AgeThen, Lifetime                  time.Duration
	Strict, NoCache                    bool
	StaleWhileRevalidate, StaleIfError time.Duration
	Tags                               []string
	Size                               int64
}

// write puts an entry and its body into a file of their own.
func (s *store) write(e *entry, body []byte) (name string, err error) {
	defer func() { s.report(err) }()
	f, at, err := s.create(e, e.size)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err = f.WriteAt(body, at); err == nil {
		name, err = s.complete(f, e, at)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return name, err
}

// report has the first of several failures to write logged, and counts all of them.
func (s *store) report(err error) {
	if err == errNotOwner {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failures++
		if !s.failing {
			s.log.Error("cache: answers are not kept on the disk", "error", err)
		}
	}
	s.failing = err != nil
}

// create makes a file for an entry whose body comes to size bytes as far as is known, and
// says where it begins. A disk without room for that many says so at once, where the
// system can tell.
func (s *store) create(e *entry, size int64) (f *os.File, at int64, err error) {
	if err := s.owned(); err != nil {
		return nil, 0, err
	}
	// The head is written when the size is known; it takes no more than this.
	head, err := e.head(math.MaxInt64)
	if err != nil {
		return nil, 0, err
	}
	at = int64(len(fileMagic) + 4 + len(head))
	// The name that it gets at the end may belong to no other: so much chance that none comes twice. That
	// of os.CreateTemp is of 32 bits, which caches of many files meet again.
	name := filepath.Join(s.folder, ".new-"+rand.Text())
	if f, err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, 0, err
	}
	if err := allocate(f, at+size); err != nil {
		f.Close()
		os.Remove(f.Name())
		return nil, 0, fmt.Errorf("cache: make room for an answer: %w", err)
	}
	return f, at, nil
}

// complete puts the head before a body that is whole. A file gets its name only then, so
// that what is found after a crash is whole too.
func (s *store) complete(f *os.File, e *entry, at int64) (name string, err error) {
	head, err := e.head(e.size)
	if err != nil {
		return "", err
	}
	room := int(at) - len(fileMagic) - 4
	head = append(head, bytes.Repeat([]byte(" "), room-len(head))...)
	start := binary.BigEndian.AppendUint32([]byte(fileMagic), uint32(room))
	if _, err := f.WriteAt(append(start, head...), 0); err != nil {
		return "", err
	}
	name = filepath.Join(s.folder, "a"+strings.TrimPrefix(filepath.Base(f.Name()), ".new-"))
	if err := os.Rename(f.Name(), name); err != nil {
		return "", err
	}
	// Who has taken the folder meanwhile may have looked at it before the file was there.
	if err := s.owned(); err != nil {
		os.Remove(name)
		return "", err
	}
	return name, nil
}

// head is the head of an entry's file.
func (e *entry) head(size int64) ([]byte, error) {
	return json.Marshal(fileHead{e.key, e.vary, e.fields, e.status, e.stored, e.ageThen, e.lifetime, e.strict, e.noCache,
		e.staleWhileRevalidate, e.staleIfError, e.tags, size})
}

// openBody opens the body of an entry's file.
func openBody(name string) (*os.File, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	var start [len(fileMagic) + 4]byte
	if _, err := io.ReadFull(f, start[:]); err != nil || string(start[:len(fileMagic)]) != fileMagic {
		f.Close()
		return nil, 0, errors.Join(fmt.Errorf("cache: %s is not a file of the cache", name), err)
	}
	return f, int64(len(start)) + int64(binary.BigEndian.Uint32(start[len(fileMagic):])), nil
}

// load reads the heads of all files of the folder. What is not whole, or not the
// cache's, goes.
func (s *store) load(now time.Time) error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return err
	}
	if err := s.claim(); err != nil {
		return err
	}
	s.removeLocks(now)
	files, err := os.ReadDir(s.folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(s.folder, f.Name())
		if strings.HasPrefix(f.Name(), ".new-") {
			// Another process may be writing it just now.
			if info, err := f.Info(); err == nil && now.Sub(info.ModTime()) > time.Hour {
				os.Remove(name)
			}
			continue
		}
		e, err := readHead(name, now)
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				os.Remove(name)
			}
			continue
		}
		s.add(e, nil, name)
	}
	return nil
}

func readHead(name string, now time.Time) (*entry, error) {
	f, at, err := openBody(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if at > maxFileHead {
		return nil, errors.New("cache: the head is too large")
	}
	var head fileHead
	if err := json.NewDecoder(bufio.NewReader(io.LimitReader(f, at-int64(len(fileMagic))-4))).Decode(&head); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.Size() != at+head.Size {
		return nil, errors.Join(errors.New("cache: the body is cut short"), err)
	}
	e := &entry{key: head.Key, vary: head.Vary, fields: head.Fields, status: head.Status, stored: head.Stored, ageThen: head.AgeThen,
		lifetime: head.Lifetime, strict: head.Strict, noCache: head.NoCache, staleWhileRevalidate: head.StaleWhileRevalidate,
		staleIfError: head.StaleIfError, tags: head.Tags, size: head.Size}
	e.prepare(now)
	return e, nil
}
