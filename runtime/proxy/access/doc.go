// Package access holds who may ask what of a location: networks (nginx allow,
// deny), methods (limit_except), passwords (auth_basic) and the word of another
// server (auth_request).
package access
