package proxy

import (
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Proxy is the web server tier, ready to serve. It is safe for concurrent use.
type Proxy struct {
	config    Config
	hosts     *hosts
	ids       requestIDs
	trusted   prefixes
	locations locations
	internal  locations // that only answers can name
	pages     errorPages
	order     map[*location]int // place in config.Locations
	upstreams map[string]*Upstream
	// maintenance is nil where the site knows none.
	maintenance *maintenance
	health      *health // nil without
	outside     rules   // header rules of answers that no location gives
	madeOutside bool    // their values are made from the request
	maps        maps
	log         *slog.Logger
	access      *accessLog              // nil when off
	figures     *figures                // nil where nobody wants them
	recorded    func(*gateway.Exchange) // ends a record; nil where nothing is noted
	secrets     secrets                 // that traces do not hold
	closers     []io.Closer             // of actions
	farewells   farewells               // to WebSockets
	now         func() time.Time
}

// New compiles a Config. Its errors name the location, host or upstream that
// cannot be, for the operator.
func New(c Config) (*Proxy, error) {
	p := &Proxy{
		config:    c,
		trusted:   c.TrustedProxies,
		order:     make(map[*location]int, len(c.Locations)),
		upstreams: make(map[string]*Upstream, len(c.Upstreams)),
		log:       c.Log,
		now:       time.Now,
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	if c.Now != nil {
		p.now = c.Now
	}
	var err error
	if p.hosts, err = newHosts(c.Hosts, c.Local); err != nil {
		return nil, err
	}
	for _, prefix := range c.TrustedProxies {
		if !prefix.IsValid() {
			return nil, fmt.Errorf("proxy: a trusted proxy's network is not valid")
		}
	}
	if err := c.Headers.check("headers", responseReserved...); err != nil {
		return nil, err
	}
	if err := c.RequestHeaders.check("request headers", requestReserved...); err != nil {
		return nil, err
	}
	if p.maps, err = compileMaps(c.Maps); err != nil {
		return nil, err
	}
	if p.outside, err = rules(nil).with(c.Headers, p.maps.compileHeaderAttribute); err != nil {
		return nil, fmt.Errorf("proxy: headers: %w", err)
	}
	if p.madeOutside = p.outside.vary(); p.madeOutside {
		p.recorded = p.endRecord
	}
	c.AccessLogRules.maps = p.maps
	p.secrets = newSecrets(c.AccessLogRules.Secrets)
	if p.access, err = newAccessLog(c.AccessLog, c.AccessLogFormat, c.AccessLogRules, p.log); err != nil {
		return nil, err
	}
	p.figures = newFigures(c.DurationBounds, p.now())
	if err := p.checkTracing(); err != nil {
		return nil, err
	}
	if p.access != nil || p.figures != nil || c.Tracer != nil {
		p.recorded = p.endRecord
	}
	if p.pages, err = p.pages.with(c.ErrorPages); err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	if p.maintenance, err = newMaintenance(c.Maintenance); err != nil {
		return nil, err
	}
	for _, uc := range c.Upstreams {
		if p.upstreams[uc.Name] != nil {
			return nil, fmt.Errorf("proxy: upstream %q is declared twice", uc.Name)
		}
		if uc.Log == nil {
			uc.Log = p.log
		}
		if uc.Pollers == nil {
			uc.Pollers = c.Pollers
		}
		uc.DurationBounds, uc.maps = c.DurationBounds, p.maps
		u, err := NewUpstream(uc)
		if err != nil {
			return nil, err
		}
		p.upstreams[uc.Name] = u
	}
	for i, lc := range c.Locations {
		l, err := p.compile(lc)
		if err != nil {
			return nil, err
		}
		where := &p.locations
		if lc.Internal {
			where = &p.internal
		}
		if err := where.add(l); err != nil {
			return nil, err
		}
		p.order[l] = i
	}
	if err := p.compileHealth(c.Health); err != nil {
		return nil, err
	}
	if err := p.readDrained(); err != nil {
		return nil, fmt.Errorf("proxy: which servers drain: %w", err)
	}
	return p, nil
}

// The fields that rules may not touch, because the proxy itself answers for them.
var (
	responseReserved = []string{"Date", requestIDField}
	requestReserved  = []string{
		"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP", "Forwarded", requestIDField,
		clientCertField, clientCertChainField,
	}
)

const requestIDField = "X-Request-ID"

func (p *Proxy) compile(c Location) (*location, error) {
	regex, isPattern, err := parseExpression(c.Path)
	var path string
	var exact bool
	if err == nil && !isPattern {
		path, exact, err = parsePattern(c.Path)
	}
	if err != nil {
		return nil, err
	}
	where := fmt.Sprintf("location %q", c.Path)
	if err := c.Headers.check(where+" headers", responseReserved...); err != nil {
		return nil, err
	}
	if err := c.RequestHeaders.check(where+" request headers", requestReserved...); err != nil {
		return nil, err
	}
	l := &location{pattern: c.Path, path: path, exact: exact, regex: regex, maxBody: c.MaxBody, intercept: c.InterceptErrors, figures: p.figures.location(c.Path)}
	if l.pages, err = p.pages.with(c.ErrorPages); err != nil {
		return nil, fmt.Errorf("proxy: %s: %w", where, err)
	}
	if l.hints, err = compileHints(c.EarlyHints); err != nil {
		return nil, fmt.Errorf("proxy: %s: %w", where, err)
	}
	if l.when, err = c.When.compile(p.maps); err != nil {
		return nil, fmt.Errorf("proxy: %s: %w", where, err)
	}
	if len(c.Rewrite) > 0 {
		if l.rewrite, err = c.Rewrite.compile(p.maps); err != nil {
			return nil, fmt.Errorf("proxy: %s: rewrite: %w", where, err)
		}
	}
	if l.maxBody == 0 {
		l.maxBody = p.config.MaxBody
	}
	if err := p.compileRules(l, c); err != nil {
		return nil, fmt.Errorf("proxy: %s: %w", where, err)
	}
	if c.Action == nil {
		return nil, fmt.Errorf("proxy: %s does nothing", where)
	}
	if l.rewrite != nil || l.regex != nil {
		// What the action gets is no longer below the location's path.
		l.path, l.exact = "/", false
	}
	if l.handler, err = c.Action.compile(p, l); err == nil {
		err = p.startLayers(l, c.Layers)
	}
	l.path, l.exact = path, exact
	if err != nil {
		return nil, fmt.Errorf("proxy: %s: %w", where, err)
	}
	return l, nil
}

// compileRules merges the header rules of the proxy and a location.
func (p *Proxy) compileRules(l *location, c Location) (err error) {
	if l.response, err = p.outside.with(c.Headers, p.maps.compileHeaderAttribute); err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	if l.madeResponse = l.response.vary(); l.madeResponse {
		p.recorded = p.endRecord
	}
	all, err := rules(nil).with(p.config.RequestHeaders, p.maps.compile)
	if err == nil {
		all, err = all.with(c.RequestHeaders, p.maps.compile)
	}
	if err != nil {
		return fmt.Errorf("request headers: %w", err)
	}
	l.request, l.host, l.hostText = all.takeHost()
	l.madeRequest = l.request.vary()
	return nil
}

// visit is what the proxy knows of a request beside the request.
type visit struct {
	peer     netip.AddrPort // who is at the other end of the connection
	trusted  bool           // whether peer is a trusted proxy
	location *location      // nil before one was found
	groups   *groups        // of the location's pattern, nil without one
	record   *record        // what is noted of the request, nil where nothing is
	keeps    []string       // the names of record.kept, where the log is written
}

// Serve answers a request.
func (p *Proxy) Serve(x *gateway.Exchange) {
	v := p.receive(x)
	v.record = p.beginRecord(x, &v)
	p.route(x, &v)
	p.finish(x, v)
}

// Cooperates implements [gateway.Cooperative]: what is in memory is answered at once, and
// before everything else the proxy says that it may block. An application that
// does not keep that promise itself is called after that.
func (p *Proxy) Cooperates() bool { return true }

// finish applies the header rules to whatever the answer has become.
func (p *Proxy) finish(x *gateway.Exchange, v visit) {
	rules, made := p.outside, p.madeOutside
	if v.location != nil {
		rules, made = v.location.response, v.location.madeResponse
	}
	if made {
		v.record.now = p.now()
		rules.respondWith(x, &v)
	} else {
		rules.apply(&x.Response.Header)
	}
	if p.config.HSTS != "" && x.Request.Scheme == "https" && !x.Response.Header.Has(hstsField) {
		x.Response.Header.Add(hstsField, p.config.HSTS)
	}
	x.Response.Header.Set(requestIDField, x.Request.ID)
	if v.record != nil && p.access != nil && len(p.access.keeps) > 0 {
		v.record.keep(x, p.access.keeps)
	}
}

// receive establishes who asks: client address, scheme and request id.
func (p *Proxy) receive(x *gateway.Exchange) visit {
	r := &x.Request
	v := visit{peer: r.Client, trusted: p.trusted.contain(r.Client.Addr())}
	if v.trusted {
		r.Client, r.Scheme = p.trusted.client(r), forwardedScheme(r)
		believeClientCert(r)
		if id := r.Header.Get(requestIDField); validID(id) {
			r.ID = string(id)
		}
	}
	if r.ID == "" {
		r.ID = p.ids.next()
	}
	return v
}

// route finds who answers and has the answer described.
func (p *Proxy) route(x *gateway.Exchange, v *visit) {
	r := &x.Request
	if len(r.Host) == 0 && r.Proto == gateway.HTTP10 && p.hosts.canonical != "" {
		r.Host = []byte(p.hosts.canonical)
	}
	if p.health != nil && p.health.answer(p, x) {
		return
	}
	if !p.hosts.accepts(r.Host) {
		NoteRefusal(x, ByHost)
		p.fail(x, *v, 421, nil)
		return
	}
	if len(r.Path) == 0 || r.Path[0] != '/' {
		if r.Method == "OPTIONS" && string(r.Path) == "*" {
			// The server as a whole is asked (RFC 9110, section 9.3.7).
			x.Response.Status = 204
			return
		}
		p.fail(x, *v, 405, nil) // CONNECT
		return
	}
	if p.maintenance != nil && p.closedForMaintenance(x, v) {
		return
	}
	var l *location
	var slash bool
	if p.locations.elaborate {
		l, slash = p.choose(x, v, nil)
	} else {
		l, slash = p.locations.find(r.Path)
	}
	if l == nil {
		p.fail(x, *v, 404, nil)
		return
	}
	v.location = l
	if v.record != nil {
		v.record.location = l
	}
	if slash {
		p.redirectToSlash(x)
		return
	}
	if l.rewrite != nil && !p.rewrite(x, v) {
		return
	}
	if l.hints != nil {
		l.hint(x)
	}
	l.handler.serve(p, x, *v)
	if l.intercept && x.Response.Status >= 400 {
		p.intercept(x, v)
	}
	if !p.internal.empty() {
		p.serveInternal(x, v)
	}
}

// Upstream returns the upstream of that name, nil if there is none.
func (p *Proxy) Upstream(name string) *Upstream { return p.upstreams[name] }

// ToHTTPS returns what a listener with redirect_to_https serves: for the hosts
// of the site a redirect to the same address under https, with 301, or 308
// where the method has to stay. What came by https to a trusted proxy in front is
// served as usual. Port is that of the TLS
// listener; 0 and 443 are left out of the address.
func (p *Proxy) ToHTTPS(port int) gateway.Handler {
	suffix := ""
	if port != 0 && port != 443 {
		suffix = fmt.Sprintf(":%d", port)
	}
	return gateway.HandlerFunc(func(x *gateway.Exchange) {
		r := &x.Request
		if r.Scheme == "https" || p.trusted.contain(r.Client.Addr()) && forwardedScheme(r) == "https" {
			p.Serve(x)
			return
		}
		v := p.receive(x)
		v.record = p.beginRecord(x, &v)
		name, _ := hostname(r.Host)
		if !p.hosts.accepts(r.Host) || len(r.Path) == 0 || r.Path[0] != '/' {
			p.fail(x, v, 421, nil)
		} else {
			b := append([]byte(nil), "https://"...)
			b = append(append(b, name...), suffix...)
			status := 308
			if r.Method == "GET" || r.Method == "HEAD" {
				status = 301
			}
			redirect(x, status, appendURI(b, r))
		}
		p.finish(x, v)
	})
}

// Close writes what is left of the access log and closes idle connections to
// upstreams and files that are kept open. Requests still running finish as usual.
func (p *Proxy) Close() error {
	for _, u := range p.upstreams {
		u.Close()
	}
	if u, ok := p.config.App.(*Upstream); ok {
		u.Close()
	}
	for _, c := range p.closers {
		c.Close()
	}
	if p.access != nil {
		return p.access.close()
	}
	return nil
}

var _ gateway.Cooperative = (*Proxy)(nil)
