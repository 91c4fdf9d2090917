package models

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// NamedSQL is the text of a sql block as a database gets it: its parameters are
// numbered in the order in which the block declares them.
func NamedSQL(q *schema.SQL, dialect sqltext.Dialect) (string, schema.Diagnostics) {
	from := q.Query
	if dialect == sqltext.Postgres && q.Postgres.V != "" {
		from = q.Postgres
	}
	number, used := map[string]int{}, map[string]bool{}
	for i, p := range q.Params {
		number[p.Name] = i + 1
	}
	var diags schema.Diagnostics
	text := strings.TrimSuffix(strings.TrimSpace(from.V), ";")
	tokens := sqltext.Tokens(text)
	var b strings.Builder
	end := 0
	for i := 0; i+1 < len(tokens); i++ {
		t, next := tokens[i], tokens[i+1]
		if t.Text != ":" || next.At != t.End() {
			continue
		}
		if next.Text == ":" { // a cast
			i++
			continue
		}
		n := number[next.Text]
		if n == 0 {
			x := mistake(from.Range, "Unknown parameter", "The statement %s has :%s, which is none of its parameters. Write param %q { type = … }.", q.Name, next.Text, next.Text)
			diags = append(diags, x)
			continue
		}
		used[next.Text] = true
		b.WriteString(text[end:t.At])
		fmt.Fprintf(&b, "?%d", n)
		end = next.End()
	}
	b.WriteString(text[end:])
	for _, p := range q.Params {
		if !used[p.Name] && len(diags) == 0 {
			diags = append(diags, mistake(p.DeclRange, "Parameter without effect", "The statement %s does not have :%s. Take the parameter away, or use it.", q.Name, p.Name))
		}
	}
	return b.String(), diags
}

// sqlNames are the names that a sql block takes in the package.
func sqlNames(q *schema.SQL) []string {
	name := schema.GoName(q.Name)
	return []string{name, name + "Row", "read" + name + "Row", lowerFirst(name) + "SQL"}
}

// checkSQL finds what is wrong with the parameters of sql blocks, and names that meet.
func checkSQL(site *schema.Site, owner map[string]*schema.Model) schema.Diagnostics {
	var diags schema.Diagnostics
	mine := map[string]*schema.SQL{}
	for _, q := range site.SQL {
		for _, name := range sqlNames(q) {
			if m := owner[name]; m != nil {
				diags = append(diags, mistake(q.DeclRange, "Name in use", "The statement %s and the model %s both need the name %s in gen/models. Rename one of them.", q.Name, m.Name, name))
				break
			}
			if other := mine[name]; other != nil && other != q {
				diags = append(diags, mistake(q.DeclRange, "Name in use", "The statements %s and %s both need the name %s in gen/models. Rename one of them.", q.Name, other.Name, name))
				break
			}
			mine[name] = q
		}
		for _, e := range site.Database.Engines {
			dialect := sqltext.SQLite
			if e.V == "postgres" {
				dialect = sqltext.Postgres
			}
			if _, more := NamedSQL(q, dialect); len(more) > 0 {
				diags = append(diags, more...)
				break
			}
		}
	}
	return diags
}

