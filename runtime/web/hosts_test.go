package web_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/hosts.json says what Django 6.1 answers. Every case runs;
// those of testdata/differences.json are listed there with the reason why they differ, and have to.

type hostCase struct {
	ID           string
	Host         *string
	AllowedHosts []string `json:"allowed_hosts"`
	Secure       bool
	Settings     map[string]any
	Headers      map[string]string
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
	raw, err = os.ReadFile("testdata/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var differences map[string]map[string]string
	if err := json.Unmarshal(raw, &differences); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		debug, _ := c.Settings["DEBUG"].(bool)
		problem := c.problem(t, debug)
		reason, listed := differences["hosts"][c.ID]
		switch {
		case listed && problem == "":
			t.Errorf("%s: listed as a difference (%s), but gives what Django gives", c.ID, reason)
		case !listed && problem != "":
			t.Errorf("%s: %s", c.ID, problem)
		}
	}
}

// problem says how the answer differs from the case's, "" for not at all.
func (c hostCase) problem(t *testing.T, debug bool) string {
	hosts := c.AllowedHosts
	if len(hosts) == 0 && !debug {
		hosts = []string{} // none at all, where nil would be for the proxy to check
	}
	app, err := web.New(web.Config{
		Log: slog.New(slog.DiscardHandler), Hosts: hosts, AllowLoopback: debug && len(c.AllowedHosts) == 0,
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
	host := ""
	if c.Host != nil {
		host = *c.Host
	}
	request := webtest.Request{Target: "/p/", Header: [][2]string{{"Host", host}}}
	for name, value := range c.Headers {
		request.Header = append(request.Header, [2]string{name, value})
	}
	got := client.Do(request)
	if c.Error != "" {
		if got.Status != 400 {
			return fmt.Sprintf("%q: status %d, want 400", host, got.Status)
		}
		return ""
	}
	want := strings.Join([]string{c.GetHost, c.Absolute, c.AbsoluteX, c.AbsoluteRel}, "\n")
	if got.Status != 200 || got.Body != want {
		return fmt.Sprintf("%q: status %d\n%s\nwant\n%s", host, got.Status, got.Body, want)
	}
	return ""
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
