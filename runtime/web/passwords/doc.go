// Package passwords says whether a password that somebody chose is good enough
// (AUTH_PASSWORD_VALIDATORS). Each rule is a [Validator]; what is wrong is a
// list of messages for the person, never an error.
package passwords
