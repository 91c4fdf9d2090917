//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// What can go wrong before and behind the proxy, all of it told in one place. Rows of
// upstreamFaults and clientFaults are tried here on a built site over sockets; what needs a
// clock, a certificate or a parser of its own stands in faultsElsewhere, and
// TestFaultsAreTested holds that list to the tests that there are.

// faultsElsewhere are faults with the file and test that tries each.
var faultsElsewhere = []struct{ fault, file, test string }{
	{"servers that break off, reset and lie, all under load", "runtime/proxy/faults_test.go", "TestFaultsUnderLoad"},
	{"an answer's head of every malformed kind", "runtime/proxy/strictanswers_test.go", "TestStrictBadAnswers"},
	{"an answer while the request is still sent", "runtime/proxy/upstream_test.go", "TestAnAnswerBeforeTheRequestWasSent"},
	{"an answer while the client pauses in its body", "runtime/proxy/upstream_test.go", "TestAnEarlyAnswerWhileTheClientPauses"},
	{"an answer on a connection that is idle", "runtime/proxy/retry_test.go", "TestAStaleConnection"},
	{"servers over HTTP/2 that fail", "runtime/proxy/h2upstream_test.go", "TestServersWithHTTP2ThatFail"},
	{"DNS that answers nothing, rubbish, or late", "runtime/proxy/resolve/resolve_test.go", "TestAwayNameServers"},
	{"DNS that is away while the site runs", "cmd/stackgen/e2e/traffic_test.go", "TestServersByName"},
	{"an answer that breaks off while others read it from the cache", "runtime/proxy/cache/growing_test.go", "TestAnAnswerBreaksOff"},
	{"a client that leaves while others read what it asked for", "runtime/proxy/cache/growing_test.go", "TestTheFirstLeaves"},
	{"clients that are slow to take what is being kept", "runtime/proxy/cache/growing_test.go", "TestGrowingTakesNoMemory"},
	{"a cache's folder that has gone", "runtime/proxy/cache/growing_test.go", "TestGrowingWithoutADisk"},
	{"a log on a full disk", "runtime/proxy/logline_test.go", "TestLogThatTakesNothing"},
	{"a clock that jumps, under a cache", "runtime/proxy/cache/cache_test.go", "TestClockJumps"},
	{"a clock that jumps, under a limit", "runtime/proxy/limit/rate_test.go", "TestClockJumps"},
	{"a certificate that cannot be read when the site starts", "runtime/server/h2_test.go", "TestOpenTLSNamesTheFile"},
	{"a certificate that cannot be read later", "runtime/server/certificates_test.go", "TestCertificateReload"},
	{"a certificate of clients' authorities that cannot be read later", "runtime/server/certificates_test.go", "TestClientAuthoritiesReload"},
	{"HTTP/2 frames that ask for nothing, of each kind", "runtime/server/h2limits_test.go", "TestHTTP2Floods"},
	{"HTTP/2 clients that stop in the middle", "runtime/server/h2limits_test.go", "TestHTTP2Timeouts"},
	{"request heads of every malformed kind", "runtime/proxy/strict_test.go", "TestStrictRefusalsReachNoServer"},
	{"handlers of the application that do what they must not", "cmd/stackgen/e2e/workers_bad_test.go", "TestBadHandlers"},
}

// Ensure that each fault that is said to be tried elsewhere is.
func TestFaultsAreTested(t *testing.T) {
	for _, f := range faultsElsewhere {
		b, err := os.ReadFile("../../../" + f.file)
		if err != nil || !strings.Contains(string(b), "\nfunc "+f.test+"(t *testing.T)") {
			t.Errorf("%s: there is no %s in %s (%v)", f.fault, f.test, f.file, err)
		}
	}
}

