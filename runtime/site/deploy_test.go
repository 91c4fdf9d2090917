package site

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

var update = flag.Bool("update", false, "write docs/deploy.md anew")

// ready is a site that check --deploy finds nothing wrong with.
func ready() *deployment {
	d := &deployment{Definition: plain(), keys: []string{"k0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"}}
	d.Listeners = []Listener{{Name: "public", Address: ":443", TLS: &TLS{}}, {Name: "plain", Address: ":80", RedirectToHTTPS: true}}
	d.Proxy.Hosts = []string{"example.com"}
	d.Workers.User = "www"
	d.deploy = Deploy{
		Layers: []string{"security", "session", "csrf", "auth", "clickjacking", "csp"}, HSTS: time.Hour, HSTSSubdomains: true, HSTSPreload: true,
		Forms: true, Email: "smtp://mail.example.com", Cache: "redis://localhost", MinLength: 8,
	}
	return d
}

func (d *deployment) without(layer string) {
	d.deploy.Layers = slices.DeleteFunc(slices.Clone(d.deploy.Layers), func(l string) bool { return l == layer })
}

// Ensure that every check that can find something does where it should, and nowhere else.
func TestDeployChecks(t *testing.T) {
	strong := ready().keys[0]
	cases := []struct {
		name   string
		change func(d *deployment)
		want   string
	}{
		{"a site that is ready", func(*deployment) {}, ""},
		{"no layer security", func(d *deployment) { d.without("security") }, "security.W001 security.W004"},
		{"a proxy that says HSTS", func(d *deployment) { d.without("security"); d.Proxy.HSTS = "max-age=1; includeSubDomains; preload" }, "security.W001"},
		{"no layer clickjacking", func(d *deployment) { d.without("clickjacking") }, "security.W002"},
		{"no layer csrf", func(d *deployment) { d.without("csrf") }, "security.W003"},
		{"no layer csrf and no forms", func(d *deployment) { d.without("csrf"); d.deploy.Forms = false }, ""},
		{"no HSTS", func(d *deployment) { d.deploy.HSTS = 0 }, "security.W004"},
		{"HSTS for one name", func(d *deployment) { d.deploy.HSTSSubdomains = false }, "security.W005"},
		{"HSTS without the list", func(d *deployment) { d.deploy.HSTSPreload = false }, "security.W021"},
		{"pages without TLS", func(d *deployment) { d.Listeners[1].RedirectToHTTPS = false }, "security.W008"},
		{"a redirect in the application", func(d *deployment) { d.Listeners[1].RedirectToHTTPS, d.deploy.SSLRedirect = false, true }, ""},
		{"a plain listener of this machine", func(d *deployment) { d.Listeners[1] = Listener{Name: "l", Address: "127.0.0.1:80"} }, ""},
		{"a short key", func(d *deployment) { d.keys[0] = strong[:40] }, "security.W009"},
		{"a key of few characters", func(d *deployment) { d.keys[0] = strings.Repeat("abcd", 15) }, "security.W009"},
		{"Django's key for development", func(d *deployment) { d.keys[0] = "django-insecure-" + strong }, "security.W009"},
		{"a key that the site makes", func(d *deployment) { d.keys = nil }, ""},
		{"a weak old key", func(d *deployment) { d.keys = []string{strong, strong, "old"} }, "security.W025"},
		{"debug pages", func(d *deployment) { d.debug = true }, "security.W018"},
		{"frames of one's own", func(d *deployment) { d.deploy.FrameOptions = "SAMEORIGIN" }, "security.W019"},
		{"no frames, said twice", func(d *deployment) { d.deploy.FrameOptions = "deny" }, ""},
		{"no domains", func(d *deployment) { d.Proxy.Hosts = nil }, "security.W020"},
		{"no referrer policy", func(d *deployment) { d.deploy.ReferrerPolicy = "off" }, "security.W022"},
		{"every host", func(d *deployment) { d.Proxy.Hosts = []string{"*"} }, "stackgen.W001"},
		{"e-mail for nobody", func(d *deployment) { d.deploy.Email = "console:" }, "stackgen.W002"},
		{"no e-mail", func(d *deployment) { d.deploy.Email = "" }, ""},
		{"workers that count alone", func(d *deployment) { d.Workers.Mode, d.Workers.Count, d.deploy.Cache = "process", 4, "" }, "stackgen.W003"},
		{"short passwords", func(d *deployment) { d.deploy.MinLength = 6 }, "stackgen.W004"},
		{"a policy that reports", func(d *deployment) { d.deploy.CSPReportOnly = true }, "stackgen.W005"},
		{"no policy", func(d *deployment) { d.without("csp") }, "stackgen.W006"},
		{"root", func(d *deployment) { d.root, d.Workers.User = true, "" }, "stackgen.W007"},
		{"WebSockets for everybody's pages", func(d *deployment) { d.deploy.OpenSockets = []string{"chat"} }, "stackgen.W008"},
		{"those of nobody in particular", func(d *deployment) { d.deploy.OpenSockets = []string{"prices"}; d.without("session") }, ""},
	}
	tried := map[string]bool{}
	for _, tt := range cases {
		d := ready()
		d.App = func(*Env) (gateway.Handler, error) { return nil, nil }
		tt.change(d)
		var got []string
		for _, f := range d.findings() {
			got, tried[f.ID] = append(got, f.ID), true
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	for _, c := range deployChecks() {
		if c.find != nil && !tried[c.ID] {
			t.Errorf("no case finds %s", c.ID)
		}
	}
}

// Ensure that docs/deploy.md says what check --deploy does.
func TestDeployManual(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Before a site is public

` + "`SITE check --deploy`" + ` lists what somebody should have looked at before a site is public. It reads the site's own
description and the environment that it is called in, so call it where the site will run. It ends with
status 0 unless the site cannot be served; with ` + "`--fail-level warning`" + ` with 1 where it finds anything. What is settled
otherwise is left out by ` + "`--silence security.W021,stackgen.W006`" + `.

Django's deployment checks (6.1) keep their ids; many cannot fail here. ` + "`yes`" + ` marks those that are looked at.

| id | what it asks | looked at | here |
|---|---|---|---|
`)
	for _, c := range deployChecks() {
		yes := ""
		if c.find != nil {
			yes = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.ID, c.About, yes, c.Here)
	}
	const file = "../../docs/deploy.md"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not what the table says; run make update (%v)", file, err)
	}
}
