// Package origin compares where requests come from and go to: host names with
// patterns of hosts, and redirect targets with the hosts that are allowed. It
// is pure, and strict where browsers are lenient: what a browser could read as
// another host is refused.
package origin