// faultySite is a proxy with a good upstream, one that does what its path says, one
// where nothing listens and one whose name nobody knows.
const faultySite = `site "faulty" {}

variable "good" { env = "GOOD" }
variable "bad" { env = "BAD" }
variable "nowhere" { env = "NOWHERE" }
variable "resolver" { env = "RESOLVER" }

proxy {
  header_timeout = "3s"
  body_timeout   = "3s"
  max_body       = "64MB"

  location "/good/" { forward = upstream.good }
  location "/bad/" { forward = upstream.bad }
  location "/hanging/" { forward = upstream.hanging }
  location "/unbuffered/" {
    forward           = upstream.bad
    request_buffering = false
  }
  location "/nowhere/" { forward = upstream.nowhere }
  location "/unknown/" { forward = upstream.unknown }
  location "/cached/" {
    forward = upstream.good
    cache {
      disk       = "64MB"
      max_object = "32MB"
    }
  }
  location "/status" {
    status {}
    access { allow = ["127.0.0.0/8"] }
  }
}

upstream "good" {
  server "main" { url = var.good }
}
upstream "bad" {
  server "main" { url = var.bad }
  max_fails = 0
  tries     = 1
}
upstream "hanging" {
  server "main" { url = var.bad }
  read_timeout = "1s"
  max_fails    = 0
  tries        = 1
}
upstream "nowhere" {
  server "main" { url = var.nowhere }
}
upstream "unknown" {
  server "main" { url = "http://backend.nowhere.example:8000" }
  resolver = [var.resolver]
}
`

// faulty is that site, running, with clients who want nothing but good answers.
type faulty struct {
	*site
	address string
	served  atomic.Int64 // by the good upstream, under /good/slow
	stop    func()
}

