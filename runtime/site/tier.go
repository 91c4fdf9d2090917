package site

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/proxy"
)

// The tiers that a machine may run alone (serve --tier).
const (
	tierProxy = "proxy"
	tierApp   = "app"
)

// appListener is the name of the listener of an application tier.
const appListener = "app"

// choose leaves one tier of the site.
func (s *settings) choose(tier, bind string) error {
	switch tier {
	case "":
		if bind != "" {
			return errors.New("--bind is for --tier app; the other listeners are in the site file, or --listen")
		}
		return nil
	case tierProxy:
		if bind != "" {
			return errors.New("--bind is for --tier app; the proxy listens where the site file says, or --listen")
		}
		if s.App == nil {
			return errors.New("--tier proxy: the site has no application to leave out")
		}
		if len(s.Workers.Addresses) == 0 {
			return errors.New("--tier proxy: workers.addresses names no machine that runs the application")
		}
		s.App, s.Database = nil, nil
	case tierApp:
		if s.App == nil {
			return errors.New("--tier app: the site has no application")
		}
		if bind == "" {
			return errors.New("--tier app: give --bind with the address where the proxy finds the application, for example --bind 10.0.0.2:9000")
		}
		if !strings.HasPrefix(bind, "unix:") {
			if _, _, err := net.SplitHostPort(bind); err != nil {
				return fmt.Errorf("--bind %s: give host and port, for example 10.0.0.2:9000, or unix:/path", bind)
			}
		}
		s.Listeners = []Listener{{Name: appListener, Address: bind}}
	default:
		return fmt.Errorf("--tier %s: the tiers are proxy and app", tier)
	}
	s.tier = tier
	return nil
}

// useRemote has the proxy hand on to the application on other machines.
func (s *settings) useRemote() error {
	var servers []proxy.Server
	for i, a := range s.Workers.Addresses {
		servers = append(servers, proxy.Server{Name: "app " + strconv.Itoa(i), URL: a})
	}
	app, err := proxy.NewUpstream(proxy.UpstreamConfig{
		Name: "app", Balance: proxy.LeastConn, Workers: true, Servers: servers, Log: s.log, Pollers: s.pollers,
		ReadTimeout: s.Workers.Timeout + 5*time.Second, Keepalive: 256, MaxFails: 1,
	})
	if err != nil {
		return err
	}
	s.Proxy.App = app
	return nil
}
