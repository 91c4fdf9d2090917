package schema

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
)

func templateMissing(v *View, dir, near string) Diagnostic {
	name := filepath.Join(dir, templatesDir, filepath.FromSlash(v.Template.V))
	if near != "" {
		near = fmt.Sprintf("%q", near)
	}
	remedy := "Write the file, or name another one with template."
	if near != "" {
		remedy = "Otherwise write the file."
	}
	why := ""
	if !v.Template.Set {
		why = " The name follows from the model, as the view writes no template."
	}
	return errorAt(v.Template.Range, "Template not found", "There is no file %s.%s%s %s", name, why, didYouMean(near), remedy)
}

func staticMissing(l *Location, dir, near string) Diagnostic {
	if near != "" {
		near = fmt.Sprintf("%q", near)
	}
	return errorAt(l.Static.Dir.Range, "Static folder not found", "There is no folder %s.%s Make it, or name another one with dir.",
		filepath.Join(dir, filepath.FromSlash(l.Static.Dir.V)), didYouMean(near))
}

func goPackageMissing(use *goUse, dir, near string) Diagnostic {
	name := filepath.Join(dir, filepath.FromSlash(use.ref.Package))
	return errorAt(use.ref.Range, "Go package not found", "There is no folder %s with Go files in it.%s Write the function %s there, with the form %s; stackgen stub %s does so.",
		name, didYouMean(near), use.ref.Name, use.shape, use.ref.Address())
}

func goPackageMain(use *goUse) Diagnostic {
	return errorAt(use.ref.Range, "Go package that cannot be imported", "The folder %s holds a package main, which nothing can import. Name the package %s.", use.ref.Package, path.Base(use.ref.Package))
}

func goFunctionMissing(use *goUse, near string) Diagnostic {
	if near != "" {
		near = use.ref.Address()[:len(use.ref.Address())-len(use.ref.Name)] + near
	}
	return errorAt(use.ref.Range, "Go function not found", "The package %s declares no function %s.%s Write it with the form %s; stackgen stub %s does so.",
		use.ref.Package, use.ref.Name, didYouMean(near), use.form(), use.ref.Address())
}

func goNotAFunction(use *goUse, at hcl.Range) Diagnostic {
	return errorAt(use.ref.Range, "Go name that is no function", "In the package %s, %s is not a function. Write one with the form %s.", use.ref.Package, use.ref.Name, use.form()).
		and(at, "%s is declared here", use.ref.Name)
}

func goWrongShape(use *goUse, at hcl.Range) Diagnostic {
	return errorAt(use.ref.Range, "Go function of another form", "The function %s.%s does not have the form %s. Change its parameters and results.", use.ref.Package, use.ref.Name, use.form()).
		and(at, "%s is declared here", use.ref.Name)
}
