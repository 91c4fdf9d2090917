package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Query is rows that a view's template or JSON shows under the query's name.
type Query struct {
	Name  string
	Model Ref[Model]
	// SQL is the statement whose rows are read; Model is then what stands for them.
	SQL    Ref[SQL]
	Params []Argument
	// Where is nil for all rows.
	Where    Predicate
	Ordering []Ordering // the model's, unless written
	// Limit is 0 for no limit.
	Limit Int
	// SelectRelated names foreign keys whose rows are read along (select_related).
	SelectRelated []*Field
	DeclRange     hcl.Range
}

// Predicate is a condition on the rows of one model: And, Or, Not, Compare,
// IsNull, In, Match or Crossing.
type Predicate interface{ predicate() }

// And holds where all terms hold, Or where one does.
type (
	And struct{ Terms []Predicate }
	Or  struct{ Terms []Predicate }
	// Not negates. It holds for every row for which Term does not hold, null included.
	Not struct{ Term Predicate }
	// Compare compares a field with a value; Op is one of = != < <= > >=.
	Compare struct {
		Field *Field
		Op    string
		Value Operand
		Range hcl.Range
	}
	// IsNull is field == null; Negated is field != null.
	IsNull struct {
		Field   *Field
		Negated bool
		Range   hcl.Range
	}
	// In is contains(list, field).
	In struct {
		Field  *Field
		Values []Operand
		Range  hcl.Range
	}
	// Match is a text look-up: Op is contains, icontains, startswith,
	// istartswith, endswith, iendswith or iexact.
	Match struct {
		Field *Field
		Op    string
		Value Operand
		Range hcl.Range
	}
	// Crossing is a condition on the row that the path leads to; across a relation
	// to several rows it holds where one of them meets it.
	Crossing struct {
		Path []Hop
		Term Predicate
	}
)

// Hop crosses one relation: that of the model's own field, or with Back one
// that another model's field gives it under Name.
type Hop struct {
	Name  string
	Field *Field
	Back  bool
}

func (And) predicate()      {}
func (Or) predicate()       {}
func (Not) predicate()      {}
func (Compare) predicate()  {}
func (IsNull) predicate()   {}
func (In) predicate()       {}
func (Match) predicate()    {}
func (Crossing) predicate() {}

// OperandKind says where a compared value comes from.
type OperandKind int

// The kinds of operand.
const (
	LiteralOperand  OperandKind = iota
	NowOperand                  // now(), with Offset added
	URLOperand                  // url.NAME: a capture of the route
	QueryOperand                // request.query.NAME: a parameter of the query string, "" when absent
	VariableOperand             // var.NAME that is bound to the environment
	UserOperand                 // request.user: the key of who is logged in
)

// Operand is a value that a query binds.
type Operand struct {
	Kind OperandKind
	// Literal is string, int64, float64 or bool.
	Literal any
	// Name is the capture's or parameter's name.
	Name     string
	Variable *Variable
	// Offset is what is added to now(), in nanoseconds.
	Offset int64
	Range  hcl.Range
}

// queryBlock reads rows for a view.
func queryBlock() *block {
	return &block{
		Type: "query", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Query](), Field: "Queries",
		Doc:      "Rows that the view's template or JSON shows under the query's name.",
		Ancestor: "Django QuerySet",
		Example: `query "recent" {
  model = model.post
  where = post.published <= now()
  limit = 5
}`,
		Attrs: []*attr{
			{Name: "model", Type: modelRef(), Doc: "The model whose rows are read."},
			{Name: "sql", Into: "SQL", Type: sqlRef(), Doc: "The statement whose rows are read, instead of a model's."},
			{Name: "params", Type: argumentsType{}, Doc: "What the statement's parameters are: constants, url captures, request.query, variables and now()."},
			whereAttr(), orderingAttr(),
			{Name: "limit", Type: intType(), Check: checkPositive, Ancestor: "slicing a QuerySet",
				Doc: "The largest number of rows; all when not written."},
			selectRelatedAttr(),
		},
		Check: checkQueryOfSQL,
	}
}

func whereAttr() *attr {
	return &attr{Name: "where", Type: conditionType{}, Ancestor: "Django filter()",
		Doc: "The condition that rows have to meet, on the model's fields and across its relations (post.author.name, post.tags.name), url captures, request.query, request.user, variables and now()."}
}

func orderingAttr() *attr {
	return &attr{Name: "ordering", Type: orderingType{}, Ancestor: "Django order_by()",
		Doc: "The fields that rows are sorted by, with a minus before those to sort downwards; the model's ordering when not written."}
}

func selectRelatedAttr() *attr {
	return &attr{Name: "select_related", Type: fieldList{foreign: true}, Ancestor: "Django select_related()",
		Doc: "Foreign keys whose rows are read in the same query."}
}
