package main

import (
	"fmt"
	"slices"
	"strings"
)

// row is one thing that is measured, at every peer under the same path.
type row struct {
	name     string
	about    string // one line, for the results
	kind     kind
	protocol protocol
	path     string
	body     content // what every peer has to answer
	layers   bool    // the peers of an application run their default middleware
	django   bool    // gunicorn and Django are measured as well: it has an application in it
	upstream bool    // the backend answers, on the load generator's core
	database string  // sqlite or postgres: an application with that database answers, which nginx, Caddy and net/http are not
	edge     bool    // what nginx alone does as well: the other peers have nothing of the kind built in
	fields   string  // a field of every request, "Name: value"
	few      bool    // a few requests at a time: those that the end of a measurement cuts off would count otherwise
	times    float64 // how many times less CPU time than Django's the application has to take; 0 for no bar
	faster   float64 // how many times Django's requests per second there have to be; 0 for no bar
	bar      float64 // the highest ratio to nginx that is accepted; 0 for none
	cpuOnly  bool    // the bar is for the CPU time alone; neither Caddy nor latency is judged
}

// fewConnections is how many requests there are at a time on rows that say few.
const fewConnections = 8

// kind is how a row is measured.
type kind int

const (
	load        kind = iota // kept-alive connections that ask as fast as they are answered
	connections             // the same, and a new connection for each request
	handshakes              // a new TLS connection with a full handshake for each request
	idle                    // memory while connections are idle
	sockets                 // memory while proxied WebSockets are
	slow                    // latency with slow clients beside
	rendering               // no server: a page rendered again and again, by each template language
	reading                 // no server: single rows, read through the generated query and the bare driver
	hundred                 // no server: a hundred models, generated and compiled
)

// protocol is what clients speak.
type protocol int

const (
	http1 protocol = iota
	https          // HTTP/1.1 over TLS
	http2          // over TLS
)

// secure says whether a protocol runs over TLS.
func (p protocol) secure() bool { return p != http1 }

// content is an expected body: a text, a file of the layout, or rows that chance
// chooses.
type content struct {
	text   string
	file   string
	worlds func(body []byte) error
}

