// Package messages reads and writes .po files, the translations of a site in
// the format of GNU gettext.
//
// Parse reads one file strictly and reports mistakes with their lines; Merge
// brings the texts that a site uses now into a file that a translator works
// on, keeping what is translated; Format writes it.
package messages
