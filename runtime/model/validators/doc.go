// Package validators says whether a value that somebody sent is one of its
// kind: Django's validators, with its messages and codes. Each function returns
// nil for a good value and else what to tell the person; none of them fails.
//
// Every expression is run in linear time, whatever text a client sends.
package validators
