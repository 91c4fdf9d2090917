// Package mail is how a site sends e-mail: a [Message], and a [Mailer] that
// takes it away. [Console] prints messages, [Folder] writes each to a file,
// [Memory] keeps them for tests; package smtp sends them.
//
// What stands in a head may come from a form: a message whose addresses, subject
// or fields hold a line break is refused with [ErrHeader] and goes nowhere.
package mail
