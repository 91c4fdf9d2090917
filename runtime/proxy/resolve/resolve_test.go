package resolve

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"stackgen.dev/runtime/proxy"
)

// zone is what a name server of the tests knows.
type zone struct {
	a      map[string][4]byte // by name
	srv    map[string][]dnsmessage.SRVResource
	ttl    uint32
	mute   bool // it answers nothing
	cut    bool // by packets it says only that an answer does not fit
	wrong  bool // it sends an answer to another question first
	failed bool // SERVFAIL
}

// answer answers a question.
func (z *zone) answer(question []byte) []byte {
	var p dnsmessage.Parser
	h, err := p.Start(question)
	if err != nil || z.mute {
		return nil
	}
	q, err := p.Question()
	if err != nil {
		return nil
	}
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: h.ID, Response: true, RecursionAvailable: true}, Questions: []dnsmessage.Question{q}}
	name := strings.ToLower(q.Name.String())
	head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: z.ttl}
	address, known := z.a[name]
	records, served := z.srv[name]
	switch {
	case z.failed:
		m.RCode = dnsmessage.RCodeServerFailure
	case !known && !served:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && known:
		m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: address}}}
	case q.Type == dnsmessage.TypeSRV:
		for i := range records {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &records[i]})
		}
	}
	b, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return b
}

// start serves a zone over UDP and TCP.
func (z *zone) start(t *testing.T) string {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tcp.Close(); udp.Close() })
	go func() {
		buf := make([]byte, 4<<10)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			b := z.answer(buf[:n])
			if z.wrong && b != nil {
				other := (&zone{a: z.a, ttl: 1}).answer(buf[:n])
				other[0]++
				udp.WriteTo(other, from)
			}
			if z.cut && b != nil {
				b = b[:12]
				b[2] |= 2 // TC
				clear(b[4:])
				b = append(b, buf[12:n]...)
				b[5] = 1
			}
			if b != nil {
				udp.WriteTo(b, from)
			}
		}
	}()
	go func() {
		for {
			nc, err := tcp.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				var size [2]byte
				if _, err := io.ReadFull(nc, size[:]); err != nil {
					return
				}
				question := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(nc, question); err != nil {
					return
				}
				b := z.answer(question)
				nc.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
			}()
		}
	}()
	return tcp.Addr().String()
}

func name(s string) dnsmessage.Name { return dnsmessage.MustNewName(s) }

// Ensure that addresses come with the time for which they count, by packets and by TCP.
func TestAddresses(t *testing.T) {
	known := map[string][4]byte{"api.test.": {10, 0, 0, 1}}
	for _, tt := range []struct {
		name string
		zone zone
		ttl  time.Duration
		err  string
	}{
		{"an answer", zone{a: known, ttl: 30}, 30 * time.Second, ""},
		{"one that counts for nothing", zone{a: known}, time.Millisecond, ""},
		{"one that does not fit a packet", zone{a: known, ttl: 40, cut: true}, 40 * time.Second, ""},
		{"one behind that to another question", zone{a: known, ttl: 50, wrong: true}, 50 * time.Second, ""},
		{"no such name", zone{ttl: 30}, 0, "no such host"},
		{"a name server that fails", zone{a: known, failed: true}, 0, "server misbehaving"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, ttl, err := New(tt.zone.start(t)).Addresses(t.Context(), "api.test.")
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, %v", found, err)
				}
				return
			}
			if err != nil || fmt.Sprint(found) != "[10.0.0.1]" || ttl != tt.ttl {
				t.Errorf("got %v for %s, %v", found, ttl, err)
			}
		})
	}
}

// Ensure that one name server of two that does not answer costs nothing but time, and that a context ends the wait.
func TestAwayNameServers(t *testing.T) {
	const gone = "127.0.0.1:1" // tcpmux (RFC 1078), which nobody serves; a free port could be somebody's soon
	known := zone{a: map[string][4]byte{"api.test.": {10, 0, 0, 1}}, ttl: 9, srv: map[string][]dnsmessage.SRVResource{
		"_api._tcp.test.": {{Priority: 1, Weight: 1, Port: 8001, Target: name("api.test.")}}}}
	r := New(known.start(t), gone)
	for range 40 {
		if found, _, err := r.Addresses(t.Context(), "api.test."); err != nil || len(found) != 1 {
			t.Errorf("got %v, %v", found, err)
		}
		if found, _, err := r.Services(t.Context(), "_api._tcp", "test."); err != nil || len(found) != 1 {
			t.Errorf("got %v, %v", found, err)
		}
		r.turn.Store(1) // to the one who is gone
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found, _, err := New((&zone{mute: true}).start(t)).Addresses(ctx, "api.test."); err == nil {
		t.Errorf("got %v", found)
	}
}

// Ensure that SRV records lead to addresses, ports, priorities and weights, and that a place of which
// nothing is known is left out.
func TestServices(t *testing.T) {
	z := zone{ttl: 20, a: map[string][4]byte{"a.test.": {10, 0, 0, 1}, "b.test.": {10, 0, 0, 2}}, srv: map[string][]dnsmessage.SRVResource{
		"_http._tcp.api.test.": {{Priority: 1, Weight: 5, Port: 8001, Target: name("a.test.")}, {Priority: 2, Weight: 6, Port: 8002, Target: name("b.test.")},
			{Priority: 1, Weight: 1, Port: 8003, Target: name("gone.test.")}},
		"_x._udp.api.test.":   {{Priority: 1, Weight: 1, Port: 9000, Target: name("a.test.")}},
		"_bad._tcp.api.test.": {{Priority: 1, Weight: 1, Port: 9000, Target: name("gone.test.")}},
	}}
	r := New(z.start(t))
	found, ttl, err := r.Services(t.Context(), "http", "api.test.")
	slices.SortFunc(found, func(a, b proxy.Service) int { return a.Address.Compare(b.Address) })
	if want := "[{10.0.0.1 8001 1 5} {10.0.0.2 8002 2 6}]"; err != nil || fmt.Sprint(found) != want || ttl != 20*time.Second {
		t.Errorf("got %v for %s, %v; want %s", found, ttl, err, want)
	}
	if found, _, err := r.Services(t.Context(), "_x._udp", "api.test."); err != nil || len(found) != 1 || found[0].Port != 9000 {
		t.Errorf("got %v, %v", found, err)
	}
	for service, want := range map[string]string{"bad": "the place gone.test.", "none": "no such host"} {
		if found, _, err := r.Services(t.Context(), service, "api.test."); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v", service, found, err)
		}
	}
}

// Ensure that nothing that a name server sends is the end of the one who reads along.
func FuzzNote(f *testing.F) {
	q := dnsmessage.Message{Header: dnsmessage.Header{ID: 1}, Questions: []dnsmessage.Question{{Name: name("api.test."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	packed, err := q.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add((&zone{a: map[string][4]byte{"api.test.": {10, 0, 0, 1}}, ttl: 30}).answer(packed))
	f.Add([]byte("\x00\x01\x80\x00\x00\x00\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s shortest
		s.note(b, 1)
		if s.ttl() < 0 {
			t.Error("less than nothing")
		}
	})
}
