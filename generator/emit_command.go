package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

const (
	pkgCommand  = "stackgen.dev/runtime/web/command"
	pkgTerminal = "stackgen.dev/runtime/web/terminal"
)

// commandKinds are the constants of package command.
var commandKinds = map[string]string{
	"string": "String", "integer": "Integer", "float": "Float", "boolean": "Boolean", "date": "Date", "duration": "Duration",
}

// emitCommands writes gen/site/commands.gen.go: the commands that need the application: the
// project's own, and that which sends an e-mail. Nothing for a site without any.
func (p *project) emitCommands() []*emit.File {
	if len(p.site.Commands) == 0 && p.site.Email == nil {
		return nil
	}
	f := p.file("commands")
	for _, c := range p.site.Commands {
		f.Doc(commandVar(c) + " is the command " + c.Name + ".")
		f.Var().Id(commandVar(c)).Op("=").Qual(pkgCommand, "Command").Add(emit.Rows(p.command(c)...))
		f.Line()
	}
	f.Doc("ownCommand runs a command with the site's application.")
	do := func() *jen.Statement {
		return jen.Func().Params(jen.Op("*").Qual(pkgWeb, "App"), jen.Op("*").Qual(pkgModel, "DB")).Error()
	}
	with := jen.Id("with").Func().Params(jen.Id("do").Func().Params(jen.Op("*").Qual(pkgSite, "Env")).Error()).Error()
	f.Func().Id("ownCommand").Params(jen.Id("c").Qual(pkgCommand, "Command")).Qual(pkgSite, "OwnCommand").Block(
		jen.Return(jen.Func().Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("t").Op("*").Qual(pkgTerminal, "Terminal"), jen.Id("args").Index().String(), with).Error().Block(
			jen.Return(jen.Id("c").Dot("Start").Call(jen.Id("ctx"), jen.Id("t"), jen.Id("args"), jen.Func().Params(jen.Id("do").Add(do())).Error().Block(
				jen.Return(jen.Id("with").Call(jen.Func().Params(jen.Id("env").Op("*").Qual(pkgSite, "Env")).Error().Block(
					jen.List(jen.Id("app"), jen.Err()).Op(":=").Id("newApp").Call(jen.Id("env")),
					jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
					jen.Return(jen.Id("do").Call(jen.Id("app").Assert(jen.Op("*").Qual(pkgWeb, "App")), jen.Id("env").Dot("DB"))),
				))),
			))),
		)),
	)
	return []*emit.File{f}
}

func (p *project) command(c *schema.Command) []jen.Code {
	var fs fields
	fs.add("Name", jen.Lit(c.Name))
	fs.add("Doc", str(c.Doc))
	if len(c.Arguments) > 0 {
		var rows []jen.Code
		for _, a := range c.Arguments {
			row := commandValue(a)
			row.addIf(a.Optional.V, "Optional", jen.True())
			row.addIf(a.Many.V, "Many", jen.True())
			rows = append(rows, jen.Values(row...))
		}
		fs.add("Arguments", jen.Index().Qual(pkgCommand, "Argument").Add(emit.Rows(rows...)))
	}
	if len(c.Flags) > 0 {
		var rows []jen.Code
		for _, v := range c.Flags {
			row := commandValue(v)
			row.addIf(v.Default.V != "", "Default", str(v.Default))
			rows = append(rows, jen.Values(row...))
		}
		fs.add("Flags", jen.Index().Qual(pkgCommand, "Flag").Add(emit.Rows(rows...)))
	}
	fs.add("Run", p.goFunc(c.Handler))
	return fs
}

func commandValue(v *schema.CommandValue) fields {
	var fs fields
	fs.add("Name", jen.Lit(v.Name))
	fs.add("Kind", jen.Qual(pkgCommand, commandKinds[v.Kind.V]))
	fs.addIf(v.Doc.V != "", "Doc", str(v.Doc))
	return fs
}

// commandVar is the Go variable with a command.
func commandVar(c *schema.Command) string { return lowerFirst(schema.GoName(c.Name)) + "Command" }
