package sqltext

import "testing"

// Ensure that statements which change rows are known by their words.
func TestChanges(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT 1 FOR UPDATE": false, "(SELECT 1) UNION SELECT 2": false, "VALUES (1)": false, "WITH a AS (SELECT 'INSERT') SELECT 1": false,
		"insert INTO a VALUES (1) RETURNING n": true, "WITH a AS (DELETE FROM b RETURNING n) SELECT n FROM a": true, "CALL f()": true, "-- x\nSELECT 1": false,
	} {
		if got := Changes(sql); got != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}
