package storage

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"
)

// ErrName says that a name would not be one beneath the folder.
var ErrName = errors.New("storage: the name is not allowed")

// Disk keeps files in a folder. It is safe for concurrent use.
type Disk struct{ root *os.Root }

// Open makes the folder where it is not there.
func Open(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return &Disk{root}, nil
}

// Close closes the folder.
func (d *Disk) Close() error { return d.root.Close() }

// tries is how often another name is tried where one is taken.
const tries = 100

// Save writes a file and returns the name that it got, with slashes:
// "contact/report.pdf", or "contact/report_x7Gh2Ka.pdf" where that is taken. A
// file that could not be written whole is removed.
func (d *Disk) Save(name string, content io.Reader) (string, error) {
	return d.SaveWithin(name, 0, content)
}

// SaveWithin is Save for a name of at most so many characters: a longer one is
// shortened before its extension. 0 is no limit; ErrName says that there is no
// room for a name.
func (d *Disk) SaveWithin(name string, limit int, content io.Reader) (string, error) {
	clean, ok := cleanName(name)
	if ok {
		clean, ok = shortened(clean, limit)
	}
	if !ok {
		return "", fmt.Errorf("%w: %q", ErrName, name)
	}
	if dir := path.Dir(clean); dir != "." {
		if err := d.root.MkdirAll(dir, 0o755); err != nil {
			return "", fmt.Errorf("storage: %w", err)
		}
	}
	free := clean
	for range tries {
		f, err := d.root.OpenFile(free, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			short, ok := shortened(clean, limit-added)
			if limit == 0 {
				short, ok = clean, true
			}
			if !ok {
				return "", fmt.Errorf("%w: %q", ErrName, name)
			}
			free = alternative(short)
			continue
		}
		if err != nil {
			return "", fmt.Errorf("storage: %w", err)
		}
		_, err = io.Copy(f, content)
		if err = errors.Join(err, f.Close()); err != nil {
			d.root.Remove(free)
			return "", fmt.Errorf("storage: write %s: %w", free, err)
		}
		return free, nil
	}
	return "", fmt.Errorf("storage: no free name like %s", clean)
}

// added is how many characters alternative adds.
const added = 8

// shortened is the name in at most so many characters; false where the extension and
// one character before it have no room.
func shortened(name string, limit int) (string, bool) {
	over := utf8.RuneCountInString(name) - limit
	if limit == 0 || over <= 0 {
		return name, true
	}
	dir, file := path.Split(name)
	ext := path.Ext(file)
	stem := []rune(strings.TrimSuffix(file, ext))
	if len(stem) <= over {
		return "", false
	}
	return dir + string(stem[:len(stem)-over]) + ext, true
}

// cleanName refuses what leads out of the folder, and names that are none.
func cleanName(name string) (string, bool) {
	if strings.ContainsAny(name, "\\\x00") {
		return "", false
	}
	clean := path.Clean(name)
	return clean, name != "" && clean != "." && !strings.HasSuffix(name, "/") && fs.ValidPath(clean)
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01234567"

// alternative adds seven random characters before the extension (get_alternative_name).
func alternative(name string) string {
	var b [7]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	dir, file := path.Split(name)
	ext := path.Ext(file)
	if ext == file {
		ext = "" // a name that begins with its only dot
	}
	return dir + strings.TrimSuffix(file, ext) + "_" + string(b[:]) + ext
}

// Open opens a file for reading; fs.ErrNotExist where there is none.
func (d *Disk) Open(name string) (*os.File, error) {
	clean, ok := cleanName(name)
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	f, err := d.root.Open(clean)
	if err != nil {
		return nil, fmt.Errorf("storage: %w", err)
	}
	return f, nil
}

// Delete removes a file, if there is one.
func (d *Disk) Delete(name string) error {
	clean, ok := cleanName(name)
	if !ok {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	if err := d.root.Remove(clean); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("storage: %w", err)
	}
	return nil
}
