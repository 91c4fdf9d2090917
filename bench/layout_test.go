package main

import (
	"bytes"
	"testing"
)

// Ensure that two runs never share the folder of what is built.
func TestLock(t *testing.T) {
	l := layout{build: t.TempDir()}
	unlock, err := l.lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.lock(); err == nil {
		t.Error("a second run began beside the first")
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if unlock, err = l.lock(); err != nil {
		t.Fatalf("after the first run: %v", err)
	}
	unlock()
}

// Ensure that the file of 10 MB is the same everywhere and does not compress to nothing.
func TestPattern(t *testing.T) {
	a := pattern(1 << 16)
	if !bytes.Equal(a, pattern(1 << 17)[:1<<16]) {
		t.Error("two patterns differ")
	}
	if bytes.Equal(a[:1<<15], a[1<<15:]) {
		t.Error("the pattern repeats")
	}
}
