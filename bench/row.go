package main

import (
	"fmt"
	"strings"
)

// row is one thing that is measured, at every peer under the same path.
type row struct {
	name  string
	about string // one line, for the results
	path  string
	body  content // what every peer has to answer
	bar   float64 // the highest ratio to nginx that is accepted; 0 for none
	idle  bool    // measure memory under idle connections instead of load
}

// content is an expected body: a text, or a file beneath a folder of the layout.
type content struct {
	text   string
	static string // in the example's static folder
	file   string // in the folder that is served from the disk
}

// rowTable lists the rows in the order in which they are measured and shown.
func rowTable() []row {
	return []row{
		{name: "app", about: "small answer from the application through all tiers; nginx: return 200", path: "/plaintext", body: content{text: "Hello, World!"}, bar: 1.15},
		{name: "json", about: "an object serialised for each request; nginx and Caddy: a fixed text", path: "/json", body: content{text: `{"message":"Hello, World!"}`}},
		{name: "static1k", about: "static file of 1 KB; in the binary, nginx: from the disk, open_file_cache on", path: "/static/1k.txt", body: content{static: "1k.txt"}, bar: 1.0},
		{name: "static100k", about: "static file of 100 KB; in the binary, nginx: from the disk, open_file_cache on", path: "/static/100k.txt", body: content{static: "100k.txt"}, bar: 1.2},
		{name: "disk1k", about: "file of 1 KB from a folder of the disk", path: "/files/1k.txt", body: content{file: "1k.txt"}},
		{name: "disk100k", about: "file of 100 KB from a folder of the disk", path: "/files/100k.txt", body: content{file: "100k.txt"}},
		{name: "disk10m", about: "file of 10 MB from a folder of the disk", path: "/files/10m.bin", body: content{file: "10m.bin"}},
		{name: "proxied", about: "small answer from one backend, kept-alive connections on both sides", path: "/proxy/small", body: content{text: "Hello from the backend."}, bar: 1.1},
		{name: "idle", about: "resident memory with idle kept-alive connections that made one request each", path: "/plaintext", body: content{text: "Hello, World!"}, idle: true},
	}
}

// chooseRows returns the rows of these names in the table's order; no names
// are all.
func chooseRows(names []string) ([]row, error) {
	all := rowTable()
	if len(names) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, n := range names {
		wanted[n] = true
	}
	var chosen []row
	var known []string
	for _, r := range all {
		known = append(known, r.name)
		if wanted[r.name] {
			chosen = append(chosen, r)
			delete(wanted, r.name)
		}
	}
	for _, n := range names {
		if wanted[n] {
			return nil, fmt.Errorf("there is no row %s; the rows are %s", n, strings.Join(known, ", "))
		}
	}
	return chosen, nil
}