func startFaulty(t *testing.T, serve func(dir string) *exec.Cmd) *faulty {
	t.Helper()
	f := new(faulty)
	good := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/cached/"):
			w.Header().Set("Cache-Control", "max-age=600")
			if strings.Contains(r.URL.Path, "known") {
				w.Header().Set("Content-Length", strconv.Itoa(16<<20))
			}
			piece := bytes.Repeat([]byte(r.URL.Path[:16]), 4<<10)
			for range (16 << 20) / len(piece) {
				w.Write(piece)
			}
		case strings.HasPrefix(r.URL.Path, "/good/count"):
			f.served.Add(1)
			fallthrough
		default:
			n, _ := io.Copy(io.Discard, r.Body)
			fmt.Fprintf(w, "%s %d", r.URL.RequestURI(), n)
		}
	})
	dir := t.TempDir()
	create(t, dir, "site.hcl", faultySite)
	build(t, dir)
	cmd := serve(dir)
	cmd.Env = append(os.Environ(), cmd.Env...)
	cmd.Env = append(cmd.Env, "GOOD=http://"+good, "BAD=http://"+badServer(t), "NOWHERE=http://127.0.0.1:1", "RESOLVER=127.0.0.1:1")
	f.site = begin(t, dir, cmd)
	f.address = strings.TrimPrefix(f.url, "http://")

	// Others, all the while: each gets what is its own.
	done := make(chan struct{})
	var others sync.WaitGroup
	for i := range 4 {
		others.Go(func() {
			c := &http.Client{Timeout: patience, Transport: new(http.Transport)}
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				path := fmt.Sprintf("/good/%d-%d", i, n)
				resp, err := c.Get(f.url + path)
				if err != nil {
					t.Errorf("another client: %v", err)
					return
				}
				b, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != 200 || string(b) != path+" 0" {
					t.Errorf("another client got %d %q for %s, %v", resp.StatusCode, b, path, err)
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	f.stop = sync.OnceFunc(func() { close(done); others.Wait() })
	t.Cleanup(f.stop)
	return f
}

func serveFaulty(dir string) *exec.Cmd {
	cmd := exec.Command("./site", "serve", "--listen", "127.0.0.1:0")
	cmd.Dir = dir
	return cmd
}

// memory is what all processes of the site hold, in bytes.
func (f *faulty) memory() int64 {
	total := int64(0)
	pids := []string{strconv.Itoa(f.cmd.Process.Pid)}
	for len(pids) > 0 {
		pid := pids[0]
		children, _ := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
		pids = append(pids[1:], strings.Fields(string(children))...)
		status, _ := os.ReadFile("/proc/" + pid + "/status")
		if _, rest, ok := strings.Cut(string(status), "RssAnon:"); ok {
			kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			total += kb << 10
		}
	}
	return total
}

// bounded fails the test where the site holds more memory than it may.
func (f *faulty) bounded(most int64) {
	f.t.Helper()
	if m := f.memory(); m > most {
		f.t.Errorf("the site holds %d MB, at most %d were expected", m>>20, most>>20)
	}
}

// badServer does what the last part of a path says.
func badServer(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveBadly(c)
		}
	}()
	return l.Addr().String()
}

func serveBadly(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		target := strings.Fields(line)[1]
		head := line
		for !strings.HasSuffix(head, "\r\n\r\n") {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			head += line
		}
		say := func(s string) { io.WriteString(c, s) }
		const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
		switch target[strings.LastIndexByte(target, '/')+1:] {
		case "hangs":
			in.ReadByte() // until the proxy gives up
			return
		case "closes":
			return
		case "resets-before":
			c.(*net.TCPConn).SetLinger(0)
			return
		case "resets-within":
			// More than the sockets hold, so that the proxy has begun to read it.
			say("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + strings.Repeat("x", 20<<20))
			c.(*net.TCPConn).SetLinger(0)
			return
		case "hangs-within":
			say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbeginning")
			in.ReadByte()
			return
		case "shorter":
			say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")
			return
		case "longer":
			say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokand more")
		case "both-framings":
			say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
		case "two-lengths":
			say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nok")
		case "bad-chunks":
			say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n")
			return
		case "malformed":
			say("HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\nok")
		case "nonsense":
			say("* OK IMAP4 ready\r\n")
		case "huge-head":
			for range 10_000 {
				if _, err := io.WriteString(c, "X-Large: "+strings.Repeat("a", 1000)+"\r\n"); err != nil {
					return
				}
			}
		case "huge-field":
			say("HTTP/1.1 200 OK\r\nX-Large: ")
			for range 10_000 {
				if _, err := io.WriteString(c, strings.Repeat("a", 1000)); err != nil {
					return
				}
			}
		case "twice":
			say(ok + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond")
		case "switches":
			say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
		case "early":
			say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nearly")
			return
		default:
			say(ok)
		}
	}
}

// upstreamFaults: what the client gets; status 0 is an answer that breaks off, so that nobody
// takes it for the whole.
var upstreamFaults = []struct {
	name, path string
	status     int
	body       string // "" for an error page of the proxy's
}{
	{"refuses connections", "/nowhere/", 502, ""},
	{"has a name that DNS does not tell", "/unknown/", 503, ""},
	{"hangs", "/hanging/hangs", 504, ""},
	{"closes without an answer", "/bad/closes", 502, ""},
	{"resets before an answer", "/bad/resets-before", 502, ""},
	{"resets in the middle of a body", "/bad/resets-within", 0, ""},
	{"hangs in the middle of a body", "/hanging/hangs-within", 0, ""},
	{"says less than it announced", "/bad/shorter", 0, ""},
	{"says more than it announced", "/bad/longer", 200, "ok"},
	{"frames a body in two ways", "/bad/both-framings", 502, ""},
	{"announces two lengths", "/bad/two-lengths", 502, ""},
	{"sends chunks that are none", "/bad/bad-chunks", 0, ""},
	{"sends a malformed field", "/bad/malformed", 502, ""},
	{"speaks another protocol", "/bad/nonsense", 502, ""},
	{"sends a head of 10 MB", "/bad/huge-head", 502, ""},
	{"sends a field of 10 MB", "/bad/huge-field", 502, ""},
	{"answers twice", "/bad/twice", 200, "ok"},
	{"switches protocols unasked", "/bad/switches", 502, ""},
}

// Ensure that whatever an upstream does, the client gets the status for it, others are served, and nothing
// of one answer turns up in another.
func TestUpstreamFaults(t *testing.T) {
	f := startFaulty(t, serveFaulty)
	for _, tt := range upstreamFaults {
		t.Run(tt.name, func(t *testing.T) {
			c := &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConns: 1}}
			for range 3 {
				resp, err := c.Get(f.url + tt.path)
				if err != nil {
					t.Fatal(err)
				}
				b, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				switch {
				case tt.status == 0 && err == nil:
					t.Errorf("a body of %d bytes counts as whole", len(b))
				case tt.status == 0:
				case err != nil || resp.StatusCode != tt.status || tt.body != "" && string(b) != tt.body:
					t.Errorf("got %d %.60q, %v; want %d", resp.StatusCode, b, err, tt.status)
				case tt.body == "" && (strings.Contains(string(b), "127.0.0.1") || strings.Contains(string(b), "ok\r\n")):
					t.Errorf("the page tells too much: %s", b)
				}
				// The same connection goes on, and the server that failed is asked again.
				after, err := c.Get(f.url + "/bad/fine")
				if err != nil {
					t.Fatal(err)
				}
				b, err = io.ReadAll(after.Body)
				after.Body.Close()
				if err != nil || after.StatusCode != 200 || string(b) != "ok" {
					t.Errorf("afterwards: %d %.60q, %v", after.StatusCode, b, err)
				}
			}
		})
	}
	t.Run("answers before the request is sent", func(t *testing.T) {
		// The client goes on sending until it has read the answer.
		c := dialRaw(t, f)
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			io.WriteString(c, "POST /unbuffered/early HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n")
			for range 100 {
				if _, err := c.Write(make([]byte, 10_000)); err != nil {
					return
				}
				time.Sleep(time.Millisecond)
			}
		}()
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 413 || string(b) != "early" {
			t.Errorf("got %d %q, %v", resp.StatusCode, b, err)
		}
		c.Close()
		<-sent
	})
	f.bounded(200 << 20)
	f.stop()
}

