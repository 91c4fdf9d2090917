package site

import "os"

// headroomSize is half of what a process may use before its garbage is collected, in
// bytes. By itself Go collects at 4 MB, which a small site under load
// reaches dozens of times a second, and each time some requests wait for a millisecond.
const headroomSize = 8 << 20

// headroom is memory that is held and never touched, so that it costs none: garbage
// is collected when as much again has come together. What a site holds itself comes on top, in the
// same proportion as ever. GOGC in the environment switches it off.
func headroom() []byte {
	if os.Getenv("GOGC") != "" {
		return nil
	}
	return make([]byte, headroomSize)
}
