// Package tags is what the almanac adds to the template language.
package tags
