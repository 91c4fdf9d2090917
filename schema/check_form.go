package schema

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// form is what create and update have in common.
type form struct {
	word   string
	view   *View
	model  *Model
	fields []*Field
	ranges []hcl.Range
	set    []SetField
	owner  any
	at     hcl.Range
}

func (d *decoder) forms() []form {
	var out []form
	for _, v := range d.site.Views {
		if c := v.Create; c != nil && c.Model.Target != nil {
			out = append(out, form{"create", v, c.Model.Target, c.Fields, c.FieldRanges, c.Set, c, c.DeclRange})
		}
		if r := v.Resource; r != nil && r.Model.Target != nil && slices.Contains(d.site.ResourceActions(v), "create") {
			fields := r.Writable()
			if r.Parent != nil && !slices.ContainsFunc(r.Set, func(s SetField) bool { return r.isParent(s.Field) }) {
				fields = append(fields, r.Parent.ForeignKey)
			}
			out = append(out, form{"resource", v, r.Model.Target, fields, nil, r.Set, r, r.DeclRange})
		}
		if u := v.Update; u != nil && u.Model.Target != nil {
			out = append(out, form{"update", v, u.Model.Target, u.Fields, u.FieldRanges, u.Set, u, u.DeclRange})
		}
	}
	return out
}

// checkForms reports forms that cannot make a row, and fields that no form fills.
func (d *decoder) checkForms() {
	for _, f := range d.forms() {
		given := map[*Field]bool{}
		for i, field := range f.fields {
			given[field] = true
			switch {
			case f.ranges == nil: // what nobody can write is not in the list
			case field.Kind == ManyToMany:
				if why := noFormOfPairs(f.view, field); why != "" {
					d.report(formField(field, f.ranges[i], why))
				}
			case isAuto(field.Kind):
				d.report(formField(field, f.ranges[i], "the database counts it up"))
			case field.Kind == Binary:
				d.report(formField(field, f.ranges[i], "it holds bytes"))
			case isFile(field.Kind) && f.view.JSON != nil:
				d.report(formField(field, f.ranges[i], "JSON carries no files; a view with a page takes them"))
			case isFile(field.Kind) && field.Null.V:
				d.report(formField(field, f.ranges[i], "a file is the empty text where there is none; write blank = true in place of null"))
			case field.IsGenerated:
				d.report(formField(field, f.ranges[i], "the database computes it"))
			case !field.Editable.V:
				d.report(formField(field, f.ranges[i], "it is not editable"))
			case field.AutoNow.V || field.AutoNowAdd.V:
				d.report(formField(field, f.ranges[i], "it is set to the time of saving"))
			}
		}
		for _, s := range f.set {
			if given[s.Field] {
				d.report(setAndAsked(s, d.attrRange(f.owner, "fields", f.at)))
			}
			given[s.Field] = true
		}
		if len(f.fields) == 0 && d.isWritten(f.owner, "fields") && f.word == "update" && len(f.set) == 0 {
			d.report(formOfNothing(d.attrRange(f.owner, "fields", f.at)))
		}
		if f.word == "update" || d.brokenOnes[f.owner] {
			continue
		}
		for _, field := range f.model.Fields {
			if !given[field] && d.needed(field) {
				d.report(formWithout(f, field, d.attrRange(f.owner, "fields", f.at)))
			}
		}
	}
}

// noFormOfPairs is why a form cannot ask for the rows of a many_to_many, "" where it can.
func noFormOfPairs(v *View, f *Field) string {
	switch {
	case v.JSON != nil:
		return "JSON views have no lists of keys; a resource or a view with a page takes them"
	case f.Target.Target == nil || f.Source == nil:
		return "" // which has been said
	}
	if why := pairsOfTheirOwn(f); why != "" {
		return why
	}
	return keysNoNumbers(f)
}

// pairsOfTheirOwn says that the pairs of a many_to_many are rows which more belongs to
// than the two keys, "" where they are not.
func pairsOfTheirOwn(f *Field) string {
	if f.Through.Target != nil && !f.Through.Target.Implicit {
		return fmt.Sprintf("its pairs are rows of model.%s, which have more to say; a formset asks for those", f.Through.Name)
	}
	return ""
}

// keysNoNumbers says that the rows of a many_to_many are not found by a number, "" where they are.
func keysNoNumbers(f *Field) string {
	if f.Target.Target == nil || f.Target.Target.PrimaryKey() == nil {
		return "" // which has been said
	}
	switch f.Target.Target.PrimaryKey().Kind {
	case Auto, BigAuto, Integer, BigInteger, SmallInteger, PositiveInt, PositiveSmall, PositiveBig:
		return ""
	}
	return fmt.Sprintf("rows of model.%s have keys that are no numbers", f.Target.Name)
}

