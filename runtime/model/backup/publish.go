// Package backup gives copies of databases their names when they are whole. The
// drivers' own copies and the site's command use it.
package backup

import (
	"errors"
	"io/fs"
	"os"
)

// Publish gives a finished file in the same folder the name path, which must be free: an
// error that is fs.ErrExist says that it is not, and nothing was replaced. The name that
// it had until now may stay; the caller removes it.
func Publish(part, path string) error { return publish(part, path, os.Link) }

// publish links, because a link never replaces a file that came meanwhile. Where the file
// system has no links (FAT, some of networks and of virtual machines), the name is taken
// with an empty file first, which only the copy then replaces.
func publish(part, path string, link func(old, new string) error) error {
	err := link(part, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	taken, exists := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if exists != nil {
		return errors.Join(err, exists)
	}
	if err := taken.Close(); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	if err := os.Rename(part, path); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
