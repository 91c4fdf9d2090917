package models

import (
	"strings"

	"stackgen.dev/schema"
)

// goParam is the Go name of a parameter: post_url is postURL. A word of the
// language, or a name that generated functions use, gets an underscore.
func goParam(snake string) string {
	words := strings.SplitN(strings.Trim(snake, "_"), "_", 2)
	name := words[0]
	if len(words) == 2 {
		name += schema.GoName(words[1])
	}
	if taken[name] {
		name += "_"
	}
	return name
}

// taken are Go's keywords, and what generated functions refer to.
var taken = wordSet(`break case chan const continue default defer else fallthrough for func go goto if import
	interface map package range return select struct switch type var
	append bool byte error false float64 int int64 len new nil string true
	model time json strconv src row at b now limit offset args values result err`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// TypeName is the Go type of a model's rows.
func TypeName(m *schema.Model) string { return schema.GoName(m.Name) }

// PluralName is the Go function that begins a query of the model.
func PluralName(m *schema.Model) string { return plural(TypeName(m)) }

func plural(name string) string {
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, "y") && len(lower) > 1 && !strings.ContainsRune("aeiou", rune(lower[len(lower)-2])):
		return name[:len(name)-1] + "ies"
	case strings.HasSuffix(lower, "s"), strings.HasSuffix(lower, "x"), strings.HasSuffix(lower, "ch"), strings.HasSuffix(lower, "sh"):
		return name + "es"
	}
	return name + "s"
}

// methods are the names that every row type uses for itself.
var methods = wordSet("Create Save Delete String ModelTable FullClean")

// FieldName is the Go struct field that holds the column's value: AuthorID for
// the foreign key author.
func FieldName(f *schema.Field) string {
	name := schema.GoName(f.Name)
	if f.Kind == schema.ForeignKey {
		name += "ID"
	}
	if methods[name] {
		name += "Field"
	}
	return name
}

// RelationName is the Go struct field that holds the row a foreign key points at.
func RelationName(f *schema.Field) string {
	name := schema.GoName(f.Name)
	if methods[name] {
		name += "Field"
	}
	return name
}

// ColumnName is the column of a field: author_id for the foreign key author,
// unless the site file names another.
func ColumnName(f *schema.Field) string { return f.ColumnName() }

// TableName is the table of a model.
func TableName(m *schema.Model) string {
	if m.Table.V != "" {
		return m.Table.V
	}
	return m.Name
}

func lowerFirst(name string) string {
	// An initialism at the start goes down as a whole: URLCheck is urlCheck.
	n := 0
	for n < len(name) && name[n] >= 'A' && name[n] <= 'Z' {
		n++
	}
	if n > 1 && n < len(name) {
		n--
	}
	return strings.ToLower(name[:n]) + name[n:]
}

// constraints are the endings of file names that Go reads as a condition.
var constraints = wordSet(`aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9
	solaris wasip1 windows zos 386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32
	mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm test`)

// fileName is the file of a model, beneath gen/models.
func fileName(m *schema.Model) string {
	words := strings.Split(m.Name, "_")
	if last := words[len(words)-1]; constraints[last] || m.Name == "queries" || m.Name == "sql" || m.Name == "doc" {
		return m.Name + "_model.gen.go"
	}
	return m.Name + ".gen.go"
}
