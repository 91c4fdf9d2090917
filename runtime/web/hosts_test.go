package web_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/hosts.json says what Django 6.1 answers. Left out: what
// its settings do with X-Forwarded headers and requests without a Host, which
// are the engine's and the proxy's affair here; and the wildcard "*.name",
// which Django does not know.

type hostCase struct {
	ID           string
	Host         *string
	AllowedHosts []string `json:"allowed_hosts"`
	Secure       bool
	Settings     map[string]any
	Error        string
	GetHost      string `json:"get_host"`
	Absolute     string `json:"absolute_uri"`
	AbsoluteX    string `json:"absolute_uri_x"`
	AbsoluteRel  string `json:"absolute_uri_rel"`
}

func TestDjangoHosts(t *testing.T) {
	var file struct{ Cases []hostCase }
	raw, err := os.ReadFile("testdata/hosts.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, c := range file.Cases {
		debug, _ := c.Settings["DEBUG"].(bool)
		if c.Host == nil || len(c.Settings) > 0 && !debug || len(c.AllowedHosts) == 0 && !debug {
			continue
		}
		if strings.HasPrefix(strings.Join(c.AllowedHosts, " "), "*.") {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) { c.run(t, debug) })
	}
	if ran < 50 {
		t.Errorf("only %d cases ran", ran)
	}
}

func (c hostCase) run(t *testing.T, debug bool) {
	app, err := web.New(web.Config{
		Hosts: c.AllowedHosts, AllowLoopback: debug && len(c.AllowedHosts) == 0,
		Routes: []web.Route{{Pattern: "/p/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
			lines := []string{r.Host(), r.AbsoluteURL("/p/"), r.AbsoluteURL("/x?y=1"), r.AbsoluteURL("rel")}
			return web.Text(strings.Join(lines, "\n")), nil
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := webtest.New(app)
	client.Secure = c.Secure
	got := client.Do(webtest.Request{Target: "/p/", Header: [][2]string{{"Host", *c.Host}}})
	if c.Error != "" {
		if got.Status != 400 {
			t.Errorf("%q: status %d, want 400", *c.Host, got.Status)
		}
		return
	}
	want := strings.Join([]string{c.GetHost, c.Absolute, c.AbsoluteX, c.AbsoluteRel}, "\n")
	if got.Status != 200 || got.Body != want {
		t.Errorf("%q: status %d\n%s\nwant\n%s", *c.Host, got.Status, got.Body, want)
	}
}

func TestWildcardHosts(t *testing.T) {
	app, err := web.New(web.Config{Hosts: []string{"*.example.com"}, AllowLoopback: true,
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(*web.Request) (*web.Response, error) { return web.Text("ok"), nil }}}}})
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]int{
		"a.example.com": 200, "A.B.Example.COM:8000": 200, "example.com": 400, "badexample.com": 400,
		"localhost:8000": 200, "127.0.0.1": 200, "[::1]:80": 200, "192.0.2.1": 400, "": 400, "a..b": 400,
	} {
		got := webtest.New(app).Do(webtest.Request{Target: "/", Header: [][2]string{{"Host", host}}})
		if got.Status != want {
			t.Errorf("%q: %d, want %d", host, got.Status, want)
		}
	}
}
