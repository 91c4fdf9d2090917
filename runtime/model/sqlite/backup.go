package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/backup"
)

// Backup copies the database as it is at one moment (VACUUM INTO), while readers
// and the writer go on. The copy is checked, and appears under its name when it
// is whole; the name must be free.
func (p *pool) Backup(ctx context.Context, path string) error {
	if p.memory {
		return fmt.Errorf("%w: it is in memory", model.ErrNoBackup)
	}
	if err := p.backup(ctx, path); err != nil {
		return fmt.Errorf("sqlite: backup of %s: %w", p.path, err)
	}
	return nil
}

func (p *pool) backup(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s: %w", path, fs.ErrExist)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(filepath.Dir(path), ".backup")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	part := filepath.Join(folder, "copy.db")
	c, err := openConn(p.path, p.timeout, false)
	if err != nil {
		return err
	}
	c.watch(ctx)
	err = c.run(ctx, "VACUUM INTO '"+strings.ReplaceAll(part, "'", "''")+"'", nil)
	c.unwatch()
	if err := errors.Join(err, c.close()); err != nil {
		return err
	}
	if err := checkCopy(ctx, part); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := backup.Publish(part, path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// checkCopy reads the whole copy.
func checkCopy(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	c, err := openConn(path, 0, false)
	if err != nil {
		return err
	}
	defer c.close()
	// The copy is one file: without the log that openConn turns on.
	if err := c.run(ctx, "PRAGMA journal_mode = DELETE", nil); err != nil {
		return err
	}
	r, err := c.start(ctx, "PRAGMA quick_check", nil)
	if err != nil {
		return err
	}
	said := ""
	if r.Next() {
		said = r.Text(0)
	}
	if err := r.Close(); err != nil {
		return err
	}
	if said != "ok" {
		return fmt.Errorf("%w: the copy is damaged: %s", model.ErrUnavailable, said)
	}
	return nil
}

var _ model.Backuper = (*pool)(nil)
