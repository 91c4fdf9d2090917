package site

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// pipeEnv has the test binary write to its standard output as a site does.
const pipeEnv = "SITE_TEST_PIPE"

func TestMain(m *testing.M) {
	if os.Getenv(pipeEnv) != "" {
		surviveBrokenPipes()
		_, err := fmt.Println("a line of the access log")
		fmt.Fprint(os.Stderr, "lives on: ", err)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A process whose log nobody reads any more goes on.
func TestSurviveBrokenPipes(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	read.Close()
	defer write.Close()
	var said strings.Builder
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), pipeEnv+"=1")
	cmd.Stdout, cmd.Stderr = write, &said
	if err := cmd.Run(); err != nil || !strings.Contains(said.String(), "lives on: write /dev/stdout: broken pipe") {
		t.Errorf("ended with %v: %s", err, said.String())
	}
}

// plain is a site that could serve.
func plain() Definition {
	return Definition{
		Name: "test", Listeners: []Listener{{Name: "public", Address: "127.0.0.1:0"}},
		Workers: Workers{Mode: "inline", Count: 1, Timeout: time.Second, GracefulTimeout: time.Second},
		App:     func(*Env) (gateway.Handler, error) { return nil, nil },
	}
}

// What serve refuses before it starts anything, with the reason.
func TestServeRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Definition)
		args   string
		want   string
	}{
		{"listen without a port", nil, "--listen 8000", "--listen 8000: give host and port"},
		{"workers of an inline site", nil, "--workers 2", "the site runs inline"},
		{"a negative number of workers", func(d *Definition) { d.Workers.Mode = "process" }, "--workers -1", "--workers -1: give the number"},
		{"no workers", func(d *Definition) { d.Workers.Count = 0 }, "", "workers.count is 0"},
		{"no time for requests", func(d *Definition) { d.Workers.Timeout = 0 }, "", "workers.timeout is 0s"},
		{"no time to finish", func(d *Definition) { d.Workers.GracefulTimeout = 0 }, "", "workers.graceful_timeout is 0s"},
		{"a listener without an address", func(d *Definition) { d.Listeners[0].Address = "" }, "", "listener public has no address"},
		{"an address twice", func(d *Definition) {
			d.Listeners = []Listener{{Name: "a", Address: "127.0.0.1:1"}, {Name: "b", Address: "127.0.0.1:1"}}
		}, "", "two listeners have the address 127.0.0.1:1"},
		{"no key where others can reach the site", nil, "--listen 0.0.0.0:0", "SECRET_KEY is not set"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := plain()
			if tt.change != nil {
				tt.change(&d)
			}
			var out, errs strings.Builder
			p := &program{define: func(*Variables) Definition { return d }, stdout: &out, stderr: &errs, lookup: none}
			args := append([]string{"serve", "--data", t.TempDir()}, strings.Fields(tt.args)...)
			if status := p.run(context.Background(), args); status != 1 || !strings.Contains(errs.String(), tt.want) {
				t.Errorf("status %d: %s", status, errs.String())
			}
		})
	}
}
