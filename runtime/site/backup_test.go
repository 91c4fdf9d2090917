package site

import "testing"

// Ensure that pg_dump gets the URL that the site has, less what is secret or not libpq's.
func TestLibpq(t *testing.T) {
	for _, c := range []struct{ url, target, password string }{
		{"postgres://ada:s%3Acret@db:5433/blog", "postgres://ada@db:5433/blog", "s:cret"},
		{"postgres://ada@db/blog?sslmode=require&pool_max_conns=4&statement_cache_capacity=0", "postgres://ada@db/blog?sslmode=require", ""},
		{"postgres:///blog?host=/run/pg&password=x&options=-c%20search_path%3Da", "postgres:///blog?host=%2Frun%2Fpg&options=-c%20search_path%3Da", "x"},
	} {
		target, password, err := libpq(c.url)
		if err != nil || target != c.target || password != c.password {
			t.Errorf("%s: got %s, %q, %v, want %s", c.url, target, password, err, c.target)
		}
	}
}
