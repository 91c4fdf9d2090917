// Package sessions keeps what a site remembers of a visitor between requests:
// a small map of values, found by a cookie. A [Session] is loaded when it is
// first used and saved when it was changed; where it is kept is a [Store]'s
// affair. [SignedCookie], which keeps it in the cookie itself, is the default
// and needs nothing; it can be read by the visitor and cannot be changed.
//
// A cookie that was forged, has run out or cannot be read is an empty session
// and no error; errors come from stores that fail.
package sessions
