package web

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// code shows the line of the project's own Go that a panic went through last,
// with those around it. A site that runs for development does so in its project's folder.
func (d *debugWriter) code(stack string) {
	module := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		module = info.Main.Path
	}
	folder, err := os.Getwd()
	if err != nil {
		return
	}
	if file, number := ownFrame(stack, module, folder); file != "" {
		d.excerpt(fmt.Sprintf("%s, line %d", file, number), ".", file, number, 0)
	}
}

// ownFrame is the first place of a stack that lies in the project and was
// written by its author, relative to the project's folder. Files are
// named by the module's path, or, of a build that keeps them, by where they lie.
func ownFrame(stack, module, folder string) (file string, number int) {
	for line := range strings.Lines(stack) {
		place, indented := strings.CutPrefix(line, "\t")
		if !indented {
			continue
		}
		place, _, _ = strings.Cut(strings.TrimRight(place, "\n"), " ")
		colon := strings.LastIndexByte(place, ':')
		if colon < 0 {
			continue
		}
		rel, own := strings.CutPrefix(filepath.ToSlash(place[:colon]), filepath.ToSlash(folder)+"/")
		if !own && module != "" {
			rel, own = strings.CutPrefix(place[:colon], module+"/")
		}
		n, err := strconv.Atoi(place[colon+1:])
		if !own || err != nil || strings.HasPrefix(rel, "gen/") || strings.HasPrefix(rel, ".stackgen/") {
			continue
		}
		return rel, n
	}
	return "", 0
}
