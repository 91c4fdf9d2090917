package caches

import (
	"context"
	"errors"
	"fmt"
	"strconv"
)

// Incrementer is a Cache that adds to a number in one step. All of this module are.
type Incrementer interface {
	// Incr adds to the number under a key, whose age stays, and returns it. It fails with ErrNoKey
	// and ErrNoNumber.
	Incr(ctx context.Context, key string, delta int64) (int64, error)
}

var (
	// ErrNoKey says that nothing is kept under a key.
	ErrNoKey = errors.New("caches: there is no value under the key")
	// ErrNoNumber says that what is kept under a key is no whole number of 64 bits.
	ErrNoNumber = errors.New("caches: the value under the key is no whole number")
)

func orNoNumber(err error) error {
	if err == nil {
		return ErrNoNumber
	}
	return err
}

// Incr adds delta to the number under a key and returns it (incr, decr). The number
// was kept as text: Set(ctx, "hits", []byte("0"), ttl). Nothing under the key is ErrNoKey; [Count]
// begins with 1 there.
func Incr(ctx context.Context, c Cache, key string, delta int64) (int64, error) {
	own, ok := c.(Incrementer)
	if !ok {
		return 0, fmt.Errorf("caches: a %T does not count", c)
	}
	return own.Incr(ctx, key, delta)
}

// add is the sum as it is kept.
func add(value []byte, delta int64) (int64, []byte, error) {
	n, err := strconv.ParseInt(string(value), 10, 64)
	sum := n + delta
	if err != nil || (sum > n) != (delta > 0) && delta != 0 {
		return 0, nil, ErrNoNumber
	}
	return sum, strconv.AppendInt(nil, sum, 10), nil
}
