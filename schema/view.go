package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// View turns a request into a response. Exactly one thing says how: Handler,
// WebSocket, List, Detail, Archive, DateDetail, Create, Update, Delete, Form, Resource, OpenAPI, Redirect, Text, or else Template or
// JSON with the view's queries.
type View struct {
	Name string

	// Handler is a Go function; Template may stand beside it, for what it renders.
	Handler GoRef
	// HTTP is a Go function that makes a handler of net/http.
	HTTP GoRef
	// WebSocket is a Go function that has a connection.
	WebSocket *WebSocketView
	List      *ListView
	Detail    *DetailView
	// Archive and DateDetail go by dates.
	Archive    *ArchiveView
	DateDetail *DateDetailView
	Create     *CreateView
	Update     *UpdateView
	Delete     *DeleteView
	Redirect   *RedirectView
	Form       *FormView
	Resource   *ResourceView
	OpenAPI    *OpenAPIView
	// SetLanguage lets visitors choose the language.
	SetLanguage *SetLanguageView
	// The views that deal with accounts; see Account.
	Login, Logout, PasswordChange, PasswordReset, PasswordResetConfirm, Invite, SignUp *AccountView
	// Text is a fixed answer.
	Text String

	// Template is the page, beneath templates/. The generic views have
	// Django's default: post_list.html, post_detail.html, post_form.html,
	// post_confirm_delete.html.
	Template String
	// JSON answers with JSON instead of a page; nil without the block.
	JSON    *JSONView
	Queries []*Query
	// Context is more names for the template: constants and Go functions.
	Context StringMap

	// Methods are those allowed; empty for the kind's own.
	Methods []String
	// ContentType is the answer's, where it is not the kind's own.
	ContentType String
	// CSRFExempt takes the view out of the csrf middleware's check (csrf_exempt).
	CSRFExempt Bool
	// NoAppendSlash takes the view out of the redirects of the common middleware (no_append_slash).
	NoAppendSlash Bool
	// CacheAge is how long the view's pages are kept (cache_page); zero for not at all.
	CacheAge Duration
	// Rate limits requests to the view; nil for no limit.
	Rate *ViewRate
	// NeverCache has browsers ask again every time (never_cache).
	NeverCache Bool
	// Stream has a page sent while it is rendered.
	Stream Bool
	// LoginRequired sends who is not logged in to the login view, LoginNotRequired
	// is an exception from the layer of that name.
	LoginRequired, LoginNotRequired Bool
	// PermissionRequired are permissions that the user must have, all of them.
	PermissionRequired []*Ref[Permission]
	// UserPassesTest is a Go function that judges the request's user.
	UserPassesTest GoRef
	DeclRange      hcl.Range
}

// KindMethods are the methods that a view of this kind takes. HEAD goes with
// GET, and every view answers OPTIONS. It is nil for a Go function, which takes any.
func (v *View) KindMethods() []string {
	json := v.JSON != nil
	switch {
	case v.Handler.Set(), v.HTTP.Set():
		return nil
	case v.Redirect != nil, v.Resource != nil:
		return []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	case v.Create != nil && json:
		return []string{"POST"}
	case v.Delete != nil && json:
		return []string{"POST", "DELETE"}
	case v.Update != nil && json:
		return []string{"GET", "POST", "PUT", "PATCH"}
	case v.SetLanguage != nil:
		return []string{"GET", "POST"}
	case v.Form != nil, v.Login != nil, v.PasswordChange != nil, v.PasswordReset != nil, v.PasswordResetConfirm != nil, v.Invite != nil, v.SignUp != nil:
		return []string{"GET", "POST"}
	case v.Logout != nil:
		return []string{"POST"}
	case v.Create != nil, v.Update != nil:
		return []string{"GET", "POST", "PUT"}
	case v.Delete != nil:
		return []string{"GET", "POST", "DELETE"}
	}
	return []string{"GET"}
}

