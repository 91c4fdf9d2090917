package server

import (
	"net/http"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// framed is the handler as the engines of HTTP/2 and HTTP/3 call it, which speak net/http.
func (s *Server) framed() *gateway.HTTPHandler {
	return &gateway.HTTPHandler{
		Handler: gateway.HandlerFunc(s.serveFramed), Base: s.base,
		BodyIdle: s.config.BodyIdle, WriteIdle: s.config.WriteIdle,
		MinRate: s.config.MinRate, RateGrace: rateGrace,
		Overdue: func(r *http.Request) {
			s.config.Log.Error(overdueText, "client", r.RemoteAddr, "method", r.Method, "path", r.URL.Path)
		},
	}
}

// refusesFramed answers a request that would be refused on HTTP/1.1, and reports whether it did.
func (s *Server) refusesFramed(w http.ResponseWriter, r *http.Request) bool {
	refusal := checkHTTP2(r)
	if refusal == nil {
		return false
	}
	s.config.Log.Info("request refused", "client", r.RemoteAddr, "status", refusal.Status, "reason", refusal.Reason)
	http.Error(w, http1.ReasonPhrase(refusal.Status)+": "+refusal.Reason, refusal.Status)
	return true
}

// serveFramed is what the engine does around the handler.
func (s *Server) serveFramed(x *gateway.Exchange) {
	s.requests.Add(1)
	s.busy.Add(1)
	x.After(func(*gateway.Exchange) { s.busy.Add(-1) })
	x.Request.MaxBody = s.config.MaxBody
	if s.config.Timeout > 0 {
		x.SetDeadline(x.Start.Add(s.config.Timeout))
	}
	returned := false
	defer func() {
		if returned {
			return
		}
		value := recover()
		if !s.logPanic(value, x) {
			panic(value)
		}
		x.Response.Reset()
		x.Response.Status = 500
		x.Response.Header.Add("Content-Type", "text/plain; charset=utf-8")
		x.Response.Text("500 Internal Server Error\n")
	}()
	if x.Request.Header.Len() > s.config.Limits.Fields {
		x.Response.Status = 431
	} else {
		s.config.Handler.Serve(x)
		s.checkStatus(x)
	}
	returned = true
}
