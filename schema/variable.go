package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Variable is a value from outside: its default, or the environment as the site starts.
type Variable struct {
	Name string
	// Type is the variable's type; string where nothing says otherwise.
	Type cty.Type
	// Default is cty.NilVal when the environment must give a value.
	Default cty.Value
	// Env is the environment variable read at start; empty for a constant.
	Env String
	// Sensitive keeps the value out of logs, pages and messages.
	Sensitive Bool
	DeclRange hcl.Range
}

// variableBlock declares a value from outside.
func variableBlock() *block {
	return &block{
		Type: "variable", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Variable](), Kind: "var",
		Doc: "A value that the rest of the file refers to as var.NAME, fixed or read from the environment when the site starts.",
		Example: `variable "database_url" {
  default = "sqlite:data/blog.db"
  env     = "DATABASE_URL"
}`,
		Attrs: []*attr{
			{Name: "type", Type: typeType{},
				Doc: "The type of the value: string, number, bool, or a collection such as list(string); that of the default when not written."},
			{Name: "default", Type: constantType{},
				Doc: "The value where the environment gives none, and the one that checks go by."},
			{Name: "env", Type: stringType(), Check: checkEnvironmentName, Ancestor: "os.environ",
				Doc: "The environment variable that is read when the site starts."},
			{Name: "sensitive", Type: boolType(), Default: "false",
				Doc: "Whether the value is kept out of logs and messages."},
		},
		Check: checkVariable,
	}
}

// localsBlock names values.
func localsBlock() *block {
	return &block{
		Type: "locals", Free: true, Into: reflect.TypeFor[struct{}](), Field: "-",
		Doc: "Values that the rest of the file refers to as local.NAME.",
		Example: `locals {
  year = "365d"
}`,
	}
}
