package server

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// certificates are those of a listener, by the names that they are for.
type certificates struct {
	issuer Issuer
	log    *slog.Logger
	index  atomic.Pointer[certificateIndex]

	files []certificateFile // of who loads and watches
	// authorities are who clients' certificates are from, nil where none are asked for.
	authorities *authorityFile
}

// authorityFile is a file of authorities as it was read last.
type authorityFile struct {
	name  string
	state fileState
	pool  atomic.Pointer[x509.CertPool]
}

// refresh reads the file again if it changed; one that cannot be used leaves the authorities as they were.
func (f *authorityFile) refresh(log *slog.Logger) {
	now := lookAt(f.name)
	if now.same(f.state) {
		return
	}
	f.state = now
	pool, err := readAuthorities(f.name)
	if err != nil {
		log.Error("the authorities of clients changed and cannot be used; the old ones stay", "client_ca", f.name, "error", err)
		return
	}
	f.pool.Store(pool)
	log.Info("the authorities of clients were read again", "client_ca", f.name)
}

// lookAt is what a file is now.
func lookAt(name string) fileState {
	if info, err := os.Stat(name); err == nil {
		return fileState{info.ModTime(), info.Size(), info}
	}
	return fileState{}
}

// certificateFile is a Certificate as it was read last.
type certificateFile struct {
	Certificate
	state  [2]fileState
	loaded *tls.Certificate
}

// fileState tells one content of a file from another.
type fileState struct {
	modified time.Time
	size     int64
	info     os.FileInfo
}

// certificateIndex finds certificates. Several are for one name where their keys
// are of different kinds, and clients know one of them.
type certificateIndex struct {
	first *tls.Certificate
	exact map[string][]*tls.Certificate
	below map[string][]*tls.Certificate // "example.com" for "*.example.com"
}

func loadCertificates(t TLS) (*certificates, error) {
	set := &certificates{issuer: t.Issuer, log: t.Log}
	for _, c := range t.Certificates {
		f := certificateFile{Certificate: c}
		f.state = f.look()
		if err := f.load(); err != nil {
			return nil, err
		}
		set.files = append(set.files, f)
	}
	set.build()
	return set, nil
}

// look is what the two files are now.
func (f *certificateFile) look() (state [2]fileState) {
	for i, name := range [...]string{f.CertFile, f.KeyFile} {
		state[i] = lookAt(name)
	}
	return state
}

func (f *certificateFile) load() error {
	pair, err := tls.LoadX509KeyPair(f.CertFile, f.KeyFile)
	if err != nil {
		return fmt.Errorf("server: certificate %s: %w", f.CertFile, err)
	}
	f.loaded = &pair
	return nil
}

func (s *certificates) build() {
	index := &certificateIndex{exact: map[string][]*tls.Certificate{}, below: map[string][]*tls.Certificate{}}
	for _, f := range s.files {
		if index.first == nil {
			index.first = f.loaded
		}
		for _, name := range f.loaded.Leaf.DNSNames {
			name = strings.ToLower(name)
			if parent, ok := strings.CutPrefix(name, "*."); ok {
				index.below[parent] = append(index.below[parent], f.loaded)
			} else {
				index.exact[name] = append(index.exact[name], f.loaded)
			}
		}
	}
	s.index.Store(index)
}

// choose is tls.Config.GetCertificate.
func (s *certificates) choose(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	index := s.index.Load()
	name := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if s.issuer != nil && len(hello.SupportedProtos) == 1 && hello.SupportedProtos[0] == challengeProtocol {
		return s.issuer.Certificate(hello)
	}
	found := index.exact[name]
	if len(found) == 0 && (s.issuer == nil || !s.issuer.Covers(name)) {
		if _, parent, ok := strings.Cut(name, "."); ok {
			found = index.below[parent]
		}
	}
	for _, c := range found {
		if hello.SupportsCertificate(c) == nil {
			return c, nil
		}
	}
	switch {
	case len(found) > 0:
		return found[0], nil // the handshake says what the client lacks
	case s.issuer != nil && (index.first == nil || s.issuer.Covers(name)):
		return s.issuer.Certificate(hello)
	case index.first == nil:
		return nil, fmt.Errorf("server: there is no certificate for %q", name)
	}
	return index.first, nil
}

// certificateInterval is how often the files are looked at.
const certificateInterval = 5 * time.Second

// watch reads files again that change, until stop is closed.
func (s *certificates) watch(stop <-chan struct{}) {
	if len(s.files) == 0 && s.authorities == nil {
		return
	}
	tick := time.NewTicker(certificateInterval)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
			s.refresh()
		}
	}
}

// refresh reads the files that changed. A certificate and its key are two files
// and are written one after the other: until they fit, the old ones stay.
func (s *certificates) refresh() {
	changed := false
	for i := range s.files {
		f := &s.files[i]
		now := f.look()
		if now[0].same(f.state[0]) && now[1].same(f.state[1]) {
			continue
		}
		f.state = now
		if err := f.load(); err != nil {
			s.log.Error("a certificate that changed cannot be used; the old one stays", "certificate", f.CertFile, "key", f.KeyFile,
				"error", err, "old_expires", f.loaded.Leaf.NotAfter)
			continue
		}
		changed = true
		s.log.Info("a certificate was read again", "certificate", f.CertFile, "expires", f.loaded.Leaf.NotAfter)
	}
	if changed {
		s.build()
	}
	if s.authorities != nil {
		s.authorities.refresh(s.log)
	}
}

func (a fileState) same(b fileState) bool {
	if a.info == nil || b.info == nil {
		return a.info == b.info
	}
	return a.modified.Equal(b.modified) && a.size == b.size && os.SameFile(a.info, b.info)
}
