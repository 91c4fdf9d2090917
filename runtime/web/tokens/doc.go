// Package tokens makes the tokens of links that reset a password. They need no
// place to be stored: a token is signed over what of the account changes when
// it is used (the password and the last log-in), so it is good once, and for
// some days. The format is Django's: "d5frfq-47061f4d9e48f4251f4fe64b855f240a".
//
// A token that was forged, used or is too old is simply not valid; nothing here fails.
package tokens
