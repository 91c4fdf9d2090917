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

// options are what the command line sets.
type options struct {
	listen, static, files, upstream string
	certificate, key                string // with them it speaks TLS
}

func main() {
	var o options
	flag.StringVar(&o.listen, "listen", "127.0.0.1:8000", "serve on this `address`")
	flag.StringVar(&o.static, "static", "static", "the `folder` of /static/")
	flag.StringVar(&o.files, "files", "files", "the `folder` of /files/")
	flag.StringVar(&o.upstream, "upstream", "http://127.0.0.1:9000", "the `URL` of /proxy/")
	flag.StringVar(&o.certificate, "certificate", "", "the PEM `file` of the certificate, for TLS")
	flag.StringVar(&o.key, "key", "", "the PEM `file` of its key")
	flag.Parse()
	if err := serve(o); err != nil {
		fmt.Fprintln(os.Stderr, "nethttp:", err)
		os.Exit(1)
	}
}

func serve(o options) error {
	target, err := url.Parse(o.upstream)
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
	mux.Handle("/static/", http.StripPrefix("/static/", http.FileServer(http.Dir(o.static))))
	mux.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(o.files))))
	mux.Handle("/proxy/", http.StripPrefix("/proxy", proxy))
	if o.certificate != "" {
		return http.ListenAndServeTLS(o.listen, o.certificate, o.key, mux)
	}
	return http.ListenAndServe(o.listen, mux)
}