// needed reports whether a new row has to be given a value for the field.
func (d *decoder) needed(f *Field) bool {
	switch {
	case f.Kind == "" || isAuto(f.Kind) || f.Null.V || f.AutoNow.V || f.AutoNowAdd.V:
		return false
	case f.Default.V != nil || d.isWritten(f, "default") || f.IsGenerated:
		return false
	case f.Blank.V && isText(f.Kind):
		return false
	case f.Kind == UUID && f.PrimaryKey.V:
		return false // creating a row makes a random one
	}
	return true
}

// RoutesOf lists the routes that lead to a view, in the order they are tried.
func (s *Site) RoutesOf(v *View) []*Route {
	var out []*Route
	for _, r := range s.AllRoutes() {
		if r.View.Target == v {
			out = append(out, r)
		}
	}
	return out
}

// ReverseFor is the first route to a view whose captures a row of the model
// fills, or nil. Without a model it is the first route without captures.
func (s *Site) ReverseFor(v *View, m *Model) *Route {
	for _, r := range s.RoutesOf(v) {
		if r.reversible(m) {
			return r
		}
	}
	return nil
}

// checkSuccess finds the view that a form leads to, and checks one that is written.
func (d *decoder) checkSuccess() {
	for _, v := range d.site.Views {
		switch {
		case v.Create != nil:
			d.success(v, "create", v.Create.Model.Target, &v.Create.Success, v.Create, v.Create.DeclRange)
		case v.Update != nil:
			d.success(v, "update", v.Update.Model.Target, &v.Update.Success, v.Update, v.Update.DeclRange)
		case v.Delete != nil:
			d.success(v, "delete", v.Delete.Model.Target, &v.Delete.Success, v.Delete, v.Delete.DeclRange)
		}
	}
}

func (d *decoder) success(v *View, word string, m *Model, ref *Ref[View], owner any, at hcl.Range) {
	if m == nil || d.isWritten(owner, "success") && ref.Target == nil {
		return
	}
	if ref.Target != nil {
		switch routes := d.site.RoutesOf(ref.Target); {
		case len(routes) == 0:
			d.report(successWithoutRoute(*ref))
		case d.site.ReverseFor(ref.Target, m) == nil:
			d.report(successNotReversible(*ref, m, routes[0]))
		}
		return
	}
	if found := d.chooseSuccess(v, word, m); found != nil {
		*ref = Ref[View]{Name: found.Name, Target: found, Range: at}
		return
	}
	if v.JSON == nil {
		d.report(successMissing(word, m, at))
	}
}

// chooseSuccess is the rule for a form that does not say where it leads: the
// row's own page, else the list of rows, else the page itself where it shows
// rows of the model beside its form.
func (d *decoder) chooseSuccess(v *View, word string, m *Model) *View {
	if word != "delete" {
		for _, x := range d.site.Views {
			if x.Detail != nil && x.Detail.Model.Target == m && d.site.ReverseFor(x, m) != nil {
				return x
			}
		}
	}
	for _, x := range d.site.Views {
		if x.List != nil && x.List.Model.Target == m && d.site.ReverseFor(x, m) != nil {
			return x
		}
	}
	if word == "create" && d.site.ReverseFor(v, m) != nil {
		for _, q := range v.Queries {
			if q.Model.Target == m {
				return v
			}
		}
	}
	return nil
}

// RedirectFor is the route that a redirect view leads to: the first route to
// its target whose captures every route of the redirect has too; nil for none.
func (s *Site) RedirectFor(v *View) *Route {
	for _, to := range s.RoutesOf(v.Redirect.View.Target) {
		covered := true
		for _, from := range s.RoutesOf(v) {
			covered = covered && from.covers(to)
		}
		if covered {
			return to
		}
	}
	return nil
}

// covers reports whether a route has every capture of another one, numbers as numbers.
func (r *Route) covers(to *Route) bool {
	if to.Regex {
		return false
	}
	for _, c := range to.captures() {
		own, ok := r.capture(c.Name)
		if !ok || !own.sameValues(c) {
			return false
		}
	}
	return true
}

// checkRedirects reports redirect views whose target their route cannot name.
func (d *decoder) checkRedirects() {
	for _, v := range d.site.Views {
		if v.Redirect == nil || v.Redirect.View.Target == nil {
			continue
		}
		ref := v.Redirect.View
		targets := d.site.RoutesOf(ref.Target)
		if len(targets) == 0 {
			d.report(successWithoutRoute(ref))
			continue
		}
		if d.site.RedirectFor(v) != nil {
			continue
		}
		for _, from := range d.site.RoutesOf(v) {
			if !from.covers(targets[0]) {
				d.report(redirectNotReversible(ref, targets[0], from))
			}
		}
	}
}

