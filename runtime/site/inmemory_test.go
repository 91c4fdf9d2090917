package site

import (
	"testing"

	"stackgen.dev/runtime/proxy"
)

// Ensure that a test's database is its own, however the URL of the server names another.
func TestWithDatabaseName(t *testing.T) {
	for address, want := range map[string]string{
		"postgres://ada:s%3Acret@db:5433/shop":       "postgres://ada:s%3Acret@db:5433/own",
		"postgresql://a:1,b:2/shop?sslmode=require":  "postgres://a:1,b:2/own?sslmode=require",
		"postgres://db?dbname=shop&host=%2Frun%2Fpg": "postgres://db/own?host=%2Frun%2Fpg",
		"postgres:///shop?database=shop":             "postgres:///own",
		"host=db dbname=shop":                        "", "postgres://db/shop?a=%zz": "",
	} {
		got, err := withDatabaseName(address, "own")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %s, %v, want %s", address, got, err, want)
		}
	}
}

// Ensure that a site in memory serves the project's folders from the project, and what it keeps from the test's own.
func TestFoldersInMemory(t *testing.T) {
	for root, want := range map[string]string{
		"public": "/project/public", "data/uploads": "/test/uploads", "./data/uploads/": "/test/uploads", "data": "/test",
		"database": "/project/database", "data/../public": "/project/public", "../data": "/data", "/data/uploads": "/data/uploads",
	} {
		got := beneath([]proxy.Location{{Action: proxy.Files{Root: root}}}, "/project", "data", "/test")
		if files, ok := got[0].Action.(proxy.Files); !ok || files.Root != want {
			t.Errorf("%s is %+v, want %s", root, got[0].Action, want)
		}
	}
}
