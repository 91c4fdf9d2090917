package schema

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// text writes a predicate out, so that tests can show its structure.
func predicateText(p Predicate) string {
	join := func(op string, terms []Predicate) string {
		var out []string
		for _, t := range terms {
			out = append(out, predicateText(t))
		}
		return "(" + strings.Join(out, " "+op+" ") + ")"
	}
	switch p := p.(type) {
	case nil:
		return "all"
	case And:
		return join("and", p.Terms)
	case Or:
		return join("or", p.Terms)
	case Not:
		return "not " + predicateText(p.Term)
	case Compare:
		return p.Field.Name + " " + p.Op + " " + operandText(p.Value)
	case IsNull:
		if p.Negated {
			return p.Field.Name + " is not null"
		}
		return p.Field.Name + " is null"
	case In:
		var out []string
		for _, v := range p.Values {
			out = append(out, operandText(v))
		}
		return p.Field.Name + " in [" + strings.Join(out, ", ") + "]"
	case Match:
		return p.Field.Name + " " + p.Op + " " + operandText(p.Value)
	}
	return "?"
}

func operandText(o Operand) string {
	switch o.Kind {
	case NowOperand:
		return "now+" + time.Duration(o.Offset).String()
	case URLOperand:
		return "url." + o.Name
	case QueryOperand:
		return "query." + o.Name
	case VariableOperand:
		return fmt.Sprintf("var.%s(%v)", o.Variable.Name, o.Literal)
	}
	return fmt.Sprintf("%T(%v)", o.Literal, o.Literal)
}

const whereSite = `site "x" {}
database { url = "sqlite:x.db" }
variable "fixed" { default = "f" }
variable "host" {
  default = "h"
  env     = "HOST"
}
locals {
  list = ["a", "b"]
}
model "author" {
  field "key" {
    type        = uuid
    primary_key = true
  }
}
model "post" {
  field "title" { type = char(200) }
  field "rank" { type = integer }
  field "rate" { type = float }
  field "cost" { type = decimal(6, 2) }
  field "open" { type = boolean }
  field "day" { type = date }
  field "seen" {
    type = datetime
    null = true
  }
  field "author" {
    type      = foreign_key(model.author)
    on_delete = cascade
  }
}
view "p" {
  query "rows" {
    model = model.post
    where = %s
  }
  json {}
}
route "/<int:rank>/<slug:title>/<uuid:author>/" { view = view.p }
`

func TestWhere(t *testing.T) {
	for _, c := range []struct{ where, want string }{
		{`post.title == "x"`, `title = string(x)`},
		{`"x" == post.title`, `title = string(x)`},
		{`3 < post.rank`, `rank > int64(3)`},
		{`post.rank >= 1 + 2`, `rank >= int64(3)`},
		{`post.rate <= 1.5`, `rate <= float64(1.5)`},
		{`post.cost != 2.5`, `cost != string(2.5)`},
		{`post.cost != "2.50"`, `cost != string(2.50)`},
		{`post.open`, `open = bool(true)`},
		{`!post.open`, `not open = bool(true)`},
		{`post.open == false`, `open = bool(false)`},
		{`post.day > "2026-01-31"`, `day > string(2026-01-31)`},
		{`post.seen == null`, `seen is null`},
		{`post.seen != null`, `seen is not null`},
		{`post.seen <= now()`, `seen <= now+0s`},
		{`post.seen > now() - duration("1h")`, `seen > now+-1h0m0s`},
		{`post.seen > now() + duration("-1d")`, `seen > now+-24h0m0s`},
		{`post.seen > now() - duration("1h") + duration("1m")`, `seen > now+-59m0s`},
		{`post.rank == url.rank`, `rank = url.rank`},
		{`post.author == url.author`, `author = url.author`},
		{`post.author == "0a000000-0000-4000-8000-00000000000a"`, `author = string(0a000000-0000-4000-8000-00000000000a)`},
		{`icontains(post.title, request.query.q)`, `title icontains query.q`},
		{`startswith(post.title, "x")`, `title startswith string(x)`},
		{`contains(post.title, "x")`, `title contains string(x)`},
		{`contains(["a", url.title], post.title)`, `title in [string(a), url.title]`},
		{`contains(local.list, post.title)`, `title in [string(a), string(b)]`},
		{`contains(range(3), post.rank)`, `rank in [int64(0), int64(1), int64(2)]`},
		{`post.title == var.fixed`, `title = string(f)`},
		{`post.title == "${var.fixed}-${upper("x")}"`, `title = string(f-X)`},
		{`post.title == var.host`, `title = var.host(h)`},
		{`post.pk == 7`, `id = int64(7)`},
		{`post.open && post.rank > 1 && post.rank < 9`, `(open = bool(true) and rank > int64(1) and rank < int64(9))`},
		{`post.open || post.rank > 1 && !(post.rank < 9 || post.open)`,
			`(open = bool(true) or (rank > int64(1) and not (rank < int64(9) or open = bool(true))))`},
	} {
		t.Run(c.where, func(t *testing.T) {
			t.Chdir(t.TempDir())
			text := []byte(fmt.Sprintf(whereSite, c.where))
			site, diags := load("site.hcl", text, NewSources())
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := predicateText(site.Views[0].Queries[0].Where); got != c.want {
				t.Errorf("%s is %s, want %s", c.where, got, c.want)
			}
		})
	}
}
