// Package redis keeps a site's cache in Redis, which all processes and machines
// share: pages, sessions, and the counts of logins. Only generated code imports
// it, so that a site without Redis links none of it.
//
//	redis://user:password@host:6379/0
//	rediss://host:6379/0               with TLS
//
// The server need not be there when the site starts; what fails while it is away
// are the calls, with an error.
package redis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	client "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"

	"stackgen.dev/runtime/web/caches"
)

// Cache is a caches.Cache in Redis.
type Cache struct {
	c      *client.Client
	prefix string
}

// dialTimeout and wait bound what a request waits for a server that is away.
const (
	dialTimeout = 2 * time.Second
	wait        = 2 * time.Second
)

// Open reads the URL. prefix stands before all keys, so that sites can share a server.
func Open(url, prefix string) (*Cache, error) {
	o, err := client.ParseURL(url)
	if err != nil {
		return nil, errors.New("redis: the URL is not redis://user:password@host:port/number") // it may hold a password
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = dialTimeout, wait, wait, wait
	o.ContextTimeoutEnabled = true
	// One more try is for a connection that the server has closed. Who waits is a visitor.
	o.MaxRetries, o.DialerRetries, o.MinRetryBackoff, o.MaxRetryBackoff = 1, 1, -1, -1
	o.Dialer = (&dialer{dial: client.NewDialer(o), now: time.Now}).Dial
	o.DisableIdentity = true
	client.SetLogger(&logging.VoidLogger{}) // its errors are those of the calls, which the site logs
	return &Cache{client.NewClient(o), prefix}, nil
}

// Close closes the connections.
func (c *Cache) Close() error { return c.c.Close() }

func (c *Cache) key(key string) string { return c.prefix + ":" + key }

func failed(err error) error { return fmt.Errorf("redis: %w", err) }

// Get returns a value.
func (c *Cache) Get(ctx context.Context, key string) ([]byte, bool, error) {
	value, err := c.c.Get(ctx, c.key(key)).Bytes()
	switch {
	case errors.Is(err, client.Nil):
		return nil, false, nil
	case err != nil:
		return nil, false, failed(err)
	}
	return value, true, nil
}

// millisecond is the shortest age that Redis knows.
func age(ttl time.Duration) time.Duration {
	if ttl > 0 && ttl < time.Millisecond {
		return time.Millisecond
	}
	return ttl
}

// GetMany returns the values under those of the keys that have one.
func (c *Cache) GetMany(ctx context.Context, keys ...string) (map[string][]byte, error) {
	found := make(map[string][]byte, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	own := make([]string, len(keys))
	for i, key := range keys {
		own[i] = c.key(key)
	}
	values, err := c.c.MGet(ctx, own...).Result()
	if err != nil {
		return nil, failed(err)
	}
	for i, v := range values {
		if text, ok := v.(string); ok {
			found[keys[i]] = []byte(text)
		}
	}
	return found, nil
}

// Set keeps a value.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl < 0 {
		return c.Delete(ctx, key)
	}
	if err := c.c.Set(ctx, c.key(key), value, age(ttl)).Err(); err != nil {
		return failed(err)
	}
	return nil
}

// Add keeps a value where the key is free.
func (c *Cache) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	if ttl < 0 {
		_, there, err := c.Get(ctx, key)
		return !there && err == nil, err
	}
	return c.setIf(ctx, "NX", key, value, ttl)
}

// Replace keeps a value where there is one already.
func (c *Cache) Replace(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	if ttl < 0 {
		n, err := c.c.Del(ctx, c.key(key)).Result()
		if err != nil {
			return false, failed(err)
		}
		return n > 0, nil
	}
	return c.setIf(ctx, "XX", key, value, ttl)
}

