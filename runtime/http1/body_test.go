package http1

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1/http1test"
)

// reader is a Reader over s that has read nothing yet.
func reader(s string) *Reader {
	r := new(Reader)
	r.Reset(strings.NewReader(s), make([]byte, 4*MinBuffer))
	return r
}

func TestChunkedReaderAccepts(t *testing.T) {
	tests := []struct{ name, input, content, trailer string }{
		{"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", ""},
		{"several", "5\r\nhello\r\n07\r\n, world\r\n0\r\n\r\n", "hello, world", ""},
		{"none", "0\r\n\r\n", "", ""},
		{"zeros", "000\r\n\r\n", "", ""},
		{"hexadecimal of both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", ""},
		{"extensions", "5;a=b;c=\"d e\"\r\nhello\r\n0;z\r\n\r\n", "hello", ""},
		{"trailer", "0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", "", "X-A=1;X-B=2"},
		{"content like the coding", "7\r\n0\r\n\r\n0\r\r\n0\r\n\r\n", "0\r\n\r\n0\r", ""},
		{"large", "4000\r\n" + strings.Repeat("x", 0x4000) + "\r\n0\r\n\r\n", strings.Repeat("x", 0x4000), ""},
	}
	const next = "the next message"
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sources := map[string]func(string) io.Reader{
				"at once":      func(s string) io.Reader { return strings.NewReader(s) },
				"byte by byte": func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
				"data and end": func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
			}
			for how, source := range sources {
				for _, size := range []int{1, 3, 512, 5000} {
					var in Reader
					in.Reset(source(tt.input+next), make([]byte, 4*MinBuffer))
					var c ChunkedReader
					var trailer gateway.Header
					c.Reset(&in, &trailer)
					got, err := readAll(&c, size)
					if err != nil || got != tt.content {
						t.Fatalf("%s, by %d: read %.40q, %v, want %.40q", how, size, got, err, tt.content)
					}
					var fields []string
					for _, f := range trailer.Fields() {
						fields = append(fields, string(f.Name)+"="+string(f.Value))
					}
					if strings.Join(fields, ";") != tt.trailer {
						t.Errorf("%s: trailer %v, want %s", how, fields, tt.trailer)
					}
					if rest, _ := io.ReadAll(&in); string(rest) != next {
						t.Errorf("%s, by %d: what follows is %q", how, size, rest)
					}
				}
			}
		})
	}
}

// readAll reads by pieces of the given size.
func readAll(r io.Reader, size int) (string, error) {
	var b bytes.Buffer
	p := make([]byte, size)
	for {
		n, err := r.Read(p)
		b.Write(p[:n])
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
	}
}

func TestChunkedReaderRefuses(t *testing.T) {
	for _, tt := range http1test.BadBodies() {
		t.Run(tt.Name, func(t *testing.T) {
			for _, size := range []int{1, 100, 5000} {
				var c ChunkedReader
				c.Reset(reader(tt.Coding+http1test.Smuggled), nil)
				if got, err := readAll(&c, size); !errors.Is(err, gateway.ErrBodyInvalid) {
					t.Errorf("%s: by %d: read %.40q, %v, want ErrBodyInvalid", tt.Rule, size, got, err)
				}
			}
		})
	}
}

// Wherever a chunked body is cut, its reader can tell.
func TestChunkedReaderCut(t *testing.T) {
	const input = "5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX: a\r\n\r\n"
	for i := range len(input) {
		var c ChunkedReader
		c.Reset(reader(input[:i]), nil)
		if got, err := readAll(&c, 100); err != io.ErrUnexpectedEOF {
			t.Errorf("cut after %d bytes: read %q, %v, want ErrUnexpectedEOF", i, got, err)
		}
	}
}

func TestLengthReader(t *testing.T) {
	in := reader("hello, world")
	var l LengthReader
	l.Reset(in, 5)
	if got, err := readAll(&l, 3); got != "hello" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
	l.Reset(in, 100)
	if got, err := readAll(&l, 3); got != ", world" || err != io.ErrUnexpectedEOF {
		t.Errorf("cut body: read %q, %v", got, err)
	}
}

// What a chunked writer writes is what a chunked reader reads.
func TestChunkedWriter(t *testing.T) {
	large := strings.Repeat("x", 3*smallChunk)
	var b bytes.Buffer
	var w ChunkedWriter
	w.Reset(&b)
	for _, s := range []string{"hello", "", large} {
		if n, err := io.WriteString(&w, s); n != len(s) || err != nil {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
	var trailer gateway.Header
	trailer.Add("X-Sum", "1")
	trailer.Add("Content-Length", "5")
	if err := w.Close(&trailer); err != nil {
		t.Fatal(err)
	}
	if want := "5\r\nhello\r\n3000\r\n" + large + "\r\n0\r\nX-Sum: 1\r\n\r\n"; b.String() != want {
		t.Errorf("wrote %.60q", b.String())
	}
	var c ChunkedReader
	c.Reset(reader(b.String()), nil)
	if got, err := readAll(&c, 1000); got != "hello"+large || err != nil {
		t.Errorf("read back %d bytes, %v", len(got), err)
	}
}

// What is held stays where it is, however much is read behind it.
func TestReaderHold(t *testing.T) {
	const first = "the head"
	var in Reader
	in.Reset(strings.NewReader(first+strings.Repeat("0123456789", 2000)), make([]byte, MinBuffer+len(first)+10))
	if err := in.Fill(); err != nil {
		t.Fatal(err)
	}
	held := in.Buffered()[:len(first)]
	in.Hold(len(first))
	got := 0
	for {
		b := in.Buffered()
		n := len(b) - len(b)%7 // leave a rest that has to be moved
		if n == 0 {
			n = len(b)
		}
		for i, c := range b[:n] {
			if want := byte('0' + (got+i)%10); c != want {
				t.Fatalf("byte %d is %c, want %c", got+i, c, want)
			}
		}
		got += n
		in.Discard(n)
		if err := in.Fill(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range in.Buffered() {
		if want := byte('0' + (got+i)%10); c != want {
			t.Fatalf("byte %d is %c, want %c", got+i, c, want)
		}
	}
	got += len(in.Buffered())
	if string(held) != first || got != 20000 {
		t.Errorf("held %q, read %d bytes behind it", held, got)
	}
}

func TestReaderFull(t *testing.T) {
	in := reader(strings.Repeat("x", 10*MinBuffer))
	full := 0
	for {
		err := in.Fill()
		if err == io.EOF {
			break
		}
		if err == ErrBufferFull {
			full++
			in.Grow(make([]byte, 2*in.Size()))
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if full == 0 {
		t.Error("the buffer was never full")
	}
	if n := len(in.Buffered()); n != 10*MinBuffer {
		t.Errorf("%d bytes buffered", n)
	}
}
