package model

import (
	"errors"
	"math/rand/v2"
	"time"
)

// AtomicRetry is Atomic that runs fn again, up to attempts times in all, when
// the database undid the transaction because it got in the way of another
// (ErrConflict). fn must do nothing outside the database that may not happen
// twice. Inside a transaction it is Atomic: only the outermost can begin anew.
func AtomicRetry(src Source, attempts int, fn func(tx Source) error) error {
	pause := 2 * time.Millisecond
	for n := 1; ; n++ {
		err := Atomic(src, fn)
		if !errors.Is(err, ErrConflict) || n >= attempts || src.DB().tx != nil {
			return err
		}
		// Two that met once should not meet again.
		timer := time.NewTimer(pause + rand.N(pause))
		select {
		case <-timer.C:
		case <-src.Context().Done():
			timer.Stop()
			return src.Context().Err()
		}
		pause *= 2
	}
}
