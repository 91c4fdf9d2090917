// Package site starts a generated site: it is what gen/main.gen.go calls. It
// reads the variables from the environment, parses the command line (serve,
// migrate, routes, status, version) and brings the tiers together in the
// processes of the topology.
//
// It is the only package of the runtime that sees all the others. What a site
// does not use it does not link: a database driver comes in with the
// Definition that generated code hands over.
package site
