package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

func notADate(m *Model, f *Field, at hcl.Range) Diagnostic {
	x := errorAt(at, "Field that is no date", "Rows belong to days by a date or a datetime, and %s.%s is %s. Name another field.", m.Name, f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "its type is here")
	var names []string
	for _, other := range m.Fields {
		if other.Kind == Date || other.Kind == DateTime {
			names = append(names, other.Name)
		}
	}
	if len(names) > 0 {
		x.Detail = strings.TrimSuffix(x.Detail, "Name another field.") + "Name " + enumerate(names, "or") + "."
	}
	return x
}

func besidePeriod(name string, at hcl.Range, a *ArchiveView, period hcl.Range) Diagnostic {
	what := "An archive without a period"
	switch {
	case a.Period.V == "today":
		what = "The archive of today"
	case a.Period.V == "year" && !a.HasRows():
		what = "The archive of a year that reads no rows (make_object_list)"
	case a.Period.V != "":
		what = "The archive of a " + a.Period.V
	}
	return errorAt(at, "No use for "+name, "%s has no use for %s. Take it away.", what, name).
		and(period, "the archive's period is here")
}

func dateNotCaptured(r *Route, v *View, name string, all []string) Diagnostic {
	pattern := ""
	for _, part := range all {
		pattern += "<int:" + part + ">/"
	}
	return errorAt(r.DeclRange, "Route that captures no "+name, "The view %s is about a day or a period, and %q does not say its %s. Capture %s, as in \"/%s\".",
		v.Name, r.Full, name, enumerate(all, "and"), pattern).
		and(v.DeclRange, "view.%s is declared here", v.Name)
}

func dateOfOtherKind(r *Route, c Segment) Diagnostic {
	return errorAt(r.DeclRange, "Capture of another type", "The route captures %s by the converter %s, which is never a part of a date. Write <int:%s>.", c.Name, c.Converter, c.Name)
}

func monthIsNumber(r *Route, v *View) Diagnostic {
	at := hcl.Range{}
	switch {
	case v.Archive != nil:
		at = v.Archive.MonthFormat.Range
	case v.DateDetail != nil:
		at = v.DateDetail.MonthFormat.Range
	}
	return errorAt(r.DeclRange, "Month that is never a name", "The route captures month as a number, and the view %s reads names, jan to dec. Write <slug:month>, or month_format = \"%%m\".", v.Name).
		and(at, "month_format is here")
}

func monthsDiffer(r, first *Route, v *View) Diagnostic {
	return errorAt(r.DeclRange, "Routes that write months in two ways", "The routes %q and %q both lead to view.%s, and one captures month as a number and the other as a text. Capture it in the same way, or write month_format.", first.Full, r.Full, v.Name).
		and(first.DeclRange, "the first is here")
}

func computedByDate(at hcl.Range) Diagnostic {
	return errorAt(at, "Comparison of computed values", "The where of an archive and of a date_detail compares a field with a value, not with another field or what is computed. Write queryset = go.views.Name, and the condition there.")
}

func fieldsOfNoRows(at hcl.Range, a *ArchiveView) Diagnostic {
	return errorAt(at, "Fields of rows that are not read", "An archive of a year has its months and no rows. Write make_object_list = true in archive, or take fields away.").
		and(a.DeclRange, "the archive is here")
}
