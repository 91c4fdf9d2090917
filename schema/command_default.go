package schema

import (
	"strconv"
	"time"
)

// commandDefaults say what is a value of a flag's type, and give an example.
var commandDefaults = map[string]struct {
	example string
	parses  func(text string) bool
}{
	"integer":  {"10", func(s string) bool { _, err := strconv.ParseInt(s, 10, 64); return err == nil }},
	"float":    {"0.5", func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil }},
	"boolean":  {"true", func(s string) bool { _, err := strconv.ParseBool(s); return err == nil }},
	"date":     {"2026-01-31", func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }},
	"duration": {"1h30m", func(s string) bool { _, err := time.ParseDuration(s); return err == nil }},
}
