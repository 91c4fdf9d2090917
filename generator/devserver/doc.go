// Package devserver is what `stackgen run` needs beside the generator: a front
// that holds the port while sites come and go behind it, a watcher for the
// project's files, and the child process that serves.
//
// It is for development on one machine only, so it is built on net/http and
// favours plain behaviour over speed.
package devserver
