// Package sitetest drives a whole site in a project's own tests (django.test):
// in memory, through the proxy's locations, the layers and the views, with a
// database of its own that has all migrations. A project does not import it, but
// its gen/sitetest, which knows the site:
//
//	func TestSigning(t *testing.T) {
//		s := sitetest.New(t)
//		page := s.Post("/", "name", "Ada", "message", "Hello")
//		if page.Status != 302 { … }
//		if n, err := models.Entries(s.DB).Count(); n != 1 || err != nil { … }
//	}
//
// Nothing of the environment that the site is served in is touched: SQLite is a
// file in the test's folder, of a PostgreSQL server a database is made and dropped,
// e-mail goes into [Site.Outbox], and a variable is set by TEST_ and its name:
// TEST_DATABASE_URL. Tests may run in parallel.
//
// Requests pass the layer csrf unless PassCSRF of the client is set to false. What
// the site logs is the test's log.
package sitetest