// writeSQL writes the functions of all sql blocks and reports whether there is one.
func writeSQL(f *emit.File, site *schema.Site) bool {
	for _, q := range site.SQL {
		name := schema.GoName(q.Name)
		lite, _ := NamedSQL(q, sqltext.SQLite)
		pg, _ := NamedSQL(q, sqltext.Postgres)
		text := lite
		if lite != pg {
			text = lite + sqltext.OnPostgres + pg
		}
		sqlName := lowerFirst(name) + "SQL"
		f.Const().Id(sqlName).Op("=").Add(sqlConst(site, text))
		f.Line()
		params := []jen.Code{jen.Id("src").Qual(modelPkg, "Source")}
		args := []jen.Code{jen.Id("src")}
		var values []jen.Code
		for _, p := range q.Params {
			params = append(params, jen.Id(goParam(p.Name)).Add(ValueType(p)))
			values = append(values, bindCompared(p, jen.Id(goParam(p.Name))))
		}
		f.Doc(name + " runs the statement " + q.Name + " of the site file.")
		if len(q.Columns) == 0 {
			args = append(append(args, jen.Lit(""), jen.Id(sqlName)), values...)
			f.Func().Id(name).Params(params...).Params(jen.Int64(), jen.Error()).Block(
				jen.List(jen.Id("result"), jen.Err()).Op(":=").Qual(modelPkg, "Execute").Call(args...),
				jen.Return(jen.Id("result").Dot("RowsAffected"), jen.Err()),
			)
			f.Line()
			continue
		}
		row := name + "Row"
		args = append(append(args, jen.Id(sqlName), jen.Id("read"+row)), values...)
		f.Func().Id(name).Params(params...).Params(jen.Index().Op("*").Id(row), jen.Error()).Block(
			jen.Return(jen.Qual(modelPkg, "FetchAll").Call(args...)),
		)
		f.Line()
		var fields []jen.Code
		body := []jen.Code{jen.Id("r").Op(":=").New(jen.Id(row))}
		for i, c := range q.Columns {
			fields = append(fields, jen.Id(FieldName(c)).Add(GoType(c)))
			into := jen.Id("r").Dot(FieldName(c)).Op("=")
			if c.Null.V {
				body = append(body, jen.If(jen.Op("!").Id("row").Dot("IsNull").Call(columnAt(i))).Block(into.Qual(modelPkg, "Some").Call(read(c, columnAt(i)))))
				continue
			}
			body = append(body, into.Add(read(c, columnAt(i))))
		}
		f.Doc(row + " is a row of " + name + ".")
		f.Type().Id(row).Struct(fields...)
		f.Line()
		first := jen.Id("r").Dot(FieldName(q.Columns[0]))
		if q.Columns[0].Null.V {
			first = first.Dot("V")
		}
		f.Doc("String is what stands for the row in pages and logs.")
		f.Func().Params(jen.Id("r").Op("*").Id(row)).Id("String").Params().String().Block(jen.Return(asText(q.Columns[0], first)))
		f.Line()
		f.Doc("read" + row + " makes a row of the columns that begin at at.")
		f.Func().Id("read"+row).Params(jen.Id("row").Qual(modelPkg, "Row"), jen.Id("at").Int()).Op("*").Id(row).Block(
			append(body, jen.Return(jen.Id("r")))...,
		)
		f.Line()
	}
	writeNamedStatements(f, site)
	return len(site.SQL) > 0
}

// writeNamedStatements writes what the database is asked about when it is migrated.
func writeNamedStatements(f *emit.File, site *schema.Site) {
	var rows []jen.Code
	for _, q := range site.SQL {
		row := []jen.Code{emit.Field("Name", jen.Lit(q.Name)), emit.Field("SQL", jen.Id(lowerFirst(schema.GoName(q.Name))+"SQL"))}
		if len(q.Columns) > 0 {
			var columns []jen.Code
			for _, c := range q.Columns {
				columns = append(columns, jen.Lit(c.Name))
			}
			row = append(row, emit.Field("Columns", jen.Index().String().Values(columns...)))
		}
		rows = append(rows, jen.Values(row...))
	}
	f.Doc("NamedStatements are the statements of sql blocks, which the database is asked about when it is migrated.")
	f.Func().Id("NamedStatements").Params().Index().Qual(modelPkg, "NamedStatement").Block(
		jen.Return(jen.Index().Qual(modelPkg, "NamedStatement").Add(emit.Rows(rows...))),
	)
}

// addSQL plans a query whose rows are those of a sql block.
func (p *ViewPlan) addSQL(q *schema.Query, name string) {
	sig := &signature{}
	stmt := newStatement(sig)
	for _, param := range q.SQL.Target.Params {
		for _, a := range q.Params {
			if a.Param != param {
				continue
			}
			switch o := a.Value; o.Kind {
			case schema.LiteralOperand:
				stmt.args = append(stmt.args, bindCompared(param, defaultValue(param, o.Literal)))
			case schema.NowOperand:
				sig.now()
				stmt.args = append(stmt.args, bindCompared(param, nowAs(param, o.Offset)))
			default:
				at := sig.param(param, o)
				stmt.args = append(stmt.args, bindCompared(param, jen.Id(sig.params[at].Name)))
			}
		}
	}
	fn := Func{Name: name, Params: sig.sorted()}
	p.Queries = append(p.Queries, QueryPlan{Query: q, Rows: fn})
	p.fix(fixed{
		doc: "has the rows of the query " + q.Name + " of the view " + p.View.Name + ".",
		fn:  fn, model: q.Model.Target, kind: manyRows, constant: lowerFirst(schema.GoName(q.SQL.Name)) + "SQL", stmt: stmt,
	})
}
