package server

import (
	"crypto/tls"
	"sync/atomic"
)

// handshakes counts TLS handshakes.
type handshakes struct {
	old, newest, failed atomic.Int64
}

func (h *handshakes) count(version uint16) {
	if version >= tls.VersionTLS13 {
		h.newest.Add(1)
	} else {
		h.old.Add(1)
	}
}
