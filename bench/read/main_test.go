package main

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// Ensure that both sides read the rows of the bench's table, on both databases, and
// that a database without them is an error.
func TestRead(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Stop()
	for engine, address := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "read.db"), "postgres": pg.URL("postgres")} {
		t.Run(engine, func(t *testing.T) {
			args := []string{"-time", "1ms", "-database", address, "-table", "../../examples/bench/migrations/" + engine + "/0002_world.sql"}
			var out bytes.Buffer
			if err := run(t.Context(), args, &out, io.Discard); err != nil {
				t.Fatal(err)
			}
			var r report
			if err := json.Unmarshal(out.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			for side, s := range map[string]*side{"generated": r.Generated, "bare": r.Bare} {
				if s.Reads < 100 || s.CPU <= 0 || s.Wall <= 0 {
					t.Errorf("%s: %+v", side, s)
				}
			}
		})
	}
	err = run(t.Context(), []string{"-database", "sqlite:" + filepath.Join(t.TempDir(), "other.db"), "-table", "../../examples/bench/migrations/sqlite/0001_fortune.sql"}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "world") {
		t.Errorf("without the table: %v", err)
	}
}
