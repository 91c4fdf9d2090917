package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"stackgen.dev/runtime/model"
)

// Ensure a copy that is made while rows are written is whole: it has the rows of
// one moment, and is one file.
func TestBackup(t *testing.T) {
	dir := t.TempDir()
	db, err := Open(ctx, "sqlite:"+filepath.Join(dir, "site.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := model.Execute(db, "", "CREATE TABLE a (n integer, same integer)"); err != nil {
		t.Fatal(err)
	}
	var stop, written atomic.Int64
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := int64(0); stop.Load() == 0; n++ {
			err := model.Atomic(db, func(tx model.Source) error { // two rows or none
				for range 2 {
					if _, err := model.Execute(tx, "a", "INSERT INTO a VALUES (?1, ?1)", model.IntValue(n)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
				return
			}
			written.Add(1)
		}
	})
	for i := range 3 {
		for before := written.Load(); written.Load() < before+10 && !t.Failed(); {
			if _, err := model.FetchInt(db, "SELECT COUNT(*) FROM a"); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, "copies", fmt.Sprintf("%d.db", i))
		if err := db.Backup(ctx, path); err != nil {
			t.Fatal(err)
		}
		if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != i+1 {
			t.Errorf("%d files beside the copies, want %d", len(files), i+1)
		}
		copied, err := Open(ctx, "sqlite:"+path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := model.FetchInt(copied, "SELECT COUNT(*) FROM a")
		if err != nil || n < 20 || n%2 != 0 {
			t.Errorf("the copy has %d rows, %v", n, err)
		}
		copied.Close()
	}
	stop.Store(1)
	writer.Wait()
	if err := db.Backup(ctx, filepath.Join(dir, "copies", "0.db")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := db.Backup(ended, filepath.Join(dir, "late.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "late.db")); err == nil {
		t.Error("a copy that was cancelled is there")
	}
}
