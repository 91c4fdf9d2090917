package middleware

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"stackgen.dev/runtime/web"
)

// ConditionalGet is the layer "conditional_get" (ConditionalGetMiddleware): it
// gives answers to GET an ETag made of their body, and answers 304 where the
// client has that already. A view's own ETag or Last-Modified counts instead.
//
//	middleware = [security, session, conditional_get, common, …]
//
//	ETag: "5d41402abc4b2a76b9719d911017c592"
//
// Answers that stream, and those with Cache-Control: no-store, get none.
type ConditionalGet struct{}

// Wrap is the layer.
func (ConditionalGet) Wrap(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil || r.Method() != "GET" {
			return p, err
		}
		if body := p.Body(); len(body) > 0 && !p.HasHeader("ETag") && !cacheDirective(p, "no-store") {
			sum := md5.Sum(body)
			p.SetHeader("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
		}
		return p.Settle(r), nil
	}
}

// cacheDirective reports whether Cache-Control has a directive of one of these
// names, with a value or without, in any case.
func cacheDirective(p *web.Response, names ...string) bool {
	for one := range strings.SplitSeq(p.Header("Cache-Control"), ",") {
		directive, _, _ := strings.Cut(strings.TrimSpace(one), "=")
		for _, name := range names {
			if strings.EqualFold(directive, name) {
				return true
			}
		}
	}
	return false
}