// clientFaults are what clients do; each is done, and afterwards all is as before.
var clientFaults = []struct {
	name string
	do   func(t *testing.T, f *faulty)
}{
	{"crawl in the head", func(t *testing.T, f *faulty) {
		c := dialRaw(t, f)
		io.WriteString(c, "GET /good/ HTTP/1.1\r\nHost: localhost\r\n")
		for range 60 { // a field every 100 ms would keep a naive server for ever
			if _, err := io.WriteString(c, "X: y\r\n"); err != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		b, _ := io.ReadAll(c)
		if len(b) > 0 && !strings.HasPrefix(string(b), "HTTP/1.1 408 ") {
			t.Errorf("got %.60q", b)
		}
	}},
	{"crawl in the body", func(t *testing.T, f *faulty) {
		c := dialRaw(t, f)
		io.WriteString(c, "POST /good/count/crawl HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nbeginning")
		b, _ := io.ReadAll(c)
		if !strings.HasPrefix(string(b), "HTTP/1.1 408 ") {
			t.Errorf("got %.60q", b)
		}
	}},
	{"connect and say nothing, five hundred of them", func(t *testing.T, f *faulty) {
		var all []net.Conn
		for range 500 {
			all = append(all, dialRaw(t, f))
		}
		f.get(browser(t), "/good/x").expect(t, "a request meanwhile", 200)
		for _, c := range all {
			c.Close()
		}
	}},
	{"abort their bodies", func(t *testing.T, f *faulty) {
		for range 200 {
			c := dialRaw(t, f)
			io.WriteString(c, "POST /good/count/abort HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"+strings.Repeat("x", 20_000))
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}},
	{"abort answers", func(t *testing.T, f *faulty) {
		for range 50 {
			c := dialRaw(t, f)
			io.WriteString(c, "GET /cached/known-aborted HTTP/1.1\r\nHost: localhost\r\n\r\n")
			status := make([]byte, 12)
			if _, err := io.ReadFull(c, status); err != nil || string(status) != "HTTP/1.1 200" {
				t.Fatalf("got %q, %v", status, err)
			}
			io.ReadFull(c, make([]byte, 100_000))
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}},
	{"send a head of megabytes", func(t *testing.T, f *faulty) {
		c := dialRaw(t, f)
		go func() {
			io.WriteString(c, "GET /good/ HTTP/1.1\r\nHost: localhost\r\n")
			for range 5000 {
				if _, err := io.WriteString(c, "X-Bomb: "+strings.Repeat("a", 1000)+"\r\n"); err != nil {
					return
				}
			}
		}()
		b, _ := io.ReadAll(c)
		if !strings.HasPrefix(string(b), "HTTP/1.1 431 ") {
			t.Errorf("got %.60q", b)
		}
	}},
	{"ask for two things in one (both framings)", func(t *testing.T, f *faulty) {
		c := dialRaw(t, f)
		io.WriteString(c, "POST /good/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /good/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n")
		b, _ := io.ReadAll(c)
		if !strings.HasPrefix(string(b), "HTTP/1.1 400 ") || strings.Count(string(b), "HTTP/1.1 ") != 1 {
			t.Errorf("got %.200q", b)
		}
	}},
	{"open and reset streams by the thousand (CVE-2023-44487)", func(t *testing.T, f *faulty) {
		before, began := f.served.Load(), time.Now()
		f.flood(t, 20_000, func(c *framer, i int) error {
			id := uint32(2*i + 1)
			if err := c.headers(id, true, "/good/count/reset"); err != nil {
				return err
			}
			return c.WriteRSTStream(id, http2.ErrCodeCancel)
		})
		// A client may go on for ever with a hundred a second.
		if n, most := f.served.Load()-before, 3000+int64(100*time.Since(began).Seconds()); n > most {
			t.Errorf("the upstream was asked %d times, at most %d are to be", n, most)
		}
	}},
	{"send CONTINUATION without end (CVE-2024-27316)", func(t *testing.T, f *faulty) {
		f.flood(t, 50_000, func(c *framer, i int) error {
			if i == 0 {
				return c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: c.block("/good/")})
			}
			return c.WriteContinuation(1, false, []byte{0x00, 0x01, 'x', 0x01, 'y'})
		})
	}},
	{"flood with SETTINGS (CVE-2019-9515)", func(t *testing.T, f *faulty) {
		f.flood(t, 200_000, func(c *framer, i int) error { return c.WriteSettings() })
	}},
	{"flood with PING (CVE-2019-9512)", func(t *testing.T, f *faulty) {
		f.flood(t, 200_000, func(c *framer, i int) error { return c.WritePing(false, [8]byte{}) })
	}},
	{"send a head that grows when it is decoded (HPACK bomb)", func(t *testing.T, f *faulty) {
		c := dialHTTP2(t, f)
		block := c.block("/good/count/bomb")
		var table bytes.Buffer
		e := hpack.NewEncoder(&table)
		e.WriteField(hpack.HeaderField{Name: "x-bomb", Value: strings.Repeat("a", 3900)})
		block = append(block, table.Bytes()...)
		for range 10_000 { // one byte each, and 40 MB decoded
			block = append(block, 0x80|62)
		}
		before := f.served.Load()
		c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block, EndStream: true, EndHeaders: true})
		if status := c.status(1); status == "200" || f.served.Load() != before {
			t.Errorf("got %s, the upstream was asked %d times", status, f.served.Load()-before)
		}
	}},
}

