package generator

import (
	"go/build"
	"io"
	"strings"
)

// goFileName is the name of a Go file that every build takes in: one that is named for tests, or for a
// system or a machine ("fill_test", "move_windows", "to_amd64"), gets an underscore at its end, as go build
// would leave the file out.
func goFileName(name string) string {
	nowhere := build.Context{GOOS: "nowhere", GOARCH: "nothing", Compiler: "gc", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}}
	taken, err := nowhere.MatchFile(".", name+".go")
	if err != nil || !taken || strings.HasSuffix(name, "_test") {
		name += "_"
	}
	return name + ".go"
}
