// Package signing protects values that pass through a client's hands: what is
// signed can be read by everybody and changed by nobody without the key. The formats are
// those of django.core.signing, so both can read what the other has signed.
//
// A signature that does not fit is [ErrBadSignature], one that is too old
// [ErrExpired]; both are about what a client sent and never about the program.
package signing
