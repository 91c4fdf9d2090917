package models

import "github.com/dave/jennifer/jen"

// userMethods are those that user writes.
var userMethods = []string{"IsAuthenticated", "IsAnonymous", "FullName"}

// user writes what model.user has beside its fields: who is who, in Django's words.
func (w modelWriter) user() {
	self := func() *jen.Statement { return jen.Id(w.self) }
	w.Line()
	w.Doc("IsAuthenticated reports whether this is somebody, and not the row of zeroes that stands for a visitor.")
	w.method("IsAuthenticated").Params().Bool().Block(jen.Return(self().Dot("ID").Op("!=").Lit(0)))
	w.Line()
	w.Doc("IsAnonymous reports whether this is nobody.")
	w.method("IsAnonymous").Params().Bool().Block(jen.Return(self().Dot("ID").Op("==").Lit(0)))
	w.Line()
	w.Doc("FullName is first and last name, with a space between them.")
	w.method("FullName").Params().String().Block(
		jen.Return(jen.Qual("strings", "TrimSpace").Call(self().Dot("FirstName").Op("+").Lit(" ").Op("+").Add(self()).Dot("LastName"))))
}
