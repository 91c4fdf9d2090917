// Package hooks holds what the site's processes call at the turns of their lives.
package hooks
