package sessions

import (
	"context"
	"time"
)

// Store keeps the data of sessions: in a cookie, a database, a cache or files.
type Store interface {
	// Load returns the data under a key. An unknown, expired or
	// forged key is ok = false and no error.
	Load(ctx context.Context, key string) (data map[string]any, ok bool, err error)
	// Save keeps data for at least age and returns the key to find it by. An
	// empty key asks for a new one; a key that is no longer there when it
	// should be is ErrGone.
	Save(ctx context.Context, key string, data map[string]any, age time.Duration) (string, error)
	// Delete forgets what is under a key, if anything is.
	Delete(ctx context.Context, key string) error
}

// errTooLarge is the type of ErrTooLarge.
type errTooLarge struct{}

func (errTooLarge) Error() string { return "sessions: the session is too large for a cookie" }

// ErrTooLarge is what Save returns, perhaps with more said, for data that the
// visitor's browser would not keep.
var ErrTooLarge error = errTooLarge{}

// errGone is the type of ErrGone.
type errGone struct{}

func (errGone) Error() string {
	return "sessions: the session was deleted before the request completed"
}

// ErrGone is what Save returns when the session was deleted while a request
// was using it: by a log-out in another tab, for example.
var ErrGone error = errGone{}
