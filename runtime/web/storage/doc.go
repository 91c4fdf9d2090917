// Package storage keeps files that visitors send (Django's FileSystemStorage):
// in a folder that no name leads out of. A name that is taken gets some
// characters added, so that no file is ever replaced by another.
//
// What a site shows of these files it should send as attachments, or from a
// host of its own: they are strangers' files.
package storage
