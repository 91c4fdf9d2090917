package tmpl

// The functions here append a value of any type where HTML is not all that
// reads it. A value marked safe is treated as text: what is safe HTML is not
// for that reason safe in a script.

// AppendJSString appends a value for the inside of a JavaScript string.
func (s *State) AppendJSString(b []byte, v any) []byte {
	mark := len(b)
	return EscapeJS(s.AppendRaw(b, v), mark)
}

// AppendJSStringAttr is AppendJSString in an attribute.
func (s *State) AppendJSStringAttr(b []byte, v any) []byte {
	mark := len(b)
	return EscapeHTML(s.AppendJSString(b, v), mark)
}

// AppendJS appends a value as a JavaScript expression: a number, a string with
// its quotes, a list or an object.
func (s *State) AppendJS(b []byte, v any) []byte { return s.appendJSON(b, v) }

// AppendJSAttr is AppendJS in an attribute.
func (s *State) AppendJSAttr(b []byte, v any) []byte {
	mark := len(b)
	return EscapeHTML(s.AppendJS(b, v), mark)
}

// AppendCSS appends a value for a value of CSS.
func (s *State) AppendCSS(b []byte, v any) []byte {
	mark := len(b)
	return EscapeCSS(s.AppendRaw(b, v), mark)
}

// AppendCSSAttr is AppendCSS in an attribute.
func (s *State) AppendCSSAttr(b []byte, v any) []byte {
	mark := len(b)
	return EscapeHTML(s.AppendCSS(b, v), mark)
}

// AppendSrcdoc appends a value as text of the document in a srcdoc attribute.
func (s *State) AppendSrcdoc(b []byte, v any) []byte {
	mark := len(b)
	return EscapeSrcdoc(s.AppendRaw(b, v), mark)
}

// AppendCSRF is the function AppendCSRF for a token of any type.
func (s *State) AppendCSRF(b []byte, token any) []byte {
	if !True(token) {
		return b
	}
	return AppendCSRF(b, text(token))
}
