package web

import (
	"fmt"
	"path"
	"sync"

	"stackgen.dev/runtime/web/storage"
)

// store opens the site's folder for uploads when it is first needed.
type store struct {
	once sync.Once
	disk *storage.Disk
	err  error
}

// Storage is where the site keeps what visitors send. It fails where the
// folder cannot be opened, or the site has none.
func (a *App) Storage() (*storage.Disk, error) {
	a.store.once.Do(func() {
		if a.config.StorageDir == "" {
			a.store.err = fmt.Errorf("web: the site has no folder for uploads")
			return
		}
		a.store.disk, a.store.err = storage.Open(a.config.StorageDir)
	})
	return a.store.disk, a.store.err
}

// Save keeps the upload for good, in a folder of the site's storage, and returns
// the name that it got there: "contact/report.pdf".
func (u *Upload) Save(r *Request, folder string) (string, error) {
	disk, err := r.app.Storage()
	if err != nil {
		return "", err
	}
	return disk.Save(path.Join(folder, u.Name), u.Open())
}
