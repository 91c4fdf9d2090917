// Package e2e drives the command and the sites that it makes as their users
// do: the example projects are written with `stackgen new`, built, started, and
// spoken to over real sockets and in a browser. It has tests only; `make
// end-to-end` runs them (build tag e2e).
package e2e
