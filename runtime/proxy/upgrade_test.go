package proxy

import "testing"

// Ensure that a client is told which protocol a server insists on, unless it is one that would pass by the
// proxy's rules.
func TestUpgradeRequired(t *testing.T) {
	for sent, want := range map[string]string{
		"Connection: Upgrade\r\nUpgrade: websocket\r\n":      "websocket",
		"Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n": "websocket",
		"Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n":        "",
		"": "",
	} {
		url := script(t, "tcp", func(c *scriptConn) {
			c.request()
			c.say("HTTP/1.1 426 Upgrade Required\r\n" + sent + "Content-Length: 4\r\n\r\nwhy?")
		})
		_, address := front(t, UpstreamConfig{}, url)
		c := dial(t, address)
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		connection := ""
		if want != "" {
			connection = "Upgrade"
		}
		if a := c.read("GET"); a.status != 426 || a.field("Upgrade") != want || a.field("Connection") != connection || a.body != "why?" {
			t.Errorf("%q: got %d, Upgrade %q, Connection %q, %q", sent, a.status, a.field("Upgrade"), a.field("Connection"), a.body)
		}
	}
}
