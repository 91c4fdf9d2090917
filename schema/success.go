package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// MessagePart is a piece of a success message: text, or the name of a field
// whose value stands there.
type MessagePart struct{ Text, Field string }

// MessageParts takes a success message apart: "%(title)s is there." names the
// field title, and "%%" is a percent sign. ok is false where a percent sign is neither.
func MessageParts(message string) (parts []MessagePart, ok bool) {
	var text strings.Builder
	for message != "" {
		before, after, found := strings.Cut(message, "%")
		text.WriteString(before)
		if !found {
			break
		}
		if rest, percent := strings.CutPrefix(after, "%"); percent {
			text.WriteByte('%')
			message = rest
			continue
		}
		name, rest, closed := strings.Cut(after, ")s")
		if !strings.HasPrefix(name, "(") || !closed {
			return nil, false
		}
		if text.Len() > 0 {
			parts = append(parts, MessagePart{Text: text.String()})
			text.Reset()
		}
		parts = append(parts, MessagePart{Field: name[1:]})
		message = rest
	}
	if text.Len() > 0 {
		parts = append(parts, MessagePart{Text: text.String()})
	}
	return parts, true
}

// Says is the view's success message, the zero String where it has none.
func (v *View) Says() String {
	switch {
	case v.Create != nil:
		return v.Create.SuccessMessage
	case v.Update != nil:
		return v.Update.SuccessMessage
	case v.Delete != nil:
		return v.Delete.SuccessMessage
	case v.Form != nil:
		return v.Form.SuccessMessage
	}
	return String{}
}

func successMessageAttr() *attr {
	return &attr{Name: "success_message", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django SuccessMessageMixin",
		Doc: "What the next page says, by the layer message; %(title)s is the value of the field title, %% a percent sign."}
}

// checkSuccessMessages reports messages that nobody sees, and those that name no field.
func (d *decoder) checkSuccessMessages() {
	layer := slices.ContainsFunc(d.site.Middleware, func(m Middleware) bool { return m.Name == "message" })
	for _, v := range d.site.Views {
		message := v.Says()
		if !message.Set {
			continue
		}
		if !layer {
			d.report(messageWithoutLayer(message.Range, d.tops["middleware"]))
		}
		if v.JSON != nil {
			d.report(besideKind("success_message", message.Range, saying{"json", v.JSON.DeclRange}))
			continue
		}
		parts, ok := MessageParts(message.V)
		if !ok {
			d.report(messagePercent(message.Range))
			continue
		}
		known := messageFields(v)
		for _, p := range parts {
			if p.Field != "" && known != nil && !slices.Contains(known, p.Field) {
				d.report(messageField(p.Field, known, message.Range))
			}
		}
	}
}

// messageFields are the fields that a view's message may name: those that hold
// text or whole numbers, which read the same everywhere. It is nil where the model is not known.
func messageFields(v *View) []string {
	m, _ := rowModel(v)
	switch {
	case v.Create != nil:
		m = v.Create.Model.Target
	case v.Form != nil:
		names := []string{}
		for _, f := range v.Form.Fields {
			if slices.Contains([]string{"char", "text", "slug", "email", "url", "ip_address"}, f.Kind.V) {
				names = append(names, f.Name)
			}
		}
		return names
	}
	if m == nil {
		return nil
	}
	names := []string{}
	for _, f := range m.Fields {
		if (isText(f.Kind) || isWhole(f.Kind)) && !f.Null.V {
			names = append(names, f.Name)
		}
	}
	return names
}

func messageWithoutLayer(at, list hcl.Range) Diagnostic {
	return withMiddleware(errorAt(at, "Message that nobody sees", "A success_message needs the layer message. Add message to middleware, behind session, and show messages in the templates."), list)
}

func messagePercent(at hcl.Range) Diagnostic {
	return errorAt(at, "Percent sign in a message", "A percent sign begins a field, as in %%(title)s. Write %%%% for the sign itself.")
}

func messageField(name string, known []string, at hcl.Range) Diagnostic {
	hint := "There is no such field that holds text or a whole number."
	if near := Suggest(name, known); near != "" {
		hint = "Perhaps %(" + near + ")s is meant."
	}
	return errorAt(at, "Unknown field in a message", "The message names %s. %s", name, hint)
}
