// Package hashers stores passwords as Django does and checks what Django
// stored: pbkdf2_sha256, pbkdf2_sha1, argon2, bcrypt_sha256, bcrypt, scrypt and
// md5, each in its format "algorithm$…". A [Set] has one hasher that makes new
// hashes, argon2id unless the site says otherwise, and all of them to verify;
// [Set.Check] says when a hash is to be made anew because it is of another kind.
//
// Hashing is slow and needs memory on purpose. A Set does only so many at a
// time, so that a flood of log-ins waits and does not exhaust the machine.
//
// A stored text that is no hash is an error wrapping [ErrMalformed]; a wrong
// password is no error.
package hashers
