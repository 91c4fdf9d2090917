// Command nethttp is the bench's peer from Go's standard library: handlers,
// FileServer and ReverseProxy as anyone would put them together.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "serve on this `address`")
	static := flag.String("static", "static", "the `folder` of /static/")
	files := flag.String("files", "files", "the `folder` of /files/")
	upstream := flag.String("upstream", "http://127.0.0.1:9000", "the `URL` of /proxy/")
	flag.Parse()
	if err := serve(*listen, *static, *files, *upstream); err != nil {
		fmt.Fprintln(os.Stderr, "nethttp:", err)
		os.Exit(1)
	}
}

func serve(listen, static, files, upstream string) error {
	target, err := url.Parse(upstream)
	if err != nil {
		return err
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 512
	transport.MaxIdleConns = 512
	proxy.Transport = transport

	mux := http.NewServeMux()
	mux.HandleFunc("/plaintext", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		io.WriteString(w, "Hello, World!")
	})
	mux.HandleFunc("/json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(struct {
			Message string `json:"message"`
		}{"Hello, World!"})
	})
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir(static))))
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(files))))
	mux.Handle("/proxy/", http.StripPrefix("/proxy", proxy))
	return http.ListenAndServe(listen, mux)
}