// ListView shows the rows of a model, in pages (ListView).
type ListView struct {
	Model      Ref[Model]
	Where      Predicate
	Ordering   []Ordering
	PaginateBy Int
	// Orphans, PageKwarg and AllowEmpty are how it is cut into pages, and what an empty one is.
	Orphans       Int
	PageKwarg     String
	AllowEmpty    Bool
	SelectRelated []*Field
	// Queryset is a Go function that narrows the rows of a request.
	Queryset  GoRef
	DeclRange hcl.Range
}

// DetailView shows one row, found by what the route captures (DetailView).
type DetailView struct {
	Model         Ref[Model]
	Where         Predicate
	SelectRelated []*Field
	// Queryset is a Go function that narrows the rows of a request.
	Queryset  GoRef
	DeclRange hcl.Range
}

// CreateView shows a form and makes a row from it (CreateView).
type CreateView struct {
	Model  Ref[Model]
	Fields []*Field
	// FieldRanges are where Fields are named.
	FieldRanges []hcl.Range
	// Set gives fields a value that the form does not ask for.
	Set []SetField
	// Success is the view to go to; its captures come from the new row.
	Success Ref[View]
	// SuccessMessage is what the next page says once it is done; see MessageParts.
	SuccessMessage String
	// FormSets are rows that point at this one, on the same page.
	FormSets []*FormSet
	// FormValid gets the row before it is stored, FormInvalid a form that is not valid.
	FormValid, FormInvalid GoRef
	DeclRange              hcl.Range
}

// UpdateView shows a form for a row and saves it (UpdateView).
type UpdateView struct {
	Model       Ref[Model]
	Where       Predicate
	Fields      []*Field
	FieldRanges []hcl.Range
	Set         []SetField
	Success     Ref[View]
	// SuccessMessage is what the next page says once it is done; see MessageParts.
	SuccessMessage String
	// Queryset is a Go function that narrows the rows of a request.
	Queryset GoRef
	// FormSets are rows that point at this one, on the same page.
	FormSets []*FormSet
	// FormValid gets the row before it is stored, FormInvalid a form that is not valid.
	FormValid, FormInvalid GoRef
	DeclRange              hcl.Range
}

// DeleteView asks, and deletes a row on POST (DeleteView).
type DeleteView struct {
	Model   Ref[Model]
	Where   Predicate
	Success Ref[View]
	// SuccessMessage is what the next page says once it is done; see MessageParts.
	SuccessMessage String
	// Queryset is a Go function that narrows the rows of a request.
	Queryset  GoRef
	DeclRange hcl.Range
}

// RedirectView sends the client elsewhere (RedirectView).
type RedirectView struct {
	// Exactly one of To and View is set.
	To        String
	View      Ref[View]
	Permanent Bool
	DeclRange hcl.Range
}

// JSONView says what of a model's rows is shown as JSON.
type JSONView struct {
	// Fields are those shown, all of the model's when not written.
	Fields    []*Field
	DeclRange hcl.Range
}

// SetField is one entry of set.
type SetField struct {
	Field *Field
	Value Operand
	Range hcl.Range
}

