// Package testsite is the site that the tests of generator/models and
// generator/migrate generate, compile and run. gen/models is written by
//
//	go test ./generator/models -run TestEmit -update
package testsite
