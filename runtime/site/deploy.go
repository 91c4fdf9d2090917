package site

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Deploy is what check --deploy looks at of the site file; what the environment
// says it looks up itself.
type Deploy struct {
	// Layers are the built-in layers of the middleware.
	Layers []string
	// HSTS and those below it are what the layer security is told.
	HSTS                        time.Duration
	HSTSSubdomains, HSTSPreload bool
	SSLRedirect                 bool
	ReferrerPolicy              string
	// FrameOptions is the value of the layer clickjacking.
	FrameOptions string
	// CSPReportOnly says that the layer csp only reports.
	CSPReportOnly bool
	// Forms says that the site has views with forms.
	Forms bool
	// Email and Cache are the URLs of those blocks, "" without them.
	Email, Cache string
	// OpenSockets are the views with a WebSocket that pages of every site may open.
	OpenSockets []string
	// MinLength is how short a password may be, 0 for a site without users.
	MinLength int
}

// deployment is a site as it would be served now.
type deployment struct {
	Definition
	deploy Deploy
	// keys are the secrets, the fallbacks behind the first; none where the site makes its own.
	keys []string
	// debug says that the environment asks for pages that show errors.
	debug bool
	root  bool
}

func (d *deployment) layer(name string) bool { return slices.Contains(d.deploy.Layers, name) }

// tls reports whether a listener speaks TLS, plain the listeners that
// others reach, serve pages and do not.
func (d *deployment) tls() (tls bool, plain []string) {
	for _, l := range d.Listeners {
		switch {
		case l.TLS != nil:
			tls = true
		case !l.RedirectToHTTPS && !isLoopback(l.Address):
			plain = append(plain, l.Name)
		}
	}
	return tls, plain
}

// public reports whether others than this machine reach the site.
func (d *deployment) public() bool {
	return slices.ContainsFunc(d.Listeners, func(l Listener) bool { return !isLoopback(l.Address) })
}

// deployCheck is a check of what to look at before a site is public.
type deployCheck struct {
	// ID is Django's id, or one of ours.
	ID string
	// About is what it asks, Here how this is settled in a site of stackgen.
	About, Here string
	// find says what is wrong, "" where nothing is; nil is a check that cannot
	// fail here, for the reason that Here gives.
	find func(d *deployment) string
}

// weakKey says what Django says of a key that can be guessed.
func weakKey(key string) string {
	distinct := map[rune]bool{}
	for _, r := range key {
		distinct[r] = true
	}
	switch {
	case len(key) < 50:
		return fmt.Sprintf("has %d characters, and should have 50 or more", len(key))
	case len(distinct) < 5:
		return fmt.Sprintf("has %d different characters, and should have 5 or more", len(distinct))
	case strings.HasPrefix(key, "django-insecure-"):
		return "begins with django-insecure-, which marks a key for development"
	}
	return ""
}

// when is text where something holds.
func when(holds bool, text string) string {
	if holds {
		return text
	}
	return ""
}