// viewBlock describes what answers a request.
func viewBlock() *block {
	return &block{
		Type: "view", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[View](), Kind: "view",
		Doc:      "What turns a request into a response: a Go function, one of the generic views, a fixed text, or a page with queries.",
		Ancestor: "Django view",
		Example: `view "home" {
  template = "home.html"
  query "recent" {
    model = model.post
    limit = 5
  }
}`,
		Attrs: append([]*attr{
			{Name: "handler", Type: goRefType{},
				Doc: "A Go function of the project, as go.PACKAGE.Function, that is func(*web.Request) (*web.Response, error)."},
			{Name: "http", Type: httpRefType{}, Into: "HTTP",
				Doc: "A Go function of the project that is func() http.Handler: whatever the net/http world has answers in the view's place."},
			{Name: "template", Type: stringType(), Check: checkLocalPath, Ancestor: "Django template_name",
				Doc: "The page beneath templates/; generic views have Django's name for it when not written, such as post_list.html, and 404.html, 500.html and their like answer failures."},
			{Name: "text", Type: stringType(), Doc: "A fixed answer."},
			{Name: "context", Type: contextMap{}, Ancestor: "Django extra_context, get_context_data",
				Doc: "More names for the template: constants, and Go functions of the project that are func(*web.Request) R or func(*web.Request) (R, error), and take the row, *models.T, behind the request in a view of one row; the names of rows that they return, *models.T or []*models.T, are checked as those of a query are."},
			{Name: "methods", Type: stringList{}, Enum: methods(), Ancestor: "Django http_method_names",
				Doc: "The methods that are allowed, of those that the view's kind takes, all of them when not written; HEAD goes with GET."},
			{Name: "content_type", Type: stringType(), Check: checkContentType, Ancestor: "Django content_type",
				Doc: "The media type of a text or of a page of its own; plain text or HTML when not written."},
			{Name: "csrf_exempt", Type: boolType(), Default: "false", Ancestor: "Django csrf_exempt",
				Doc: "Whether the csrf middleware lets the view's requests pass."},
			{Name: "no_append_slash", Type: boolType(), Default: "false", Ancestor: "Django no_append_slash",
				Doc: "Whether the common middleware leaves the view's paths alone."},
			{Name: "cache", Type: durationType(), Into: "CacheAge", Check: checkPositive, Ancestor: "Django cache_page",
				Doc: "How long the view's pages are kept and given again; never those that set a cookie or are private."},
			{Name: "never_cache", Type: boolType(), Default: "false", Ancestor: "Django never_cache",
				Doc: "Whether browsers and proxies are told to ask again every time."},
			{Name: "stream", Type: boolType(), Default: "false", Ancestor: "Django StreamingHttpResponse",
				Doc: "Whether the page is sent while it is rendered, a few thousand bytes at a time, for lists too long to be kept; what goes wrong in its midst ends the connection."},
		}, guardAttrs()...),
		Blocks: append([]*block{
			webSocketBlock(), listViewBlock(), detailViewBlock(), archiveBlock(), dateDetailBlock(), createViewBlock(), updateViewBlock(), deleteViewBlock(),
			formViewBlock(), resourceBlock(), openAPIBlock(), redirectViewBlock(), setLanguageBlock(), jsonBlock(), queryBlock(), viewRateBlock(),
		}, accountViewBlocks()...),
		Check: checkView,
	}
}

func methods() []string {
	return []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
}

func modelAttr() *attr {
	return &attr{Name: "model", Type: modelRef(), Required: true, Ancestor: "Django model", Doc: "The model that the view is about."}
}

func formAttrs(verb string) []*attr {
	return []*attr{
		{Name: "fields", Type: fieldList{many: true}, Required: true, Ancestor: "Django fields",
			Doc: "The fields that the form asks for, in this order; a many_to_many is a list of rows to choose from."},
		{Name: "set", Type: setType{},
			Doc: "Fields that " + verb + " sets without asking: constants, now(), url captures, request.query or request.user."},
	}
}

func successAttr() *attr {
	return &attr{Name: "success", Type: viewRef(), Ancestor: "Django success_url",
		Doc: "The view to go to afterwards; its captures come from the row, and without it the model's detail or list view is chosen."}
}

func listViewBlock() *block {
	return &block{
		Type: "list", Once: true, Into: reflect.TypeFor[ListView](),
		Doc:      "The view shows the rows of a model, in pages, under object_list, page_obj and MODEL_list.",
		Ancestor: "Django ListView",
		Example: `view "post_list" {
  list {
    model       = model.post
    paginate_by = 10
  }
}`,
		Attrs: []*attr{
			modelAttr(), whereAttr(), orderingAttr(),
			{Name: "paginate_by", Type: intType(), Check: checkPositive, Ancestor: "Django paginate_by",
				Doc: "How many rows a page has; all on one when not written."},
			{Name: "paginate_orphans", Into: "Orphans", Type: intType(), Default: "0", Check: checkNotNegative, Ancestor: "Django paginate_orphans",
				Doc: "How many rows at most join the page before them rather than stand on a last page of their own."},
			{Name: "page_kwarg", Type: stringType(), Default: `"page"`, Check: checkNotEmpty, Ancestor: "Django page_kwarg",
				Doc: "The capture, or the parameter of the query, that names the page: a number, or last."},
			{Name: "allow_empty", Type: boolType(), Default: "true", Ancestor: "Django allow_empty",
				Doc: "Whether a list without rows is shown; it is 404 otherwise."},
			selectRelatedAttr(), querysetAttr(),
		},
		Check: func(d *decoder, s *scope) {
			l := s.owner.(*ListView)
			if l.PaginateBy.Bind == nil && l.Orphans.V > 0 && l.Orphans.V >= l.PaginateBy.V {
				d.report(orphansWithoutPages(l))
			}
		},
	}
}

