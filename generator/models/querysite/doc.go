// Package querysite is a site of models alone, with the table of what Django
// answers to queries on them (testdata/queries.json). Its tests ask the same
// queries of generated code.
package querysite