// Ensure that whatever clients do costs only themselves.
func TestClientFaults(t *testing.T) {
	f := startFaulty(t, serveFaulty)
	for _, tt := range clientFaults {
		t.Run(tt.name, func(t *testing.T) {
			tt.do(t, f)
			f.get(browser(t), "/good/after?x=1").expect(t, "the next client", 200).contains(t, "it", "/good/after?x=1 0")
			f.bounded(200 << 20)
		})
	}
	f.stop()
}

// Ensure that on a full disk uploads are refused as what they are (507), large answers still come, kept or not, what is kept
// in memory is kept, and that it is told and counted.
func TestProxyOnAFullDisk(t *testing.T) {
	f := startFaulty(t, func(dir string) *exec.Cmd {
		create(t, dir, "small/README", "the disk comes here")
		create(t, dir, "serve.sh", `set -e
mount -t tmpfs -o size=3m small small
mkdir small/tmp small/data
TMPDIR=$PWD/small/tmp exec ./site serve --listen 127.0.0.1:0 --data small/data
`)
		cmd := exec.Command("unshare", "--mount", "sh", "serve.sh")
		cmd.Dir = dir
		return cmd
	})
	c := browser(t)
	large := strings.Repeat("0123456789abcdef", 512<<10)
	for range 3 {
		f.ask(c, "POST", "/good/count/upload", large).expect(t, "an upload that does not fit", 507)
	}
	if n := f.served.Load(); n != 0 {
		t.Errorf("the upstream was asked %d times for uploads that did not fit", n)
	}
	var fits answer // once the last of those is off the disk, a moment after its answer
	f.wait("an upload that fits", func() bool {
		fits = f.ask(c, "POST", "/good/upload", large[:1<<20])
		return fits.status != 507
	})
	fits.expect(t, "an upload that fits", 200).contains(t, "it", "/good/upload 1048576")
	for _, path := range []string{"/cached/known-length", "/cached/chunked-body"} {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				resp, err := http.Get(f.url + path)
				if err != nil {
					t.Error(err)
					return
				}
				defer resp.Body.Close()
				b, err := io.ReadAll(resp.Body)
				if err != nil || len(b) != 16<<20 || !bytes.Equal(b[len(b)-16:], []byte(path[:16])) {
					t.Errorf("%s: %d bytes, %v", path, len(b), err)
				}
			})
		}
		all.Wait()
	}
	f.waitLog("cache: answers are not kept on the disk")
	status := f.get(c, "/status", "Accept: application/json").expect(t, "the status page", 200)
	if !strings.Contains(status.body, `"failures":`) || strings.Contains(status.body, `"failures":0}`) {
		t.Errorf("the failures were not counted:\n%s", status.body)
	}
	f.bounded(200 << 20)
	f.stop()
}

