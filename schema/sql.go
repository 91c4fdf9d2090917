package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// SQL is a statement of the user's with a name, typed parameters and typed rows.
type SQL struct {
	Name string
	// Query is the statement; Postgres that for PostgreSQL where it is another.
	// Parameters stand in it as :name.
	Query, Postgres String
	// Params are the parameters, Columns the result's columns in their order;
	// without columns the statement changes rows.
	Params, Columns []*Field
	DeclRange       hcl.Range

	// Row has the columns as its fields; it is no model of the site.
	Row *Model
	// given is Params in the same way, for what a view gives them.
	given *Model
}

// Argument is the value of a parameter.
type Argument struct {
	Param *Field
	Value Operand
	Range hcl.Range
}

func sqlRef() refType[SQL] { return refType[SQL]{"sql"} }

func sqlBlock() *block {
	column := func(typ, field, doc string, attrs ...*attr) *block {
		return &block{
			Type: typ, Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Field](), Field: field, Doc: doc, Ancestor: "Django Manager.raw()",
			Attrs: append([]*attr{
				{Name: "type", Into: "Kind", Type: fieldType{}, Required: true, Doc: "The type: one of the field types that are no relations."},
			}, attrs...),
			Check: checkSQLField,
		}
	}
	return &block{
		Type: "sql", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[SQL](), Field: "SQL", Kind: "sql",
		Doc:      "A statement of your own, and a typed Go function in gen/models: it is held against the models when the site is built, and prepared by the database itself in the site's migrate and check --database.",
		Ancestor: "Django Manager.raw(), cursor.execute()",
		Example: `sql "busy_authors" {
  query = "SELECT a.name, COUNT(*) AS posts FROM author AS a JOIN post AS p ON p.author_id = a.id WHERE p.day >= :since GROUP BY a.id ORDER BY posts DESC"
  param "since" { type = date }
  column "name"  { type = char(80) }
  column "posts" { type = big_integer }
}`,
		Attrs: []*attr{
			{Name: "query", Type: stringType(), Required: true, Check: checkNotEmpty, Doc: "The statement, with parameters as :name."},
			{Name: "postgres", Type: stringType(), Check: checkNotEmpty, Doc: "The statement for PostgreSQL; the same as query when not written."},
		},
		Blocks: []*block{
			column("param", "Params", "A parameter of the statement, in the order of the Go function."),
			column("column", "Columns", "A column of the result, in the statement's order; a statement without any changes rows, and its function returns how many.",
				&attr{Name: "null", Type: boolType(), Default: "false", Ancestor: "Django null", Doc: "Whether the column may be null."}),
		},
		Check: checkSQL,
	}
}

// checkSQLField settles a parameter or column by itself.
func checkSQLField(d *decoder, s *scope) {
	f := s.owner.(*Field)
	f.VerboseName = String{V: f.Name, Range: f.DeclRange}
	if f.Kind == ForeignKey || f.Kind == ManyToMany {
		d.report(sqlRelation(f))
		f.Kind = ""
	}
}

// checkSQL reports names that stand twice.
func checkSQL(d *decoder, s *scope) {
	q := s.owner.(*SQL)
	for _, list := range [][]*Field{q.Params, q.Columns} {
		seen := map[string]*Field{}
		for _, f := range list {
			if first := seen[GoName(f.Name)]; first != nil {
				d.report(declaredTwice(d.sqlWord(q, f), f.Name, f.DeclRange, first.DeclRange))
			}
			seen[GoName(f.Name)] = f
		}
	}
	q.Row = &Model{Name: q.Name + "_row", Fields: q.Columns, Implicit: true, DeclRange: q.DeclRange}
	q.given = &Model{Name: q.Name, Fields: q.Params, Implicit: true, DeclRange: q.DeclRange}
	if len(q.Columns) > 0 {
		q.Row.Display = String{V: q.Columns[0].Name, Range: q.DeclRange}
	}
}

func (d *decoder) sqlWord(q *SQL, f *Field) string {
	for _, p := range q.Params {
		if p == f {
			return "param"
		}
	}
	return "column"
}

// argumentsType gives the parameters of a sql block their values.
type argumentsType struct{}

func (argumentsType) word() string         { return "map of parameters and their values" }
func (argumentsType) json() any            { return map[string]any{"type": "object"} }
func (argumentsType) goType() reflect.Type { return reflect.TypeFor[[]Argument]() }
func (argumentsType) symbolic() bool       { return false }

