package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// ViewRate limits how many requests somebody may make to a view.
type ViewRate struct {
	Rate Value[Rate]
	// Key is what is counted by: "address" or "user".
	Key       String
	Methods   []String
	DeclRange hcl.Range
}

func viewRateBlock() *block {
	return &block{
		Type: "rate_limit", Once: true, Field: "Rate", Into: reflect.TypeFor[ViewRate](),
		Doc:      "How many requests to the view somebody may make, counted in the site's cache; more get 429 with Retry-After.",
		Ancestor: "django-ratelimit",
		Example: `rate_limit {
  rate    = "5/h"
  methods = ["POST"]
}`,
		Attrs: []*attr{
			{Name: "rate", Type: rateType(), Required: true,
				Doc: "How many requests in which time, which begins with the first: 5/m, 100/h, or with a number before the unit, 5/10s."},
			{Name: "key", Type: wordType{}, Default: "address", Enum: []string{"address", "user"},
				Doc: "What is counted by: the client's address (of IPv6 its /64), or the user, and the address of who is not logged in."},
			{Name: "methods", Type: stringList{}, Enum: methods(),
				Doc: "The methods that count; all when not written."},
		},
	}
}

// checkViewRate reports a limit by users in a site without any.
func (d *decoder) checkViewRate(v *View, layer bool) {
	if v.Rate != nil && v.Rate.Key.V == "user" && !layer {
		d.report(guardWithoutLayer("rate_limit by user", d.attrRange(v.Rate, "key", v.Rate.DeclRange), d.tops["middleware"]))
	}
}