func dialRaw(t *testing.T, f *faulty) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", f.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return c
}

// framer is a client that speaks HTTP/2 frame by frame.
type framer struct {
	*http2.Framer
	conn net.Conn
	text bytes.Buffer
	enc  *hpack.Encoder
}

func dialHTTP2(t *testing.T, f *faulty) *framer {
	t.Helper()
	c := &framer{conn: dialRaw(t, f)}
	io.WriteString(c.conn, http2.ClientPreface)
	c.Framer = http2.NewFramer(c.conn, c.conn)
	c.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	c.enc = hpack.NewEncoder(&c.text)
	if err := c.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	return c
}

// block is the head of a request, encoded.
func (c *framer) block(path string) []byte {
	c.text.Reset()
	for _, f := range [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "localhost"}, {":path", path}} {
		c.enc.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	return bytes.Clone(c.text.Bytes())
}

func (c *framer) headers(id uint32, end bool, path string) error {
	return c.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.block(path), EndStream: end, EndHeaders: true})
}

// status waits for the answer to a stream; it is why there is none where there is none.
func (c *framer) status(id uint32) string {
	for {
		f, err := c.ReadFrame()
		if err != nil {
			return err.Error()
		}
		switch f := f.(type) {
		case *http2.MetaHeadersFrame:
			if f.StreamID == id {
				return f.PseudoValue("status")
			}
		case *http2.RSTStreamFrame:
			if f.StreamID == id {
				return "reset: " + f.ErrCode.String()
			}
		case *http2.GoAwayFrame:
			return "goaway: " + f.ErrCode.String()
		}
	}
}

// flood sends frames until the site has had enough, which it must have before the last.
func (f *faulty) flood(t *testing.T, most int, send func(c *framer, i int) error) {
	t.Helper()
	c := dialHTTP2(t, f)
	ended := make(chan error, 1)
	go func() { // so that answers do not pile up
		_, err := io.Copy(io.Discard, c.conn)
		ended <- err
	}()
	for i := range most {
		if send(c, i) != nil {
			break
		}
	}
	if err := <-ended; errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection goes on")
	}
}
