package gateway

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// httpBuffer is how much an http.Handler may write before it commits to a
// stream, in bytes.
const httpBuffer = 32 << 10

// commitment is how an http.Handler committed to its response.
type commitment uint8

const (
	commitNothing commitment = iota
	commitReturn
	commitStream
	commitHijack
)

// httpResponseWriter is the [http.ResponseWriter] of a run. It is used on the
// handler's goroutine; what it says is read by the serving one after the commitment.
type httpResponseWriter struct {
	run    *httpRun
	header http.Header
	sent   http.Header // header as it was when the status was written
	status int
	head   bool
	buffer []byte
	commit commitment
	sink   BodyWriter
	err    error
	// written is the size of the body so far, in bytes.
	written  int64
	hijacked *hijackedConn
}

var (
	_ http.ResponseWriter = (*httpResponseWriter)(nil)
	_ http.Flusher        = (*httpResponseWriter)(nil)
	_ http.Hijacker       = (*httpResponseWriter)(nil)
)

// Header implements http.ResponseWriter.
func (w *httpResponseWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter; a status of 1xx is sent at once.
func (w *httpResponseWriter) WriteHeader(status int) {
	if w.status != 0 || w.commit == commitHijack {
		return
	}
	if status < 100 || status > 999 {
		panic("gateway: invalid status code " + strconv.Itoa(status))
	}
	if status < 200 && status != http.StatusSwitchingProtocols {
		var h Header
		addFields(&h, w.header)
		w.run.x.Inform(status, &h)
		return
	}
	w.status, w.sent = status, w.header.Clone()
	for name := range w.sent {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			delete(w.sent, name)
		}
	}
}

// Write implements http.ResponseWriter.
func (w *httpResponseWriter) Write(p []byte) (int, error) {
	if w.commit == commitHijack {
		return 0, http.ErrHijacked
	}
	w.WriteHeader(http.StatusOK)
	if !bodyAllowed(w.status) {
		return 0, http.ErrBodyNotAllowed
	}
	if n := w.declaredLength(); n >= 0 && !w.head && w.written+int64(len(p)) > n {
		return 0, http.ErrContentLength
	}
	if w.err != nil {
		return 0, w.err
	}
	w.written += int64(len(p))
	if w.commit == commitNothing {
		if len(w.buffer)+len(p) <= httpBuffer {
			w.buffer = append(w.buffer, p...)
			return len(p), nil
		}
		w.commitStream(p)
		if w.err != nil {
			return 0, w.err
		}
	}
	return w.pass(p)
}

// WriteString implements io.StringWriter.
func (w *httpResponseWriter) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (w *httpResponseWriter) pass(p []byte) (int, error) {
	n, err := w.sink.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

// commitStream has the response described, and waits for whom to write to;
// next is what will be written next, to tell the type by.
func (w *httpResponseWriter) commitStream(next []byte) {
	w.sniff(next)
	w.commit = commitStream
	w.run.commit()
	sink, ok := <-w.run.sink
	if !ok {
		w.err = io.ErrClosedPipe
		if w.head {
			w.err = nil // net/http lets a handler write on to nobody
			w.sink = nobody{}
		}
		return
	}
	w.sink = sink
	if len(w.buffer) > 0 {
		w.pass(w.buffer)
		w.buffer = nil
	}
}

// nobody takes what is written to a HEAD response.
type nobody struct{}

func (nobody) Write(p []byte) (int, error) { return len(p), nil }
func (nobody) Flush() error                { return nil }
func (nobody) Trailer() *Header            { return new(Header) }

// Flush implements http.Flusher.
func (w *httpResponseWriter) Flush() { w.FlushError() }

// FlushError is what [http.ResponseController] calls.
func (w *httpResponseWriter) FlushError() error {
	if w.commit == commitHijack {
		return http.ErrHijacked
	}
	w.WriteHeader(http.StatusOK)
	if w.err != nil {
		return w.err
	}
	if w.commit == commitNothing {
		w.commitStream(nil)
	}
	if w.err == nil && w.sink != nil {
		w.err = w.sink.Flush()
	}
	return w.err
}

// EnableFullDuplex is for [http.ResponseController]: a stream may always read
// on while it writes.
func (w *httpResponseWriter) EnableFullDuplex() error { return nil }

// finish is called when the handler has returned or panicked.
func (w *httpResponseWriter) finish() {
	if w.commit == commitHijack && w.run.panicked != nil {
		w.hijacked.Close()
	}
	if w.commit != commitNothing {
		return
	}
	w.WriteHeader(http.StatusOK)
	w.sniff(nil)
	w.commit = commitReturn
	if w.run.panicked == nil && len(w.trailerNames()) > 0 && !w.head {
		// Only a stream has a trailer.
		w.commit = commitStream
		w.run.commit()
		if sink, ok := <-w.run.sink; ok {
			w.sink = sink
			w.pass(w.buffer)
		}
		return
	}
	w.run.commit()
}

// sniff sets a Content-Type where there is none, as net/http does.
func (w *httpResponseWriter) sniff(next []byte) {
	if len(next) > 0 || len(w.buffer) > 0 {
		if _, ok := w.sent["Content-Type"]; !ok && w.sent.Get("Content-Encoding") == "" {
			w.sent.Set("Content-Type", http.DetectContentType(append(w.buffer[:len(w.buffer):len(w.buffer)], next...)))
		}
	}
}

// declaredLength is the Content-Length the handler set, -1 without one.
func (w *httpResponseWriter) declaredLength() int64 {
	n, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// trailerNames are the fields of the handler's header that belong into the
// trailer: announced in Trailer, or marked by their name.
func (w *httpResponseWriter) trailerNames() []string {
	var names []string
	for _, list := range w.sent["Trailer"] {
		for name := range strings.SplitSeq(list, ",") {
			names = append(names, http.CanonicalHeaderKey(strings.TrimSpace(name)))
		}
	}
	for _, name := range sortedNames(w.header) {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			names = append(names, name)
		}
	}
	return names
}

func trimTrailerPrefix(name string) string { return strings.TrimPrefix(name, http.TrailerPrefix) }

func sortedNames(h http.Header) []string { return slices.Sorted(maps.Keys(h)) }

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}
