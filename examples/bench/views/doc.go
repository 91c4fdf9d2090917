// Package views holds the bench's views.
package views
