// Package language chooses the language of an answer from what a client asks
// for: the prefix of the path, a cookie, or the Accept-Language field (RFC
// 9110, section 12.5.4), as Django does. What a client sends malformed counts as nothing sent.
package language