// checkLookups reports routes that do not find the row of their view.
func (d *decoder) checkLookups() {
	firstOf := map[*View]*Route{}
	for _, r := range d.site.AllRoutes() {
		v := r.View.Target
		if v == nil || d.brokenOnes[r] {
			continue
		}
		m, word := rowModel(v)
		if m == nil {
			continue
		}
		found := r.Lookups(m)
		if len(found) == 0 {
			d.report(routeWithoutRow(r, m, word))
			continue
		}
		if first := firstOf[v]; first == nil {
			firstOf[v] = r
		} else if !sameLookups(found, first.Lookups(m)) {
			d.report(lookupsDiffer(r, first, v))
			continue
		}
		single := false
		for _, l := range found {
			if !fits(l.Field, l.Capture) {
				d.report(captureOfOtherKind(r, l.Capture, m, l.Field, r.DeclRange))
			}
			single = single || l.Field.PrimaryKey.V || l.Field.Unique.V
		}
		if !single {
			d.report(severalRows(r, m, found[0].Field))
		}
	}
}

// sameLookups reports whether two routes find a row by the same captures.
func sameLookups(a, b []Lookup) bool {
	return slices.EqualFunc(a, b, func(x, y Lookup) bool { return x.Capture.Name == y.Capture.Name })
}

// rowModel is the model of a view that is about one row.
func rowModel(v *View) (*Model, string) {
	switch {
	case v.Detail != nil:
		return v.Detail.Model.Target, "detail"
	case v.DateDetail != nil:
		return v.DateDetail.Model.Target, "date_detail"
	case v.Update != nil:
		return v.Update.Model.Target, "update"
	case v.Delete != nil:
		return v.Delete.Model.Target, "delete"
	}
	return nil, ""
}

// fits reports whether a capture can be a value of the field.
func fits(f *Field, c Segment) bool {
	if f.Kind == ForeignKey {
		if f.Target.Target == nil {
			return true
		}
		key := f.Target.Target.PrimaryKey()
		return key.Kind == ForeignKey || fits(key, c)
	}
	switch {
	case f.Kind == "" || c.Value() == "":
		return true
	case isWhole(f.Kind):
		return c.isNumber()
	case f.Kind == UUID:
		return c.Converter == "uuid" || c.Value() == "UUID"
	}
	return isText(f.Kind) && (c.Value() == "string" || c.Own == nil)
}

// checkCaptures reports conditions on captures that a route of the view lacks.
func (d *decoder) checkCaptures() {
	for _, c := range d.captures {
		if c.view == nil {
			continue
		}
		for _, r := range d.site.RoutesOf(c.view) {
			if d.brokenOnes[r] {
				continue
			}
			capture, ok := r.capture(c.name)
			switch {
			case !ok:
				d.report(captureMissing(c, r))
			case !fits(c.field, capture):
				d.report(captureUseOfOtherKind(c, capture, r))
			}
		}
	}
}

// isFile reports whether rows hold paths of files in fields of the kind.
func isFile(k FieldKind) bool { return k == FileKind || k == ImageKind }

// TakesFiles reports whether the view's form has files.
func (v *View) TakesFiles() bool {
	fields := func(list []*Field) bool {
		return slices.ContainsFunc(list, func(f *Field) bool { return isFile(f.Kind) })
	}
	plain := func(list []*FormField) bool {
		return slices.ContainsFunc(list, func(f *FormField) bool { return isFile(FieldKind(f.Kind.V)) })
	}
	for _, s := range v.FormSets() {
		if fields(s.Fields) || plain(s.FormFields) {
			return true
		}
	}
	switch {
	case v.Form != nil:
		return plain(v.Form.Fields)
	case v.Create != nil:
		return fields(v.Create.Fields)
	case v.Update != nil:
		return fields(v.Update.Fields)
	}
	return false
}

// checkUploadTo wants a folder beneath the storage.
func checkUploadTo(v any) *problem {
	text := v.(string)
	plain := regexp.MustCompile(`%[YmdHMS]`).ReplaceAllString(text, "0")
	if text == "" || !fs.ValidPath(plain) || strings.ContainsAny(plain, "%\\\x00") {
		return &problem{"Invalid folder for files", fmt.Sprintf("%q is not a folder beneath the site's storage. Write one as in upload_to = \"photos/%%Y/%%m\", without .. and a slash at its ends.", text)}
	}
	return nil
}

func uploadToOfOtherKind(f *Field) Diagnostic {
	return errorAt(f.UploadTo.Range, "Folder without files", "The field %s is %s and has no files. Take upload_to away.", f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "the type is here")
}
