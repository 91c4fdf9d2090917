package schema

import (
	"fmt"
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Split sends a share of a location's requests elsewhere.
type Split struct {
	Name      string
	Upstream  Ref[Upstream]
	Percent   Int
	DeclRange hcl.Range
}

// Mirror sends copies of a location's requests elsewhere.
type Mirror struct {
	Upstream            Ref[Upstream]
	Percent, Concurrent Int
	MaxBody             Size
	DeclRange           hcl.Range
}

func splitBlock() *block {
	return &block{
		Type: "split", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Split](), Field: "Splits",
		Doc:      "Sends a share of the requests elsewhere than forward says: to a new version, with a few clients first.",
		Ancestor: "nginx split_clients, Traefik weighted round robin",
		Example: `split "next" {
  upstream = upstream.next
  percent  = 5
}`,
		Attrs: []*attr{
			{Name: "upstream", Type: refType[Upstream]{"upstream"}, Required: true, Ancestor: "nginx proxy_pass",
				Doc: "Who answers the share."},
			{Name: "percent", Type: intType(), Required: true, Bindable: true, Check: checkPercent,
				Doc: "How many requests in a hundred; with 0 only those come whose split_cookie names the block."},
		},
		Check: func(d *decoder, s *scope) {
			if x := s.owner.(*Split); !slugPattern.MatchString(x.Name) || x.Name == "main" {
				d.report(errorAt(s.labelRange, "Invalid name of a share", "The name %q stands in the cookie of those that go there, beside \"main\" for the others. Write letters, digits, hyphens and underscores.", x.Name))
			}
		},
	}
}

func mirrorBlock() *block {
	return &block{
		Type: "mirror", Once: true, Into: reflect.TypeFor[Mirror](),
		Doc:      "Sends a copy of the requests that are forwarded to another upstream as well, and throws its answers away; no client waits for it.",
		Ancestor: "nginx mirror",
		Example:  `mirror { upstream = upstream.shadow }`,
		Attrs: []*attr{
			{Name: "upstream", Type: refType[Upstream]{"upstream"}, Required: true,
				Doc: "Who gets the copies."},
			{Name: "percent", Type: intType(), Default: "100", Bindable: true, Check: checkShare,
				Doc: "How many requests in a hundred are copied."},
			{Name: "max_body", Type: sizeType(), Default: `"1MB"`, Bindable: true, Check: checkPositive, Ancestor: "nginx mirror_request_body",
				Doc: "The largest body that is copied; requests with a larger one are not."},
			{Name: "concurrent", Type: intType(), Default: "100", Bindable: true, Check: checkPositive,
				Doc: "How many copies may be on their way; while there are as many, requests are not copied."},
		},
	}
}

func checkPercent(v any) *problem {
	if n := v.(int); n < 0 || n > 100 {
		return &problem{"Invalid share", fmt.Sprintf("%d is no share of a hundred. Write a number from 0 to 100.", n)}
	}
	return nil
}

// checkShare is checkPercent of what cannot be nothing.
func checkShare(v any) *problem {
	if n := v.(int); n < 1 || n > 100 {
		return &problem{"Invalid share", fmt.Sprintf("%d is no share of a hundred. Write a number from 1 to 100.", n)}
	}
	return nil
}

// checkTraffic looks at where else the requests of a location go.
func (d *decoder) checkTraffic(l *Location) {
	first := map[string]hcl.Range{}
	total := 0
	for _, x := range l.Splits {
		if at, ok := first[x.Name]; ok {
			d.report(declaredTwice("split", x.Name, x.DeclRange, at))
		}
		first[x.Name] = x.DeclRange
		if x.Percent.Bind == nil {
			total += x.Percent.V
		}
		if total > 100 && total-x.Percent.V <= 100 {
			d.report(errorAt(x.Percent.Range, "Shares of more than everything", "With this one the shares come to %d requests in a hundred. Write smaller ones.", total))
		}
	}
	for _, name := range []string{"split_cookie", "split_key"} {
		if len(l.Splits) == 0 && d.isWritten(l, name) {
			d.report(errorAt(d.attrRange(l, name, l.DeclRange), "No use for "+name, "It says who belongs to a share, and the location has none. Write a split block, or take %s away.", name))
		}
	}
	if len(l.Splits) > 0 && l.Cache != nil {
		d.report(errorAt(l.Splits[0].DeclRange, "Shares behind one cache", "The cache keeps the answer of one share and gives it to all. Take one of the two away, or write a location with when for those that go elsewhere.").and(l.Cache.DeclRange, "cache is here"))
	}
}
