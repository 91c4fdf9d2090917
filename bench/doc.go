// Command bench measures the site of examples/bench.hcl beside nginx, Caddy, a
// plain net/http program, and gunicorn with Django behind nginx, on one machine
// and in one run:
//
//	go run ./bench                          every row, into bench/RESULTS.md
//	go run ./bench app static1k             these rows, on standard output
//	go run ./bench bars                     the rows whose bars are about CPU and latency
//	go run ./bench read read-pg hundred     what needs no server: single rows beside the bare driver, a hundred models
//	go run ./bench edge                     what a proxy does: cache, compression, limits, TLS, WebSockets
//	go run ./bench -quick app               stackgen and nginx alone, in seconds
//	go run ./bench -quick -half app         the same, with latency at half load
//	go run ./bench -quick -profile app      and the functions that take the time
//	go run ./bench -help                    the rows and what can be set
//
// It takes nginx, gunicorn, Django, wrk and h2load from the system (bench/setup
// installs them), builds the rest, and runs server and load generator on a core of
// their own each. Peers are started anew in every round, and take turns within it,
// so that what disturbs the machine disturbs all of them.
//
// What is compared is the CPU time that all processes of a server took, user and
// system, divided by the requests answered: unlike requests per second it
// hardly depends on how fast the load generator is. A ratio is that of one
// round, and the median over the rounds is what the tables show. Latency is
// compared at half load, at a constant rate. A run says itself how much of the two
// cores other programs took, and how fast the server's core was.
//
// # Where things are
//
// rowTable (row.go) lists what is measured; a row more is an entry there and its
// path at each peer. A peer is a file of its own (stackgen.go, nginx.go, caddy.go,
// nethttp.go, django.go) with its programs and configuration under peers/. What is
// measured without a server has a file of its own, too (rendering.go, reading.go,
// hundred.go). generator.go chooses who makes load: wrk, h2load, or bench/load.
// measure.go says in which order, watch.go what is accounted for, judge.go which bars
// there are, report.go and section.go what is written.
//
// The pure parts (reading reports and /proc, medians, verdicts, tables) are
// functions of their input; everything else starts processes. It runs on Linux
// only, talks to loopback only and ends only what it started.
package main
