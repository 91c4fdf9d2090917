// Command bench measures the site of examples/bench.hcl beside nginx, Caddy and
// a plain net/http program, on one machine and in one run:
//
//	go run ./bench                    every row, into bench/RESULTS.md
//	go run ./bench app static1k       these rows, on standard output
//	go run ./bench -help              the rows and what can be set
//
// It takes nginx and wrk from the system (bench/setup installs them), builds the
// rest, and runs server and load generator on a core of their own each. A peer
// is started anew for every measurement, and the peers take turns within
// a round, so that what disturbs the machine disturbs all of them.
//
// What is compared is the CPU time that all processes of a server took, user and
// system, divided by the requests answered: unlike requests per second it
// hardly depends on how fast the load generator is. A ratio is that of one
// round, and the median over the rounds is what the table shows.
//
// The pure parts (reading wrk's report and /proc, medians, tables) are
// functions of their input; everything else starts processes. It runs on Linux
// only, talks to loopback only and ends only what it started.
package main
