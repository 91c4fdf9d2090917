package schema

import (
	"mime"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // zones are checked by the same table on every machine

	"github.com/hashicorp/hcl/v2"
)

var (
	namePattern     = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	sitePattern     = regexp.MustCompile(`^[a-z][a-z0-9]*([-_][a-z0-9]+)*$`)
	modulePattern   = regexp.MustCompile(`^[a-z0-9][-a-zA-Z0-9._~]*(/[-a-zA-Z0-9._~]+)*$`)
	envPattern      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	languagePattern = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)
	domainPattern   = regexp.MustCompile(`^(\*|(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$`)
	headerPattern   = regexp.MustCompile("^[-!#$%&'*+.^_`|~0-9A-Za-z]+$")
	tablePattern    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// checkName checks a label that is a name, or the name of a local.
func checkName(what, name string, at hcl.Range) *Diagnostic {
	switch {
	case what == "site":
		if !sitePattern.MatchString(name) {
			x := badName(what, name, at)
			return &x
		}
		return nil
	case !namePattern.MatchString(name):
		x := badName(what, name, at)
		return &x
	}
	for _, r := range reservedNames(what) {
		if r.name == name {
			x := reservedName(what, name, r.why, at)
			return &x
		}
	}
	return nil
}

// IsName reports whether a block of the kind, "model" or "field", may have the name.
func IsName(kind, name string) bool { return checkName(kind, name, hcl.Range{}) == nil }

// reserved is a name that means something else, and what.
type reserved struct{ name, why string }

func reservedNames(what string) []reserved {
	switch what {
	case "model":
		return []reserved{
			{"request", "the request in conditions"}, {"url", "the route's captures in conditions"},
			{"var", "variables"}, {"local", "locals"}, {"go", "Go functions"}, {"app", "the application"},
			{"object", "the row in templates"}, {"form", "the form in templates"},
		}
	case "field":
		return []reserved{{"pk", "the primary key under whatever name it has"}, {"objects", "the model's rows"}}
	case "query", "formset":
		return []reserved{
			{"request", "the request in templates"}, {"form", "the form in templates"}, {"object", "the row in templates"},
			{"object_list", "the rows of a list view"}, {"page_obj", "the page of a list view"},
			{"paginator", "the pages of a list view"}, {"is_paginated", "the pages of a list view"},
			{"csrf_token", "the token of forms"}, {"forloop", "the state of a loop"}, {"block", "the block around"}, {"view", "the view"},
		}
	}
	return nil
}

func checkModule(v any) *problem {
	module := v.(string)
	if !modulePattern.MatchString(module) || strings.HasSuffix(module, ".") {
		return badModule(module)
	}
	first, _, _ := strings.Cut(module, "/")
	for _, name := range standardLibrary() {
		if first == name {
			return standardModule(module, first)
		}
	}
	return nil
}

// standardLibrary lists the first elements of the standard library's import paths.
func standardLibrary() []string {
	return []string{
		"archive", "arena", "bufio", "builtin", "bytes", "cmd", "cmp", "compress", "container", "context", "crypto", "database",
		"debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image", "index", "internal",
		"io", "iter", "log", "main", "maps", "math", "mime", "net", "os", "path", "plugin", "reflect", "regexp", "runtime",
		"simd", "slices", "sort", "std", "strconv", "strings", "structs", "sync", "syscall", "test", "testing", "text",
		"time", "tool", "unicode", "unique", "unsafe", "vendor", "weak",
	}
}

func checkDomain(v any) *problem {
	if !domainPattern.MatchString(v.(string)) {
		return badDomain(v.(string))
	}
	return nil
}

func checkTimeZone(v any) *problem {
	if name := v.(string); name == "" || name == "Local" {
		return badTimeZone(name)
	} else if _, err := time.LoadLocation(name); err != nil {
		return badTimeZone(name)
	}
	return nil
}

func checkLanguage(v any) *problem {
	if !languagePattern.MatchString(v.(string)) {
		return badLanguage(v.(string))
	}
	return nil
}

func checkNotEmpty(v any) *problem {
	if strings.TrimSpace(v.(string)) == "" {
		return emptyText()
	}
	return nil
}

func checkEnvironmentName(v any) *problem {
	if !envPattern.MatchString(v.(string)) {
		return badEnvironmentName(v.(string))
	}
	return nil
}

func checkPositive(v any) *problem {
	switch n := v.(type) {
	case int:
		if n < 1 {
			return notPositive("1 or more")
		}
	case int64:
		if n < 1 {
			return notPositive("more than nothing, such as \"64KB\"")
		}
	case time.Duration:
		if n <= 0 {
			return notPositive("more than nothing, such as \"30s\"")
		}
	}
	return nil
}

func checkNotNegative(v any) *problem {
	if v.(int) < 0 {
		return notPositive("0 or more")
	}
	return nil
}

func checkDatabaseURL(v any) *problem {
	_, rest, _ := strings.Cut(v.(string), ":")
	switch engineOf(v.(string)) {
	case "sqlite":
		if rest == "" || strings.HasPrefix(rest, "//") {
			return badDatabasePath(v.(string))
		}
	case "postgres":
		if u, err := url.Parse(v.(string)); err != nil || !strings.HasPrefix(rest, "//") || u.Path == "" || u.Path == "/" {
			return badDatabaseServer()
		}
	default:
		return badDatabase(v.(string))
	}
	return nil
}

