package middleware

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/conditional"
)

// PageCache keeps whole answers and gives them again: the layers "update_cache"
// and "fetch_from_cache" around a site (UpdateCacheMiddleware,
// FetchFromCacheMiddleware), and cache around one view (cache_page).
//
//	middleware = [security, update_cache, session, common, csrf, fetch_from_cache]
//
// Answers to GET and HEAD with status 200 or 304 are kept, by URL, language and the
// request fields that they vary by. Never kept are answers that set a cookie, that stream, that vary
// by everything, whose Cache-Control says private, no-cache or no-store, those to requests with
// Authorization, and those that show a message, a token of a form or a nonce. max-age of an answer counts before TTL. Beyond Django, an answer that sets any cookie is not kept.
type PageCache struct {
	// Cache keeps the answers; nil is the site's.
	Cache caches.Cache
	// TTL is how long, 10 minutes where it is 0 (CACHE_MIDDLEWARE_SECONDS).
	TTL time.Duration
	// Prefix keeps sites that share a cache apart (CACHE_MIDDLEWARE_KEY_PREFIX).
	Prefix string
}

// DefaultPageTTL is how long an answer is kept unless somebody says otherwise.
const DefaultPageTTL = 10 * time.Minute

// pageCacheKey is where a request keeps whether its answer is to be kept.
type pageCacheKey struct{}

// Update is the layer that keeps answers. It stands before those that change
// Vary, so that it sees what they say.
func (c PageCache) Update(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if wanted, _ := r.Value(pageCacheKey{}).(bool); wanted {
			c.keep(r, p)
		}
		return p, nil
	}
}

// Fetch is the layer that answers from what was kept.
func (c PageCache) Fetch(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		if m := r.Method(); m != "GET" && m != "HEAD" || r.HasHeader("Authorization") {
			return next(r)
		}
		if p := c.find(r); p != nil {
			return p, nil
		}
		r.SetValue(pageCacheKey{}, true)
		return next(r)
	}
}

// Page is both around one view.
func (c PageCache) Page(next web.Handler) web.Handler { return c.Update(c.Fetch(next)) }

func (c *PageCache) cache(r *web.Request) caches.Cache {
	if c.Cache == nil {
		return r.App().Cache()
	}
	return c.Cache
}

func (c *PageCache) ttl() time.Duration {
	if c.TTL == 0 {
		return DefaultPageTTL
	}
	return c.TTL
}

// base is the key of everything that is kept for a URL.
func (c *PageCache) base(r *web.Request) string {
	sum := sha256.Sum256([]byte(r.Scheme() + "://" + r.Host() + r.FullPath() + "\x00" + r.Language()))
	return "page:" + c.Prefix + ":" + hex.EncodeToString(sum[:16])
}

// varied is the key for the values of the fields that an answer varies by.
func varied(base string, r *web.Request, fields []string) string {
	h := sha256.New()
	for _, name := range fields {
		h.Write([]byte(r.Header(name)))
		h.Write([]byte{0})
	}
	return base + ":" + hex.EncodeToString(h.Sum(nil)[:16])
}

func (c *PageCache) find(r *web.Request) *web.Response {
	base := c.base(r)
	names, ok, err := c.cache(r).Get(r.Context(), base)
	if err != nil {
		r.Log().Warn("cache: the page cache cannot be read", "error", err.Error())
	}
	if !ok {
		return nil
	}
	var fields []string
	if len(names) > 0 {
		fields = strings.Split(string(names), ",")
	}
	raw, ok, _ := c.cache(r).Get(r.Context(), varied(base, r, fields))
	if !ok {
		return nil
	}
	return decodePage(raw)
}

// keep stores an answer, if it may be, and tells the client how long.
func (c *PageCache) keep(r *web.Request, p *web.Response) {
	vary := p.Header("Vary")
	if p.Streaming() || p.Status != 0 && p.Status != 200 && p.Status != 304 || len(p.Cookies()) > 0 || strings.Contains(vary, "*") ||
		cacheDirective(p, "private", "no-cache", "no-store") || personal(r, vary) {
		return
	}
	ttl := c.ttl()
	if age, ok := maxAge(p); ok {
		ttl = age
	}
	if ttl <= 0 {
		return
	}
	if !p.HasHeader("Expires") {
		p.SetHeader("Expires", conditional.FormatDate(time.Now().Add(ttl)))
	}
	if !cacheDirective(p, "max-age") {
		value := "max-age=" + strconv.FormatInt(int64(ttl/time.Second), 10)
		if have := p.Header("Cache-Control"); have != "" {
			value = have + ", " + value
		}
		p.SetHeader("Cache-Control", value)
	}
	if p.Status == 304 {
		return
	}
	var fields []string
	for one := range strings.SplitSeq(vary, ",") {
		if one = strings.ToLower(strings.TrimSpace(one)); one != "" {
			fields = append(fields, one)
		}
	}
	slices.Sort(fields)
	base := c.base(r)
	err := c.cache(r).Set(r.Context(), base, []byte(strings.Join(fields, ",")), ttl)
	if err == nil && r.Method() == "GET" {
		err = c.cache(r).Set(r.Context(), varied(base, r, fields), encodePage(p), ttl)
	}
	if err != nil {
		r.Log().Warn("cache: the page cache cannot be written", "error", err.Error())
	}
}

// personal reports whether an answer is one visitor's: it shows a message, a
// token of a form or a nonce, or something of the session while it does not say
// that it varies by cookie. Around a view, before the layers that would say so, Django would keep it.
func personal(r *web.Request, vary string) bool {
	if r.UsedCSPNonce() != "" || r.CSRF().Asked() || r.Messages().Looked() {
		return true
	}
	return r.HasSession() && r.Session().Accessed() && !strings.Contains(strings.ToLower(vary), "cookie")
}

// maxAge is the answer's own max-age.
func maxAge(p *web.Response) (time.Duration, bool) {
	for one := range strings.SplitSeq(p.Header("Cache-Control"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if strings.EqualFold(name, "max-age") {
			n, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 32)
			return time.Duration(n) * time.Second, err == nil
		}
	}
	return 0, false
}

// NeverCache has browsers and proxies ask again every time (never_cache): for
// pages of one visitor.
func NeverCache(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		p.SetDefaultHeader("Expires", conditional.FormatDate(time.Now()))
		p.SetHeader("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private")
		return p, nil
	}
}
