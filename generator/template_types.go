package generator

import (
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// What templates may see of the runtime, under Django's names.
var (
	textType = &template.Type{Kind: template.String}
	intType  = &template.Type{Kind: template.Int}
	boolType = &template.Type{Kind: template.Bool}
	htmlType = &template.Type{Kind: template.SafeString, Go: template.GoType{Path: pkgForms, Name: "HTML"}}

	// requestType is web.Request.
	requestType = &template.Type{
		Kind: template.Struct, Name: "request", Go: template.GoType{Path: pkgWeb, Name: "Request", Pointer: true},
		Members: map[string]*template.Member{
			"path":          {Method: "Path", Type: textType},
			"get_full_path": {Method: "FullPath", Type: textType},
			"method":        {Method: "Method", Type: textType},
			"scheme":        {Method: "Scheme", Type: textType},
			"is_secure":     {Method: "IsSecure", Type: boolType},
			"get_host":      {Method: "Host", Type: textType},
			"id":            {Method: "ID", Type: textType},
			"GET":           {Method: "Query", Type: &template.Type{Kind: template.Any}},
			"user":          {Absent: "Nothing tells who a visitor is: add the layer auth to middleware."},
		},
	}

	// messagesType is messages.List: going through it shows the messages.
	messagesType = &template.Type{
		Kind: template.Struct, Name: "messages", Go: template.GoType{Path: pkgMessages, Name: "List", Pointer: true},
		Items: &template.Member{Method: "Show", Type: &template.Type{Kind: template.List, Elem: messageType}},
	}

	// nonceType is the request's CSP nonce: it is made when it is printed.
	nonceType = &template.Type{
		Kind: template.Struct, Name: "csp_nonce", Go: template.GoType{Path: pkgWeb, Name: "Request", Pointer: true},
		Text: &template.Member{Method: "CSPNonce", Type: textType},
	}

	// messageType is messages.Message.
	messageType = &template.Type{
		Kind: template.Struct, Name: "message", Go: template.GoType{Path: pkgMessages, Name: "Message"},
		Members: map[string]*template.Member{
			"message":    {Field: "Text", Type: textType},
			"tags":       {Method: "Tags", Type: textType},
			"level_tag":  {Method: "LevelTag", Type: textType},
			"extra_tags": {Field: "ExtraTags", Type: textType},
		},
		Text: &template.Member{Method: "String", Type: textType},
	}

	// paginatorType is views.Paginator.
	paginatorType = &template.Type{
		Kind: template.Struct, Name: "paginator", Go: template.GoType{Path: pkgViews, Name: "Paginator", Pointer: true},
		Members: map[string]*template.Member{
			"count":      {Field: "Count", Type: intType},
			"per_page":   {Field: "PerPage", Type: intType},
			"num_pages":  {Method: "NumPages", Type: intType},
			"page_range": {Method: "PageRange", Type: &template.Type{Kind: template.List, Elem: intType}},
		},
	}

	// pageLinkType is views.PageLink: a number, or an ellipsis between numbers.
	pageLinkType = &template.Type{
		Kind: template.Struct, Name: "page", Go: template.GoType{Path: pkgViews, Name: "PageLink"},
		Members: map[string]*template.Member{"number": {Field: "Number", Type: intType}},
		Text:    &template.Member{Method: "String", Type: textType},
	}

	// errorListType is forms.ErrorList: a list of messages that prints itself as one.
	errorListType = &template.Type{
		Kind: template.Struct, Name: "errors", Go: template.GoType{Path: pkgForms, Name: "ErrorList"},
		Members: map[string]*template.Member{
			"as_text": {Method: "AsText", Type: textType},
			"as_ul":   {Method: "HTML", Type: htmlType},
		},
		Items: &template.Member{Method: "Messages", Type: &template.Type{Kind: template.List, Elem: textType}},
		Text:  &template.Member{Method: "HTML", Type: htmlType},
	}

	// boundFieldType is forms.BoundField.
	boundFieldType = &template.Type{
		Kind: template.Struct, Name: "field", Go: template.GoType{Path: pkgForms, Name: "BoundField", Pointer: true},
		Members: map[string]*template.Member{
			"name":             {Method: "Name", Type: textType},
			"html_name":        {Method: "HTMLName", Type: textType},
			"auto_id":          {Method: "AutoID", Type: textType},
			"id_for_label":     {Method: "IDForLabel", Type: textType},
			"label":            {Method: "Label", Type: textType},
			"label_tag":        {Method: "LabelTag", Type: htmlType},
			"help_text":        {Method: "HelpText", Type: htmlType},
			"value":            {Method: "Value", Type: textType},
			"errors":           {Method: "Errors", Type: errorListType},
			"is_hidden":        {Method: "IsHidden", Type: boolType},
			"required":         {Method: "Required", Type: boolType},
			"widget_type":      {Method: "WidgetType", Type: textType},
			"aria_describedby": {Method: "AriaDescribedBy", Type: textType},
			"as_field_group":   {Method: "AsFieldGroup", Type: htmlType},
		},
		Text: &template.Member{Method: "HTML", Type: htmlType},
	}
)

// formType is forms.Form with the given fields as members.
func formType(fields []*schema.Field) *template.Type {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return formOfNames(names)
}

// formOf is the form of a view of its own.
func formOf(v *schema.FormView) *template.Type {
	var names []string
	for _, f := range v.Fields {
		names = append(names, f.Name)
	}
	return formOfNames(names)
}

func formOfNames(names []string) *template.Type {
	bound := &template.Type{Kind: template.List, Elem: boundFieldType}
	t := &template.Type{
		Kind: template.Struct, Name: "form", Go: template.GoType{Path: pkgForms, Name: "Form", Pointer: true},
		Members: map[string]*template.Member{
			"as_p":             {Method: "AsP", Type: htmlType},
			"as_div":           {Method: "AsDiv", Type: htmlType},
			"non_field_errors": {Method: "NonFieldErrors", Type: errorListType},
			"errors":           {Method: "HasErrors", Type: boolType},
			"is_bound":         {Method: "Bound", Type: boolType},
			"is_multipart":     {Method: "IsMultipart", Type: boolType},
			"visible_fields":   {Method: "VisibleFields", Type: bound},
			"hidden_fields":    {Method: "HiddenFields", Type: bound},
			"fields":           {Method: "Fields", Type: bound},
		},
		Items: &template.Member{Method: "Fields", Type: bound},
		Text:  &template.Member{Method: "HTML", Type: htmlType},
	}
	for _, name := range names {
		if t.Members[name] == nil {
			t.Members[name] = &template.Member{Method: "Field", Argument: name, Type: boundFieldType}
		}
	}
	return t
}

// modelType is a row of a model; related are the foreign keys read along.
func (p *project) modelType(m *schema.Model, related []*schema.Field) *template.Type {
	t := &template.Type{
		Kind: template.Struct, Name: m.Name,
		Go:      template.GoType{Path: p.module + "/gen/models", Name: models.TypeName(m), Pointer: true},
		Members: map[string]*template.Member{},
		Text:    &template.Member{Method: "String", Type: textType},
		Equal:   "pk",
	}
	for _, f := range m.Fields {
		member := &template.Member{Field: models.FieldName(f), Type: fieldType(f)}
		if isFile(f) {
			member = &template.Member{Field: member.Field, Type: p.fileType(f)}
		}
		if len(f.Choices) > 0 {
			t.Members["get_"+f.Name+"_display"] = &template.Member{Method: models.DisplayName(f), Type: textType}
		}
		if f.PrimaryKey.V {
			t.Members["pk"] = member
		}
		if f.Kind != schema.ForeignKey {
			t.Members[f.Name] = member
			continue
		}
		t.Members[f.Name+"_id"] = member
		t.Members[f.Name] = &template.Member{
			Absent: f.Name + ` is not read along: add select_related = ["` + f.Name + `"] where the rows come from.`,
		}
		for _, r := range related {
			if r == f {
				row := p.modelType(f.Target.Target, nil)
				if f.Null.V {
					row = &template.Type{Kind: template.Nullable, Elem: row}
				}
				t.Members[f.Name] = &template.Member{Field: models.RelationName(f), Type: row}
			}
		}
	}
	return t
}

// fileType is the path of a file, which has a URL where the site file says it.
func (p *project) fileType(f *schema.Field) *template.Type {
	url := &template.Member{Absent: "The site does not say where files are shown: write uploads { url = \"/media/\" }."}
	if u := p.site.Uploads; u != nil && u.URL.V != "" {
		url = &template.Member{Func: &template.GoType{Path: "stackgen.dev/runtime/tmpl", Name: "MediaURL"}, Argument: u.URL.V, Type: textType}
	}
	t := &template.Type{Kind: template.String, Name: f.Name, Members: map[string]*template.Member{
		"url":  url,
		"name": {Func: &template.GoType{Path: "stackgen.dev/runtime/tmpl", Name: "MediaName"}, Type: textType},
	}}
	if f.Null.V {
		return &template.Type{Kind: template.Nullable, Elem: t, Go: template.GoType{Path: pkgModel, Name: "Null"}, Valid: "Valid", Value: "V"}
	}
	return t
}

// fieldType is a field's value in templates.
func fieldType(f *schema.Field) *template.Type {
	t := plainFieldType(f)
	if !f.Null.V {
		return t
	}
	return &template.Type{
		Kind: template.Nullable, Elem: t, Go: template.GoType{Path: pkgModel, Name: "Null"}, Valid: "Valid", Value: "V",
	}
}

func plainFieldType(f *schema.Field) *template.Type {
	runtime := func(kind template.Kind, name, via string) *template.Type {
		return &template.Type{Kind: kind, Go: template.GoType{Path: pkgModel, Name: name}, Via: via}
	}
	switch f.Kind {
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		return &template.Type{Kind: template.Int, Go: template.GoType{Name: "int64"}}
	case schema.Char, schema.Text, schema.Slug, schema.Email, schema.URL,
		schema.IPAddress, schema.FileKind, schema.ImageKind:
		return textType
	case schema.Boolean:
		return boolType
	case schema.FloatField:
		return &template.Type{Kind: template.Float}
	case schema.Decimal:
		return runtime(template.Decimal, "Decimal", "String")
	case schema.Date:
		return dateType
	case schema.DateTime:
		return &template.Type{Kind: template.Time}
	case schema.TimeOfDay:
		return runtime(template.Clock, "TimeOfDay", "")
	case schema.DurationKind:
		return &template.Type{Kind: template.Duration}
	case schema.UUID:
		return runtime(template.String, "UUID", "String")
	case schema.Binary:
		return &template.Type{Kind: template.Bytes}
	case schema.JSON:
		return &template.Type{Kind: template.Bytes, Go: template.GoType{Path: "encoding/json", Name: "RawMessage"}}
	case schema.ForeignKey:
		key := *keyField(f.Target.Target)
		key.Null.V = false
		return plainFieldType(&key)
	}
	bug("field %s of kind %s in a template", f.Name, f.Kind)
	return nil
}