// deployChecks are all of them: Django's deployment checks in the order of its
// documentation, then ours. docs/deploy.md is written from this table.
func deployChecks() []deployCheck {
	secured := func(d *deployment) bool { return d.layer("security") }
	speaksTLS := func(d *deployment) bool { tls, _ := d.tls(); return tls }
	return []deployCheck{
		{"async.E001", "DJANGO_ALLOW_ASYNC_UNSAFE is set", "Never: there is no such switch. Queries run on goroutines.", nil},
		{"mail.E001", "MAILERS is wrong", "Never: the URL of email is checked when the site is built, or when it starts where a variable has it.", nil},
		{"security.W001", "no SecurityMiddleware", "Applies to the layer security.",
			func(d *deployment) string {
				return when(d.App != nil && !secured(d), "The layer security is not in middleware, so browsers are not told to be careful. Put it first.")
			}},
		{"security.W002", "no XFrameOptionsMiddleware", "Applies to the layer clickjacking.",
			func(d *deployment) string {
				return when(d.App != nil && !d.layer("clickjacking"), "The layer clickjacking is not in middleware, so other sites can show these pages in a frame.")
			}},
		{"security.W003", "no CsrfViewMiddleware", "Applies to sites with forms; stackgen check refuses the forms of generic views without the layer csrf.",
			func(d *deployment) string {
				return when(d.deploy.Forms && !d.layer("csrf"), "The layer csrf is not in middleware, so other sites can send this one's forms in a visitor's name.")
			}},
		{"security.W004", "SECURE_HSTS_SECONDS is not set", "Applies where a listener speaks TLS: hsts of the block security, or of the proxy.",
			func(d *deployment) string {
				return when(speaksTLS(d) && !d.hsts(), "Browsers are not told to use TLS only. Set hsts in the block security, to a short time at first.")
			}},
		{"security.W005", "SECURE_HSTS_INCLUDE_SUBDOMAINS is not True", "Applies where there is HSTS.",
			func(d *deployment) string {
				return when(d.hsts() && !d.deploy.HSTSSubdomains && !strings.Contains(d.Proxy.HSTS, "includeSubDomains"), "HSTS leaves the names below the site's out. Set hsts_subdomains where all of them speak TLS.")
			}},
		{"security.W006", "SECURE_CONTENT_TYPE_NOSNIFF is not True", "Never: the layer security always sends it, as the proxy does with files.", nil},
		{"security.W007", "SECURE_BROWSER_XSS_FILTER is not True", "Never: Django has removed it, browsers too.", nil},
		{"security.W008", "SECURE_SSL_REDIRECT is not True", "Applies to listeners that others reach without TLS.",
			func(d *deployment) string {
				_, plain := d.tls()
				return when(len(plain) > 0 && !d.deploy.SSLRedirect, "The listener "+strings.Join(plain, ", ")+" serves pages without TLS. Write redirect_to_https = true, or tls.")
			}},
		{"security.W009", "SECRET_KEY is weak", "Applies to SECRET_KEY; fewer than 32 characters are refused. A site on loopback makes itself a good one.",
			func(d *deployment) string {
				if len(d.keys) == 0 {
					return ""
				}
				if weak := weakKey(d.keys[0]); weak != "" {
					return "SECRET_KEY " + weak + ". Make one with: openssl rand -base64 48"
				}
				return ""
			}},
		{"security.W010", "SESSION_COOKIE_SECURE is not True (sessions installed)", "Never: session cookies are Secure whenever the request came by TLS; see W008.", nil},
		{"security.W011", "SESSION_COOKIE_SECURE is not True (session middleware)", "Never, as W010.", nil},
		{"security.W012", "SESSION_COOKIE_SECURE is not True", "Never, as W010.", nil},
		{"security.W013", "SESSION_COOKIE_HTTPONLY is not True (sessions installed)", "Never: session cookies are HttpOnly, and no setting changes it.", nil},
		{"security.W014", "SESSION_COOKIE_HTTPONLY is not True (session middleware)", "Never, as W013.", nil},
		{"security.W015", "SESSION_COOKIE_HTTPONLY is not True", "Never, as W013.", nil},
		{"security.W016", "CSRF_COOKIE_SECURE is not True", "Never: the cookie is Secure whenever the request came by TLS; see W008.", nil},
		{"security.W017", "CSRF_COOKIE_HTTPONLY is not True", "Never: Django has removed it, as it protects nothing.", nil},
		{"security.W018", "DEBUG is True", "Applies to the variable that stackgen run sets; a site that others reach ignores it.",
			func(d *deployment) string {
				return when(d.debug, debugEnv+" is set, so failures show the site's insides to who reaches it by loopback. Unset it.")
			}},
		{"security.W019", "X_FRAME_OPTIONS is not DENY", "Applies to frame_options of the block clickjacking.",
			func(d *deployment) string {
				return when(d.layer("clickjacking") && d.deploy.FrameOptions != "" && !strings.EqualFold(d.deploy.FrameOptions, "DENY"), "Pages may be shown in frames of this site (frame_options). Leave it away unless parts of the site do so.")
			}},
		{"security.W020", "ALLOWED_HOSTS is empty", "Applies to domains: a site without any answers to loopback alone, and stackgen check refuses it on a listener that others reach.",
			func(d *deployment) string {
				return when(d.public() && len(d.Proxy.Hosts) == 0, "The site names no domains. Set domains of the block site.")
			}},
		{"security.W021", "SECURE_HSTS_PRELOAD is not True", "Applies where there is HSTS for names below.",
			func(d *deployment) string {
				return when(d.hsts() && d.deploy.HSTSSubdomains && !d.deploy.HSTSPreload && !strings.Contains(d.Proxy.HSTS, "preload"), "The site cannot be on the list of sites that browsers come with. Set hsts_preload when you want it there.")
			}},
		{"security.W022", "SECURE_REFERRER_POLICY is not set", "Applies where the layer's is switched off; it is same-origin when not written.",
			func(d *deployment) string {
				return when(secured(d) && d.deploy.ReferrerPolicy == "off", "Browsers tell other sites the whole address that a visitor comes from. Set referrer_policy of the block security.")
			}},
		{"security.E023", "SECURE_REFERRER_POLICY is invalid", "Never at this time: stackgen check refuses it.", nil},
		{"security.E024", "SECURE_CROSS_ORIGIN_OPENER_POLICY is invalid", "Never at this time: stackgen check refuses it.", nil},
		{"security.W025", "a key of SECRET_KEY_FALLBACKS is weak", "Applies to SECRET_KEY_FALLBACKS.",
			func(d *deployment) string {
				for i, key := range d.keys {
					if weak := weakKey(key); i > 0 && weak != "" {
						return fmt.Sprintf("The key %d of SECRET_KEY_FALLBACKS %s. What it has signed can be forged as long as it stands there.", i, weak)
					}
				}
				return ""
			}},
		{"security.E026", "SECURE_CSP is no dictionary", "Never: csp is a block, and stackgen check knows its directives.", nil},
		{"security.W027", "a CSP nonce without the context processor", "Never: templates know csp_nonce wherever the layer csp is in middleware.", nil},
		{"security.E100", "DEFAULT_HASHING_ALGORITHM is invalid", "Never: Django has removed it.", nil},
		{"security.E101", "CSRF_FAILURE_VIEW cannot be imported", "Never: the page is 403.html, which is compiled.", nil},
		{"security.E102", "CSRF_FAILURE_VIEW does not take the arguments", "Never, as E101.", nil},

		{"stackgen.W001", "a site for every host", "domains = [\"*\"] lets a visitor choose the host of links in e-mails.",
			func(d *deployment) string {
				return when(slices.Contains(d.Proxy.Hosts, "*"), "The site answers to every host, so that a forged one gets into links, those of password resets too. Name the domains.")
			}},
		{"stackgen.W002", "e-mail that goes nowhere", "email with console:, file: or memory: is for development.",
			func(d *deployment) string {
				scheme, _, _ := strings.Cut(d.deploy.Email, ":")
				return when(slices.Contains([]string{"console", "file", "memory"}, scheme), "E-mail goes to "+scheme+": and reaches nobody. Give email a url such as smtp://user:password@host:587.")
			}},
		{"stackgen.W003", "counts that each worker keeps for itself", "Failed logins and a view's rate_limit are counted in the cache, and without one each process has its own.",
			func(d *deployment) string {
				return when(d.deploy.MinLength > 0 && d.Workers.Mode == "process" && d.Workers.Count != 1 && (d.deploy.Cache == "" || strings.HasPrefix(d.deploy.Cache, "memory:")),
					"Each worker counts failed logins for itself, so that there are as many attempts more as there are workers. Write cache { url = \"redis://…\" } or \"file:\".")
			}},
		{"stackgen.W004", "short passwords", "auth.min_length under 8.",
			func(d *deployment) string {
				return when(d.deploy.MinLength > 0 && d.deploy.MinLength < 8, fmt.Sprintf("Passwords may have %d characters. Set min_length of the block auth to 8 or more.", d.deploy.MinLength))
			}},
		{"stackgen.W005", "a CSP that stops nothing", "report_only of the block csp.",
			func(d *deployment) string {
				return when(d.layer("csp") && d.deploy.CSPReportOnly, "The content security policy only reports. Take report_only away when the reports are quiet.")
			}},
		{"stackgen.W006", "no content security policy", "The layer csp is not in middleware.",
			func(d *deployment) string {
				return when(d.App != nil && d.deploy.Forms && !d.layer("csp"), "There is no content security policy, so a script that gets into a page runs. Add the layer csp.")
			}},
		{"stackgen.W007", "a site that runs as root", "workers.user is not set, and root starts the site.",
			func(d *deployment) string {
				return when(d.root && d.Workers.User == "", "The processes run as root. Set user of the block workers, or have the system start the site as somebody else.")
			}},
		{"stackgen.W008", "WebSockets for every site's pages", "origins = [\"*\"] of a websocket view, in a site with the layer session.",
			func(d *deployment) string {
				return when(len(d.deploy.OpenSockets) > 0 && d.layer("session"),
					"Pages of any site can open "+strings.Join(d.deploy.OpenSockets, ", ")+" with a visitor's session, as browsers send its cookie along. Name the sites in origins.")
			}},
	}
}

// hsts reports whether browsers are told to use TLS only.
func (d *deployment) hsts() bool {
	return d.layer("security") && d.deploy.HSTS > 0 || d.Proxy.HSTS != ""
}

// finding is what a deployment check found.
type finding struct{ ID, Text string }

// findings are what there is to look at.
func (d *deployment) findings() []finding {
	var list []finding
	for _, c := range deployChecks() {
		if c.find == nil {
			continue
		}
		if text := c.find(d); text != "" {
			list = append(list, finding{c.ID, text})
		}
	}
	return list
}
