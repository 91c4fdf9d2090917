package views

import (
	"crypto/sha256"
	"fmt"
	"io"
	"sync"

	"stackgen.dev/runtime/web"
)

var (
	mu    sync.Mutex
	going = map[string]chan struct{}{}
)

func event(r *web.Request) chan struct{} {
	mu.Lock()
	defer mu.Unlock()
	key := r.Query().Get("key")
	if going[key] == nil {
		going[key] = make(chan struct{})
	}
	return going[key]
}

func WhoAmI(r *web.Request) (*web.Response, error) {
	return web.Text(fmt.Sprintf("%s %s %s %s", r.Scheme(), r.Host(), r.Client().Addr(), r.AbsoluteURL(r.FullPath()))), nil
}

func Upload(r *web.Request) (*web.Response, error) {
	digest := sha256.New()
	n, err := io.Copy(digest, r.BodyReader())
	if err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("%d %x", n, digest.Sum(nil))), nil
}

func Go(r *web.Request) (*web.Response, error) {
	close(event(r))
	return web.Text("gone"), nil
}

func parts(r *web.Request, contentType, first, second string) *web.Response {
	going := event(r)
	return web.Stream(contentType, func(w web.BodyWriter) error {
		io.WriteString(w, first)
		if err := w.Flush(); err != nil {
			return err
		}
		<-going
		_, err := io.WriteString(w, second)
		return err
	})
}

func Stream(r *web.Request) (*web.Response, error) {
	return parts(r, "text/plain", "first\n", "second\n"), nil
}

func Events(r *web.Request) (*web.Response, error) {
	return parts(r, "text/event-stream", "data: first\n\n", "data: second\n\n"), nil
}