func checkServerURL(v any) *problem {
	text := v.(string)
	if p, ok := strings.CutPrefix(text, "unix:"); ok {
		if p == "" {
			return badServerURL(text)
		}
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Path != "" {
		return badServerURL(text)
	}
	if port := u.Port(); port != "" && !goodPort(port) {
		return badServerURL(text)
	}
	return nil
}

func checkProbePath(v any) *problem {
	text := v.(string)
	if u, err := url.ParseRequestURI(text); err != nil || text[0] != '/' || u.Fragment != "" || strings.ContainsAny(text, " #") {
		return badProbePath(text)
	}
	return nil
}

// checkLink checks a Link field (RFC 8288).
func checkLink(v any) *problem {
	text := v.(string)
	if !strings.HasPrefix(text, "<") || !strings.Contains(text, ">; rel=") || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return badLink(text)
	}
	return nil
}

// checkNameServer checks where a name server is: an address, with a port or not.
func checkNameServer(v any) *problem {
	text := v.(string)
	if _, err := netip.ParseAddrPort(text); err == nil {
		return nil
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return nil
	}
	return badNameServer(text)
}

var plainPath = regexp.MustCompile(`^(/[-A-Za-z0-9_~]+(\.[-A-Za-z0-9_~]+)*)+$`)

var servicePattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?|_[a-z0-9-]+\._(tcp|udp))$`)

// checkService checks the name of a service (RFC 6335, section 5.1).
func checkService(v any) *problem {
	if text := v.(string); !servicePattern.MatchString(text) {
		return badService(text)
	}
	return nil
}

func checkCookieName(v any) *problem {
	if !headerPattern.MatchString(v.(string)) {
		return badCookieName(v.(string))
	}
	return nil
}

func checkProbeStatus(v any) *problem {
	if n := v.(int); n < 200 || n > 599 {
		return badProbeStatus(n)
	}
	return nil
}

func checkEmail(v any) *problem {
	if a, err := mail.ParseAddress(v.(string)); err != nil || a.Address != v.(string) {
		return badEmail(v.(string))
	}
	return nil
}

func checkHTTPS(v any) *problem {
	if u, err := url.Parse(v.(string)); err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return badHTTPS(v.(string))
	}
	return nil
}

func checkAddress(v any) *problem {
	text := v.(string)
	if p, ok := strings.CutPrefix(text, "unix:"); ok {
		if p == "" {
			return badAddress(text)
		}
		return nil
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil || !goodPort(port) || host != "" && !goodHost(host) {
		return badAddress(text)
	}
	return nil
}

func goodPort(text string) bool {
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > 65535 {
			return false
		}
		n = n*10 + int(r-'0')
	}
	return text != "" && n <= 65535
}

func goodHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return domainPattern.MatchString(strings.ToLower(host)) && !strings.Contains(host, "*")
}

func checkNetwork(v any) *problem {
	text := v.(string)
	if _, err := netip.ParsePrefix(text); err == nil || text == "unix:" {
		return nil
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return nil
	}
	return badNetwork(text)
}

func checkLocalPath(v any) *problem {
	text := v.(string)
	if !filepath.IsLocal(filepath.FromSlash(text)) || text == "." {
		return badLocalPath(text)
	}
	if clean := path.Clean(text); clean != text {
		return uncleanPath(text, clean)
	}
	return nil
}

func checkFileName(v any) *problem {
	if text := v.(string); text == "" || text == "." || text == ".." || strings.ContainsAny(text, `/\`) {
		return badFileName(text)
	}
	return nil
}

func checkRedirectStatus(v any) *problem {
	switch v.(int) {
	case 301, 302, 303, 307, 308:
		return nil
	}
	return badRedirectStatus(v.(int))
}

func checkHeaderName(v any) *problem {
	if !headerPattern.MatchString(v.(string)) {
		return badHeaderName(v.(string))
	}
	return nil
}

func checkHeaderValue(v any) *problem {
	for _, r := range v.(string) {
		if r < ' ' && r != '\t' || r == 0x7f {
			return badHeaderValue()
		}
	}
	return nil
}

func checkContentType(v any) *problem {
	if kind, _, err := mime.ParseMediaType(v.(string)); err != nil || !strings.Contains(kind, "/") {
		return badContentType(v.(string))
	}
	return nil
}

func checkTableName(v any) *problem {
	if !tablePattern.MatchString(v.(string)) || strings.HasPrefix(v.(string), "sqlite_") {
		return badTableName(v.(string))
	}
	if name := v.(string); len(name) > maxObjectName {
		return &problem{"Table name too long", nameTooLong(name) + " Write a shorter one."}
	}
	return nil
}

// IsTableName reports whether db_table takes a name.
func IsTableName(name string) bool { return checkTableName(name) == nil }

func checkFormerName(v any) *problem {
	if !tablePattern.MatchString(v.(string)) {
		return badTableName(v.(string))
	}
	return nil
}

func checkRouteName(v any) *problem {
	if !namePattern.MatchString(v.(string)) {
		return badRouteName(v.(string))
	}
	return nil
}

func checkNamespace(v any) *problem { return checkRouteName(v) }

var octalPattern = regexp.MustCompile(`^0?[0-7]{3}$`)

// checkOctal checks a file mode, or a mask of one.
func checkOctal(v any) *problem {
	if text := v.(string); !octalPattern.MatchString(text) {
		return notOctal(text)
	}
	return nil
}
