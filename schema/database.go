package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Database is where models live.
type Database struct {
	// URL is "sqlite:PATH"; a relative path is taken from where the site runs.
	URL String
	// Engine is the engine of the URL (of its default, when it is bound): "sqlite".
	Engine    string
	DeclRange hcl.Range
}

// databaseBlock says where rows live.
func databaseBlock() *block {
	return &block{
		Type: "database", Once: true, Into: reflect.TypeFor[Database](),
		Doc:      "Where the rows of models live.",
		Ancestor: "Django DATABASES",
		Example: `database {
  url = "sqlite:data/blog.db"
}`,
		Attrs: []*attr{
			{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkDatabaseURL,
				Doc: "The database: sqlite: and a path, which is relative to where the site runs."},
		},
		Check: func(_ *decoder, s *scope) {
			db := s.owner.(*Database)
			db.Engine = "sqlite"
		},
	}
}