// setIf keeps a value where there is none (NX), or where there is one (XX).
func (c *Cache) setIf(ctx context.Context, mode, key string, value []byte, ttl time.Duration) (bool, error) {
	err := c.c.SetArgs(ctx, c.key(key), value, client.SetArgs{Mode: mode, TTL: age(ttl)}).Err()
	switch {
	case errors.Is(err, client.Nil):
		return false, nil
	case err != nil:
		return false, failed(err)
	}
	return true, nil
}

// Touch gives a value another age.
func (c *Cache) Touch(ctx context.Context, key string, ttl time.Duration) (bool, error) {
	var found bool
	var err error
	switch {
	case ttl < 0:
		var n int64
		n, err = c.c.Del(ctx, c.key(key)).Result()
		found = n > 0
	case ttl == 0:
		if found, err = c.c.Persist(ctx, c.key(key)).Result(); err == nil && !found { // it had no age before
			var n int64
			n, err = c.c.Exists(ctx, c.key(key)).Result()
			found = n > 0
		}
	default:
		found, err = c.c.PExpire(ctx, c.key(key), age(ttl)).Result()
	}
	if err != nil {
		return false, failed(err)
	}
	return found, nil
}

// Delete forgets a value.
func (c *Cache) Delete(ctx context.Context, key string) error {
	if err := c.c.Del(ctx, c.key(key)).Err(); err != nil {
		return failed(err)
	}
	return nil
}

// sweep is how many keys are deleted at a time.
const sweep = 1000

// Clear forgets everything of this site, and nothing of others on the server.
func (c *Cache) Clear(ctx context.Context) error {
	var keys []string
	flush := func() error {
		if len(keys) == 0 {
			return nil
		}
		err := c.c.Unlink(ctx, keys...).Err()
		keys = keys[:0]
		return err
	}
	it := c.c.Scan(ctx, 0, escape(c.prefix)+":*", sweep).Iterator()
	for it.Next(ctx) {
		if keys = append(keys, it.Val()); len(keys) == sweep {
			if err := flush(); err != nil {
				return failed(err)
			}
		}
	}
	if err := errors.Join(it.Err(), flush()); err != nil {
		return failed(err)
	}
	return nil
}

// escape takes the meaning from the characters of a pattern.
func escape(s string) string {
	var b []byte
	for i := range len(s) {
		switch s[i] {
		case '*', '?', '[', ']', '\\', '^':
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(b)
}

// count adds one, and gives the first its age, in one step.
var count = client.NewScript(`local n = redis.call("INCR", KEYS[1])
if n == 1 then redis.call("PEXPIRE", KEYS[1], ARGV[1]) end
return n`)

// Count adds one to the number under a key; the first begins its age.
func (c *Cache) Count(ctx context.Context, key string, ttl time.Duration) (int64, error) {
	n, err := count.Run(ctx, c.c, []string{c.key(key)}, age(ttl).Milliseconds()).Int64()
	if err != nil {
		return 0, failed(err)
	}
	return n, nil
}

// incr adds to a number that is there, in one step.
var incr = client.NewScript(`if redis.call("EXISTS", KEYS[1]) == 0 then return false end
return redis.call("INCRBY", KEYS[1], ARGV[1])`)

// Incr adds to the number under a key.
func (c *Cache) Incr(ctx context.Context, key string, delta int64) (int64, error) {
	n, err := incr.Run(ctx, c.c, []string{c.key(key)}, delta).Int64()
	switch {
	case errors.Is(err, client.Nil):
		return 0, caches.ErrNoKey
	case err != nil && (strings.Contains(err.Error(), "not an integer") || strings.Contains(err.Error(), "would overflow") || strings.Contains(err.Error(), "wrong kind")):
		return 0, caches.ErrNoNumber
	case err != nil:
		return 0, failed(err)
	}
	return n, nil
}

var (
	_ caches.Cache   = (*Cache)(nil)
	_ caches.Counter = (*Cache)(nil)

	_ caches.ManyGetter  = (*Cache)(nil)
	_ caches.Incrementer = (*Cache)(nil)
)
