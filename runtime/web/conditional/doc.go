// Package conditional decides whether a request's conditions hold (RFC 9110,
// section 13): entity tags, HTTP dates, and the order in which If-Match,
// If-Unmodified-Since, If-None-Match and If-Modified-Since count. It works on
// plain values and knows nothing of requests; web and its middleware use it.
//
// What a client sends malformed is a condition that is not there, as the RFC says.
package conditional