func (argumentsType) decode(d *decoder, u *use) {
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		d.report(notAnObject(u, "params = { since = now() }", u.expr.Range()))
		return
	}
	q := u.owner.(*Query)
	into := u.target.Addr().Interface().(*[]Argument)
	d.eachItem(u, object, func(name string, at hcl.Range, value hclsyntax.Expression) {
		d.wait(resolveConditions, func() {
			if q.SQL.Target == nil {
				return
			}
			f := q.SQL.Target.given.Field(name)
			if f == nil {
				d.report(unknownParam(q.SQL.Target, name, at))
			}
			if f == nil || f.Kind == "" {
				d.broken(q)
				return
			}
			c := &condition{d: d, u: u, model: q.SQL.Target.given}
			if v, ok := c.operand(f, unwrap(value)); ok {
				*into = append(*into, Argument{Param: f, Value: v, Range: at})
			} else {
				d.broken(q)
			}
		})
	})
}

// checkQueryOfSQL settles where a query's rows come from.
func checkQueryOfSQL(d *decoder, s *scope) {
	q := s.owner.(*Query)
	isSQL := d.isWritten(q, "sql")
	if isSQL == d.isWritten(q, "model") {
		d.report(queryOfWhat(q))
		return
	}
	for _, name := range []string{"where", "ordering", "limit", "select_related"} {
		if isSQL && d.isWritten(q, name) {
			d.report(querySQLBeside(q, name, d.attrRange(q, name, q.DeclRange)))
		}
	}
	if !isSQL && d.isWritten(q, "params") {
		d.report(queryParamsWithoutSQL(q, d.attrRange(q, "params", q.DeclRange)))
	}
	d.wait(resolveFields, func() {
		if q.SQL.Target != nil {
			q.Model = Ref[Model]{Name: q.SQL.Target.Row.Name, Target: q.SQL.Target.Row, Range: q.SQL.Range}
		}
	})
}

// checkSQLUses reports queries that leave parameters without a value, and
// statements without rows that are shown.
func (d *decoder) checkSQLUses() {
	for _, v := range d.site.Views {
		for _, q := range v.Queries {
			sql := q.SQL.Target
			if sql == nil || d.brokenOnes[q] {
				continue
			}
			if len(sql.Columns) == 0 {
				d.report(querySQLWithoutRows(q, sql))
			}
			for _, p := range sql.Params {
				given := false
				for _, a := range q.Params {
					given = given || a.Param == p
				}
				if !given {
					d.report(querySQLWithoutParam(q, p))
				}
			}
		}
	}
	if len(d.site.SQL) > 0 && d.site.Database == nil {
		d.report(errorAt(d.site.SQL[0].DeclRange, "Statement without a database", "There is no database for the statement %s. Write database { url = \"sqlite:data/site.db\" }.", d.site.SQL[0].Name))
	}
}

// keyless says that the rows are those of a statement, which have no key.
func (m *Model) keyless() bool {
	for _, f := range m.Fields {
		if f.PrimaryKey.V {
			return false
		}
	}
	return true
}

func unknownParam(q *SQL, name string, at hcl.Range) Diagnostic {
	var names []string
	for _, p := range q.Params {
		names = append(names, p.Name)
	}
	x := errorAt(at, "Unknown parameter", "The statement %s has no parameter %q.", q.Name, name)
	if near := Suggest(name, names); near != "" {
		x.Detail += didYouMean(near)
	}
	return x.and(q.DeclRange, "sql.%s is declared here", q.Name)
}

func sqlRelation(f *Field) Diagnostic {
	return errorAt(f.TypeRange, "Relation as a column", "A column or parameter holds a value, and a relation leads to rows. Write the type of the key, such as big_integer.")
}

func queryOfWhat(q *Query) Diagnostic {
	return errorAt(q.DeclRange, "Query of what", "The query %s reads the rows of a model or of a statement. Write model = model.NAME or sql = sql.NAME.", q.Name)
}

func querySQLBeside(q *Query, name string, at hcl.Range) Diagnostic {
	return errorAt(at, "Attribute without effect", "The rows of the query %s are those of a statement, which says %s itself. Take it away.", q.Name, name)
}

func queryParamsWithoutSQL(q *Query, at hcl.Range) Diagnostic {
	return errorAt(at, "Parameters of nothing", "The query %s names no statement that has parameters. Write sql = sql.NAME, or take params away.", q.Name)
}

func querySQLWithoutRows(q *Query, sql *SQL) Diagnostic {
	return errorAt(q.SQL.Range, "Statement without rows", "The statement %s changes rows and gives none to show. Give it columns, or call it in Go.", sql.Name).
		and(sql.DeclRange, "sql.%s is declared here", sql.Name)
}

func querySQLWithoutParam(q *Query, p *Field) Diagnostic {
	return errorAt(q.DeclRange, "Parameter without a value", "The query %s gives the parameter %s no value. Write params = { %s = … }.", q.Name, p.Name, p.Name).
		and(p.DeclRange, "the parameter is declared here")
}
