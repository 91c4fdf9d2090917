package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

func quotedType(text string, at hcl.Range) Diagnostic {
	return errorAt(at, "Quoted type", "Types are not written in quotes. Write type = %s.", text)
}

func badVariableType(at hcl.Range) Diagnostic {
	return errorAt(at, "Unknown type", "A variable's type is string, number, bool, or a collection such as list(string). Write one of them.")
}

func defaultNotConstant(at hcl.Range) Diagnostic {
	return errorAt(at, "Default that is not constant", "The default of a variable names nothing and calls nothing. Write the value, or use locals for what is computed.")
}

func defaultOfOtherType(v *Variable, at, typ hcl.Range) Diagnostic {
	return errorAt(at, "Default of another type", "The default of var.%s is not %s. Change the default, or the type.", v.Name, withArticle(v.Type.FriendlyName())).
		and(typ, "the type is here")
}

func environmentNotPrimitive(v *Variable, at hcl.Range) Diagnostic {
	return errorAt(at, "Environment variable of this type", "The environment holds text, so var.%s has to be a string, a number or a bool. Use one variable for each part, as in [var.a, var.b].", v.Name)
}

func variableWithoutValue(v *Variable) Diagnostic {
	return errorAt(v.DeclRange, "Variable without a value", "Nothing gives var.%s a value. Write default = …, or env = %q, or both.", v.Name, strings.ToUpper(v.Name))
}

func environmentTwice(v *Variable, at hcl.Range, first *Variable) Diagnostic {
	return errorAt(at, "Environment variable read twice", "%s is read by var.%s already. Use that variable in both places.", v.Env.V, first.Name).
		and(first.DeclRange, "var.%s is declared here", first.Name)
}

func localCycle(path []*local) Diagnostic {
	last := path[len(path)-1]
	start := 0
	for i, l := range path {
		if l == last {
			start = i
			break
		}
	}
	var names []string
	for _, l := range path[start:] {
		names = append(names, "local."+l.name)
	}
	x := errorAt(last.at, "Locals that need each other", "The locals go round in a circle: %s. Write one of them without the others.", strings.Join(names, " needs "))
	for _, l := range path[start+1 : len(path)-1] {
		x = x.and(l.at, "local.%s is here", l.name)
	}
	return x
}

func notBindable(u *use, at hcl.Range, v *Variable) Diagnostic {
	return errorAt(at, "Value of the environment where it is too late",
		"%s is settled when the site is generated, and var.%s is read when it starts. Write the value here, or take env away from the variable.", subject(u), v.Name).
		and(v.DeclRange, "var.%s reads %s", v.Name, v.Env.V)
}

func computedBinding(u *use, at hcl.Range, v *Variable) Diagnostic {
	what := fmt.Sprintf("A value that is read when the site starts stands by itself or in a string, as in \"x-${var.%s}\", and nothing is computed from it.", v.Name)
	return errorAt(at, "Computed value of the environment", "%s Let var.%s hold the whole value.", what, v.Name).
		and(v.DeclRange, "var.%s reads %s", v.Name, v.Env.V)
}

func listBinding(u *use, at hcl.Range, b *Binding) Diagnostic {
	x := errorAt(at, "Computed value of the environment",
		"%s cannot come from the environment as a whole. Write it out, with a variable for each part that does.", subject(u))
	if b == nil {
		return x
	}
	for _, p := range b.Parts {
		if p.Variable != nil {
			return x.and(p.Variable.DeclRange, "var.%s reads %s", p.Variable.Name, p.Variable.Env.V)
		}
	}
	return x
}

func unusedName(what, name string, at hcl.Range) Diagnostic {
	return warningAt(at, fmt.Sprintf("Unused %s", what), "Nothing names %s. Use it, or take it away.", name)
}
