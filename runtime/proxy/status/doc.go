// Package status is the page at which people see how a running site is (nginx
// stub_status, HAProxy stats): requests by location, upstreams, caches, limits,
// certificates, processes and the last errors. Programs that ask for JSON get the
// same as JSON.
//
// The page needs nothing from elsewhere and no script, and says so in its
// Content-Security-Policy. Who may see it is for the location to say: schema
// wants an address list, a password or another server's word before it.
package status
