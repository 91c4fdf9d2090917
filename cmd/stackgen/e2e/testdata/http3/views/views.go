package views

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/websocket"
)

// released waits for the file of that name, so that a test decides how long a request runs.
func released(ctx context.Context, file string) error {
	for {
		if _, err := os.Stat(file); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func WhoAmI(r *web.Request) (*web.Response, error) {
	who := "nobody"
	if c := r.ClientCertificate(); c != nil {
		who = c.Subject.CommonName
	}
	return web.Text(fmt.Sprintf("%s %s %s", r.Scheme(), r.Host(), who)), nil
}

func Upload(r *web.Request) (*web.Response, error) {
	digest := sha256.New()
	n, err := io.Copy(digest, r.BodyReader())
	if err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("%d %x", n, digest.Sum(nil))), nil
}

func Events(r *web.Request) (*web.Response, error) {
	ctx, file := r.Context(), r.Query().Get("until")
	return web.Stream("text/event-stream", func(w web.BodyWriter) error {
		io.WriteString(w, "data: first\n\n")
		if err := w.Flush(); err != nil {
			return err
		}
		if err := released(ctx, file); err != nil {
			return err
		}
		_, err := io.WriteString(w, "data: last\n\n")
		return err
	}), nil
}

func Slow(r *web.Request) (*web.Response, error) {
	if err := released(r.Context(), r.Query().Get("until")); err != nil {
		return nil, err
	}
	return web.Text("finished"), nil
}

// Talk sends back what is said.
func Talk(_ *web.Request, c *websocket.Conn) error {
	for {
		text, err := c.ReadText()
		if err != nil {
			return err
		}
		if err := c.WriteText(text); err != nil {
			return err
		}
	}
}

// Chat accepts a WebSocket by itself and sends back what comes.
func Chat(r *web.Request) (*web.Response, error) {
	return web.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nc, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusUpgradeRequired)
			return
		}
		defer nc.Close()
		accept := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		fmt.Fprintf(nc, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(accept[:]))
		io.Copy(nc, rw)
	}))(r)
}