// rowTable lists the rows in the order in which they are measured and shown.
func rowTable() []row {
	hello := content{text: "Hello, World!"}
	app := row{name: "app", about: "small answer from the application through all tiers; nginx and Caddy: a fixed answer (return 200, respond)", path: "/plaintext", body: hello, django: true, bar: 1.15}
	json := row{name: "json", about: "an object serialised for each request; nginx and Caddy: a fixed text", path: "/json", body: content{text: `{"message":"Hello, World!"}`}, django: true}
	small := row{name: "static1k", about: "file of 1 KB; from the binary, others: from the disk (nginx with open_file_cache)", path: "/static/1k.txt", body: content{file: "1k.txt"}, bar: 1.0}
	medium := row{name: "static100k", about: "file of 100 KB; from the binary, others: from the disk (nginx with open_file_cache)", path: "/static/100k.txt", body: content{file: "100k.txt"}, bar: 1.2}
	large := row{name: "static10m", about: "file of 10 MB; from the binary, others: from the disk (nginx with open_file_cache)", path: "/static/10m.bin", body: content{file: "10m.bin"}, few: true}
	proxied := row{name: "proxied", about: "small answer from one backend, kept-alive connections on both sides", path: "/proxy/small", body: content{text: "Hello from the backend."}, upstream: true, bar: 1.1}
	proxied100k := row{name: "proxied100k", about: "100 KB from one backend, kept-alive connections on both sides", path: "/proxy/100k", body: content{file: "100k.txt"}, upstream: true}
	cpu := func(r row, bar float64) row {
		r.bar, r.cpuOnly = bar, true
		return r
	}
	layers := app
	layers.name, layers.layers, layers.bar, layers.faster = "middleware", true, 0, 40
	layers.about = "the small answer with the default middleware around the view, at stackgen and Django"

	fortunes := row{
		name: "fortunes", about: "12 rows read from SQLite, one more added, sorted, and rendered by the template language, at stackgen and Django",
		path: "/fortunes", body: content{file: "fortunes.html"}, django: true, database: "sqlite", times: 30,
	}
	fortunesPG := fortunes
	fortunesPG.name, fortunesPG.database = "fortunes-pg", "postgres"
	fortunesPG.about = "the same from PostgreSQL, whose own CPU time is not counted"

	rows := []row{app, layers, json, fortunes, fortunesPG}
	for _, r := range []row{
		{name: "db", about: "one row, chosen by chance, read from SQLite and serialised, at stackgen and Django", path: "/db", body: content{worlds: oneWorld}, times: 25},
		{name: "queries", about: "20 such rows, read one by one", path: "/queries?n=20", body: content{worlds: listOfWorlds(20)}, times: 12},
		{name: "updates", about: "20 such rows, read one by one, changed and written together", path: "/updates?n=20", body: content{worlds: listOfWorlds(20)}, times: 12},
		{name: "cached", about: "100 such rows from the cache in the process", path: "/cached?n=100", body: content{worlds: listOfWorlds(100)}},
	} {
		r.django, r.database = true, "sqlite"
		rows = append(rows, r)
		if r.name != "cached" { // it asks no database
			r.name, r.database, r.about = r.name+"-pg", "postgres", "the same from PostgreSQL, whose own CPU time is not counted"
			rows = append(rows, r)
		}
	}
	rows = append(rows,
		small, medium, large,
		row{name: "disk1k", about: "file of 1 KB from a folder of the disk", path: "/files/1k.txt", body: content{file: "1k.txt"}},
		row{name: "disk100k", about: "file of 100 KB from a folder of the disk", path: "/files/100k.txt", body: content{file: "100k.txt"}},
		row{name: "disk10m", about: "file of 10 MB from a folder of the disk", path: "/files/10m.bin", body: content{file: "10m.bin"}, few: true},
		proxied, proxied100k,
		row{name: "kept", about: "small answer of the backend, given again and again by the caching proxy", path: "/kept/small", body: proxied.body, edge: true, bar: 1.1, cpuOnly: true},
		row{name: "kept100k", about: "100 KB of the backend, given again and again by the caching proxy; from memory, nginx: from the disk", path: "/kept/100k", body: content{file: "100k.txt"}, edge: true, bar: 1.1, cpuOnly: true},
		row{name: "gzip20k", about: "page of 20 KB from a folder of the disk, compressed for each request", path: "/zipped/20k.html", body: content{file: "20k.html"}, fields: "Accept-Encoding: gzip", edge: true, bar: 1.1, cpuOnly: true},
		row{name: "limited", about: "file of 1 KB from a folder of the disk, behind a limit of requests for each client that none exceeds", path: "/limited/1k.txt", body: content{file: "1k.txt"}, edge: true, bar: 1.1, cpuOnly: true},
	)
	for _, p := range []struct {
		protocol     protocol
		prefix, over string
	}{{https, "tls-", "HTTP/1.1 over TLS: "}, {http2, "h2-", "HTTP/2 over TLS: "}} {
		for _, r := range []row{app, json, small, medium, large, proxied, proxied100k} {
			r.name, r.about, r.protocol, r.bar, r.django = p.prefix+r.name, p.over+r.about, p.protocol, 0, false
			if p.protocol == https {
				r = cpu(r, 1.1)
			}
			rows = append(rows, r)
		}
	}
	return append(rows,
		row{name: "page", kind: rendering, about: "a page of 50 rows with dates and links, navigation and a form, in three blocks of a base page, rendered by the compiled template, html/template and Django to the same text, on one core", path: "page.html", body: content{text: "the same"}},
		row{name: "read", kind: reading, database: "sqlite", about: "one row by its key, chosen by chance, read from SQLite without a server: through the generated query, as a view does, and with a prepared statement of the driver beneath it (zombiezen.com/go/sqlite), in turns on one core"},
		row{name: "read-pg", kind: reading, database: "postgres", about: "the same from PostgreSQL, whose own CPU time is not counted and which is waited for; the bare driver is pgx's pool with its statement cache"},
		row{name: "hundred", kind: hundred, about: "a hundred models with twenty fields each, generated, and compiled where the runtime is compiled already, on both cores"},
		row{name: "connect", kind: connections, about: "the small answer on a new connection for each request", path: "/plaintext", body: hello},
		row{name: "handshake", kind: handshakes, protocol: https, bar: 1.1, cpuOnly: true, about: "the small answer on a new TLS 1.3 connection for each request, full handshake, ECDSA P-256, X25519", path: "/plaintext", body: hello},
		row{name: "idle", kind: idle, about: "resident memory with idle kept-alive connections that made one request each", path: "/plaintext", body: hello},
		row{name: "websockets", kind: sockets, about: "resident memory with idle WebSockets to one backend, over each of which one message came back; two open files each, so fewer where the machine does not allow that many", path: "/proxy/socket", body: content{text: "Hello from the backend."}},
		row{name: "slow", kind: slow, about: "the small answer at half load, alone and beside slow clients, of which every second sends the head of a request at a byte a second and the others read 100 KB at 512 bytes a second", path: "/plaintext", body: hello},
	)
}

// groups are names for several rows.
func groups() map[string]func(row) bool {
	return map[string]func(row) bool{
		"bars":  func(r row) bool { return r.bar > 0 && !r.cpuOnly },
		"data":  func(r row) bool { return r.database != "" },
		"plain": func(r row) bool { return r.kind == load && r.protocol == http1 },
		"tls":   func(r row) bool { return r.kind == load && r.protocol == https },
		"h2":    func(r row) bool { return r.kind == load && r.protocol == http2 },
		"edge": func(r row) bool {
			return r.edge || r.kind == sockets || r.kind == handshakes || r.kind == load && r.protocol == https
		},
	}
}

// chooseRows returns the rows of these names and groups in the table's order;
// no names are all.
func chooseRows(names []string) ([]row, error) {
	all := rowTable()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, r := range all {
		known = append(known, r.name)
	}
	for _, n := range names {
		if groups()[n] == nil && !slices.Contains(known, n) {
			return nil, fmt.Errorf("there is no row %s; the rows are %s; groups of them are bars, data, edge, plain, tls, h2", n, strings.Join(known, ", "))
		}
	}
	var chosen []row
	for _, r := range all {
		if slices.ContainsFunc(names, func(n string) bool {
			in := groups()[n]
			return n == r.name || in != nil && in(r)
		}) {
			chosen = append(chosen, r)
		}
	}
	return chosen, nil
}

// setting is how peers are started for a row.
func (r row) setting(address string) setting {
	return setting{address: address, database: r.database, secure: r.protocol.secure(), layers: r.layers, disk: strings.HasPrefix(r.path, "/files/"), edge: r.edge}
}

// url is what clients ask for.
func (r row) url(address string) string {
	scheme := "http"
	if r.protocol.secure() {
		scheme = "https"
	}
	return scheme + "://" + address + r.path
}

// concurrency is how many requests there are at a time, of so many at the most.
func (r row) concurrency(most int) int {
	if r.few {
		return min(fewConnections, most)
	}
	return most
}
