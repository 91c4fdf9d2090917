// Package csrf holds what protects a site's forms from other sites: the secret in
// the client's cookie, the masked tokens that pages carry, and how the two are
// compared. The formats are Django's. The checks themselves are the csrf middleware's.
package csrf
