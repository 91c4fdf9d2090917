// Package route is the URL dispatcher's core: patterns in Django's path()
// syntax, compiled into one tree that finds the first matching route of a site in time
// that does not depend on how many routes there are, and the way back from a
// route's name and arguments to a URL.
//
// It is pure: a [Table] is compiled once from a list of [Route] and is then
// read only. Mistakes in patterns are errors of [Compile]; a path that nothing
// matches is no error; a reverse that nothing fits is a [*NoReverseMatch].
//
// Generated packages of typed URL functions call [Segment], [Rest] and
// [Guard], which quote exactly as [Table.Reverse] does.
package route
