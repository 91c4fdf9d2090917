package http3

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// Ensure that resets are paid for by requests that are answered, and by time.
func TestAfford(t *testing.T) {
	start := time.Now()
	s := &session{credit: resetBurst, last: start}
	resets := func(n int, now time.Time) (afforded int) {
		for range n {
			if s.afford(true, now) {
				afforded++
			}
		}
		return afforded
	}
	if got := resets(resetBurst, start); got != resetBurst {
		t.Fatalf("%d of the first %d", got, resetBurst)
	}
	if s.afford(true, start) {
		t.Error("one more at once")
	}
	if got := resets(resetRate, start.Add(2*time.Second)); got != resetRate {
		t.Errorf("%d of %d after two seconds", got, resetRate)
	}
	s.credit = 0
	for range 10 {
		s.afford(false, start)
	}
	if got := resets(10, s.last); got != 10 {
		t.Errorf("%d of ten that ten answers make up for", got)
	}
}

// Ensure that an ID tells which process made it to who has the key, that no two share what others can see, and that
// processes find the same keys.
func TestConnectionIDs(t *testing.T) {
	dir := t.TempDir()
	k, err := loadKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := loadKeys(dir)
	if err != nil || again.reset != k.reset || again.token != k.token {
		t.Fatalf("other keys: %v", err)
	}
	own := newTag()
	g := idGenerator{own, k.ids}
	a, _ := g.GenerateConnectionID()
	b, _ := g.GenerateConnectionID()
	if again.maker(a.Bytes()) != own || again.maker(b.Bytes()) != own || bytes.Equal(a.Bytes()[:4], b.Bytes()[:4]) {
		t.Errorf("%s and %s of %s", a, b, own)
	}
	if other, _ := loadKeys(t.TempDir()); other.maker(a.Bytes()) == own {
		t.Error("another key tells the same")
	}
	for _, test := range []struct {
		name     string
		packet   []byte
		id       []byte
		long, ok bool
	}{
		{"a short header", append([]byte{0x40}, append(a.Bytes(), 1, 2, 3)...), a.Bytes(), false, true},
		{"a short header cut", append([]byte{0x40}, a.Bytes()[:8]...), nil, false, false},
		{"a long header", append([]byte{0xc0, 0, 0, 0, 1, 3}, 7, 8, 9, 0), []byte{7, 8, 9}, true, true},
		{"a long header without an ID", []byte{0xc0, 0, 0, 0, 1, 0}, []byte{}, true, true},
		{"a long header cut", []byte{0xc0, 0, 0, 0, 1, 3, 7}, nil, true, false},
		{"an ID of 21 bytes", append([]byte{0xc0, 0, 0, 0, 1, 21}, make([]byte, 30)...), nil, true, false},
		{"nothing", nil, nil, false, false},
	} {
		id, long, ok := destination(test.packet)
		if !bytes.Equal(id, test.id) || long != test.long || ok != test.ok {
			t.Errorf("%s: %x, %t, %t", test.name, id, long, ok)
		}
	}
}

// Ensure that packets and IDs come through between processes as they were, and that processes meet in a folder
// whose name is too long for a socket.
func TestPeers(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 40))
	if _, err := loadKeys(dir); err == nil {
		t.Fatal("a folder that is not there has keys")
	}
	dir = longDir(t, dir)
	type heard struct {
		kind frameKind
		rest []byte
		from tag
	}
	came := make(chan heard, 10)
	a, b := newTag(), newTag()
	hear := func(from *peer, kind frameKind, rest []byte) error {
		came <- heard{kind, bytes.Clone(rest), from.tag}
		return nil
	}
	first, err := meet(dir, a, hear)
	if err != nil {
		t.Fatal(err)
	}
	defer first.close()
	second, err := meet(dir, b, hear)
	if err != nil {
		t.Fatal(err)
	}
	d := datagram{from: netip.MustParseAddrPort("[fe80::1]:443"), zone: "eth0", oob: []byte{1, 2, 3}, data: []byte("packet")}
	ids := make([]clientID, 1000)
	for i := range ids {
		ids[i] = clientID(strings.Repeat("x", i%21))
	}
	to := second.named(a)
	to.send(appendDatagram(nil, d))
	to.send(appendBegun(nil, ids))
	second.tell(frameYield)
	var got []clientID
	for {
		h := <-came
		if h.from != b {
			t.Fatalf("%c of %s", h.kind, h.from)
		}
		switch h.kind {
		case framePacket:
			if p, err := parseDatagram(h.rest); err != nil || !reflect.DeepEqual(p, d) {
				t.Errorf("%v, %v", p, err)
			}
		case frameBegun:
			part, err := parseBegun(h.rest)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, part...)
		}
		if h.kind == frameYield {
			break
		}
	}
	if !reflect.DeepEqual(got, ids) {
		t.Errorf("%d IDs of %d", len(got), len(ids))
	}
	second.close()
	for end := time.Now().Add(time.Minute); first.named(b) != nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a process that has gone is still known")
		}
	}
}

// FuzzFrames reads what another process may write, and what clients send before anything is known of them.
func FuzzFrames(f *testing.F) {
	f.Add(appendDatagram(nil, datagram{from: netip.MustParseAddrPort("1.2.3.4:5"), oob: []byte{1}, data: []byte{2}}))
	f.Add(appendBegun(nil, []clientID{"a", "", "bcd"}))
	f.Add(appendFrame(nil, frameYield))
	f.Add([]byte{0xc0, 0, 0, 0, 1, 3, 7, 8, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		if id, _, ok := destination(b); ok && len(id) > maxID {
			t.Errorf("an ID of %d bytes", len(id))
		}
		r := bytes.NewReader(b)
		var buffer [maxFrame]byte
		for {
			kind, rest, err := readFrame(r, &buffer)
			if err != nil {
				return
			}
			switch kind {
			case framePacket:
				if d, err := parseDatagram(rest); err == nil {
					again := appendDatagram(nil, d)
					if back, err := parseDatagram(again[3:]); err != nil || !reflect.DeepEqual(back, d) {
						t.Errorf("%v became %v, %v", d, back, err)
					}
				}
			case frameBegun:
				if ids, err := parseBegun(rest); err == nil && len(ids) > 0 && !bytes.Equal(appendBegun(nil, ids)[3:], rest) {
					t.Errorf("%q became %q", rest, appendBegun(nil, ids))
				}
			}
		}
	})
}

func longDir(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Ensure that a process which begins is not taken for one that died: its socket has its name when it can be connected to.
func TestSocketsOfThoseWhoBegin(t *testing.T) {
	dir := t.TempDir()
	hear := func(*peer, frameKind, []byte) error { return nil }
	old, err := meet(dir, newTag(), hear)
	if err != nil {
		t.Fatal(err)
	}
	defer old.close()
	done := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				old.scan()
			}
		}
	})
	for range 2000 {
		p, err := meet(dir, newTag(), hear)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(p.path(p.own)); err != nil {
			t.Error("the socket of a process that has begun was removed")
		}
		p.close()
		if t.Failed() {
			break
		}
	}
	close(done)
	looking.Wait()
}
