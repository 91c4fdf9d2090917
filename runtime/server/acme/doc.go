// Package acme has the certificates of a site issued and renewed by an authority
// that speaks ACME (RFC 8555), Let's Encrypt for one, with the library certmagic.
//
// The authority looks whether a host leads here by HTTP-01, where a listener speaks plain
// HTTP, or by TLS-ALPN-01. Account, keys and certificates lie in the folder acme of the site's data: processes
// that follow one another, and those that run side by side while a site is
// reloaded, share it and lock it. So a reload asks the authority nothing, and
// a challenge that one process began is answered by any.
//
// A certificate is renewed when a third of its life is left, or when the authority says so (RFC
// 9773). A failure is logged and tried again, later each time, and the certificate that is there is
// used meanwhile. A site starts without certificates too: until the first is
// there, handshakes fail with an alert.
package acme
