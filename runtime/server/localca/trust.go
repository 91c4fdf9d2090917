package localca

import (
	"fmt"
	"path/filepath"
	"time"
)

// Trust says what to do so that the programs of this machine believe the authority of
// a data folder; it makes the authority where there is none.
func (Authority) Trust(dir string) (string, error) {
	root, err := OpenRoot(dir, time.Now())
	if err != nil {
		return "", err
	}
	file, err := filepath.Abs(CertificateFile(dir))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`The local CA of this site is %[1]q, good until %[2]s:

  %[3]s

Whoever can read the key beside it can pose as any site to those who believe it.

Debian, Ubuntu:
  sudo cp %[3]s /usr/local/share/ca-certificates/stackgen-local-ca.crt && sudo update-ca-certificates
Fedora, RHEL:
  sudo cp %[3]s /etc/pki/ca-trust/source/anchors/stackgen-local-ca.pem && sudo update-ca-trust
macOS:
  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain %[3]s
Windows:
  certutil -addstore -f ROOT %[3]s
Chromium on Linux (package libnss3-tools):
  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n stackgen-local-ca -i %[3]s
Firefox:
  Settings, Privacy & Security, View Certificates, Authorities, Import
curl, once:
  curl --cacert %[3]s https://localhost/
`, root.Certificate.Subject.CommonName, root.Certificate.NotAfter.Format(time.DateOnly), file), nil
}
