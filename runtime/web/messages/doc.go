// Package messages holds what a site tells a visitor once, on the next page
// that shows it: "Your password was changed." Views add messages, templates
// show them, and the layer "message" keeps those that no page has shown yet.
package messages