func detailViewBlock() *block {
	return &block{
		Type: "detail", Once: true, Into: reflect.TypeFor[DetailView](),
		Doc:      "The view shows the row whose fields have the values that the route captures, under object and the model's name.",
		Ancestor: "Django DetailView",
		Example: `view "post_detail" {
  detail { model = model.post }
}`,
		Attrs: []*attr{modelAttr(), whereAttr(), selectRelatedAttr(), querysetAttr()},
	}
}

func createViewBlock() *block {
	return &block{
		Type: "create", Once: true, Into: reflect.TypeFor[CreateView](),
		Doc:      "The view shows a form, under form, and makes a row from it.",
		Ancestor: "Django CreateView",
		Example: `view "post_new" {
  create {
    model  = model.post
    fields = ["title", "slug"]
  }
}`,
		Attrs:  append(append([]*attr{modelAttr()}, formAttrs("the view")...), successAttr(), successMessageAttr(), formValidAttr(), formInvalidAttr()),
		Blocks: []*block{formSetBlock()},
	}
}

func updateViewBlock() *block {
	return &block{
		Type: "update", Once: true, Into: reflect.TypeFor[UpdateView](),
		Doc:      "The view shows a form for the row that the route's captures find, and saves it.",
		Ancestor: "Django UpdateView",
		Attrs:    append(append([]*attr{modelAttr(), whereAttr(), querysetAttr()}, formAttrs("saving")...), successAttr(), successMessageAttr(), formValidAttr(), formInvalidAttr()),
		Blocks:   []*block{formSetBlock()},
	}
}

func deleteViewBlock() *block {
	return &block{
		Type: "delete", Once: true, Into: reflect.TypeFor[DeleteView](),
		Doc:      "The view asks whether to delete the row that the route's captures find, and deletes it on POST.",
		Ancestor: "Django DeleteView",
		Attrs:    []*attr{modelAttr(), whereAttr(), querysetAttr(), successAttr(), successMessageAttr()},
	}
}

func redirectViewBlock() *block {
	return &block{
		Type: "redirect", Once: true, Into: reflect.TypeFor[RedirectView](),
		Doc:      "The view sends the client elsewhere.",
		Ancestor: "Django RedirectView",
		Example: `view "old_home" {
  redirect {
    view      = view.home
    permanent = true
  }
}`,
		Attrs: []*attr{
			{Name: "to", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "Django url",
				Doc: "The address; either this or view is written."},
			{Name: "view", Type: viewRef(), Ancestor: "Django pattern_name",
				Doc: "The view to go to, with the captures of this one's route."},
			{Name: "permanent", Type: boolType(), Default: "false", Ancestor: "Django permanent",
				Doc: "Whether the status is 301 instead of 302."},
		},
	}
}

func jsonBlock() *block {
	return &block{
		Type: "json", Once: true, Into: reflect.TypeFor[JSONView](),
		Doc:      "The view answers with JSON instead of a page: the rows, the row, or what is wrong with a form.",
		Ancestor: "Django JsonResponse",
		Example: `view "post_feed" {
  list { model = model.post }
  json { fields = ["title", "slug"] }
}`,
		Attrs: []*attr{
			{Name: "fields", Type: fieldList{}, Doc: "The fields that are shown; all of the model's when not written."},
		},
	}
}
