//go:build e2e

package e2e

import (
	"io"
	"net"
	"strings"
	"time"
)

// raw sends bytes as they are and returns what comes back until the site closes.
func (s *site) raw(request string) string {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	go io.WriteString(conn, request)
	b, _ := io.ReadAll(conn) // a reset after the answer is the site's right
	return string(b)
}
