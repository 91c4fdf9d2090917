// Package debugpage is the page that a site shows about a failure while it is being developed: what was raised,
// where in the project's own code, the way of the request through the tiers with the lines of the site
// file, what the client sent, and the settings. It is written as HTML, and as plain text for
// who does not take HTML.
//
// Everything shown is escaped, and what sounds secret is not shown. Package web decides who sees the page at
// all: nobody in production, and in development those at the same machine.
package debugpage
