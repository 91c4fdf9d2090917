package schema

import (
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Command is a command of the project's own: `SITE NAME …`.
type Command struct {
	Name      string
	Handler   GoRef
	Doc       String
	Arguments []*CommandValue
	Flags     []*CommandValue
	DeclRange hcl.Range
}

// CommandValue is an argument or a flag of a command.
type CommandValue struct {
	Name string
	Kind String
	Doc  String
	// Optional and Many are an argument's, Default is a flag's.
	Optional, Many Bool
	Default        String
	DeclRange      hcl.Range
}

// siteVerbs are the commands that every site has, and those that layers bring.
func siteVerbs() []string {
	return []string{"serve", "migrate", "sql", "dump", "load", "backup", "check", "routes", "status", "reload", "upgrade", "scale", "drain",
		"upstream", "purge", "stop", "trust", "version", "help", "createsuperuser", "changepassword", "clearsessions", "sendtestemail"}
}

func commandKinds() []string {
	return []string{"string", "integer", "float", "boolean", "date", "duration"}
}

func commandBlock() *block {
	value := func(attrs ...*attr) []*attr {
		return append([]*attr{
			{Name: "type", Into: "Kind", Type: wordType{}, Enum: commandKinds(), Default: "string", Doc: "What it holds; a duration is written as 90s or 1h30m."},
			{Name: "doc", Type: stringType(), Doc: "What help says of it."},
		}, attrs...)
	}
	return &block{
		Type: "command", Label: "name", LabelInto: "Name", Field: "Commands", Into: reflect.TypeFor[Command](),
		Doc:      "A command of the site's program in Go, beside serve and its like: arguments and flags are read and explained as declared, and the database and the application's settings are at hand.",
		Ancestor: "Django BaseCommand",
		Example: `command "prune" {
  handler = go.commands.Prune
  doc     = "Delete old entries."
  argument "before" { type = date }
  flag "dry_run" { type = boolean }
}`,
		Attrs: []*attr{
			{Name: "handler", Type: commandRefType{}, Required: true, Ancestor: "Django handle",
				Doc: "A Go function of the project that is func(*command.Call) error; its error ends the program with status 1, command.Exit with another."},
			{Name: "doc", Type: stringType(), Required: true, Check: checkNotEmpty, Ancestor: "Django help", Doc: "A sentence that help says of the command."},
		},
		Blocks: []*block{
			{
				Type: "argument", Label: "name", LabelInto: "Name", Field: "Arguments", Into: reflect.TypeFor[CommandValue](),
				Doc: "A value that stands behind the command's name, in the order of the blocks.", Ancestor: "Django add_argument",
				Attrs: value(
					&attr{Name: "optional", Type: boolType(), Default: "false", Ancestor: "argparse nargs=\"?\"", Doc: "Whether the last argument may be left out."},
					&attr{Name: "many", Type: boolType(), Default: "false", Ancestor: "argparse nargs=\"+\"", Doc: "Whether the last argument takes all values that follow."}),
			},
			{
				Type: "flag", Label: "name", LabelInto: "Name", Field: "Flags", Into: reflect.TypeFor[CommandValue](),
				Doc: "A value that stands behind --NAME, with hyphens for underscores; one of type boolean stands alone.", Ancestor: "Django add_argument",
				Attrs: value(&attr{Name: "default", Type: stringType(), Doc: "The value without the flag, as it would be typed; nothing, 0 or false when not written."}),
			},
		},
		Check: checkCommand,
	}
}

// commandRefType names a Go function that is a command.
type commandRefType struct{ goRefType }

func (commandRefType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: commandFunction})
	}
}

// checkCommand reports names that are taken and arguments that cannot be told apart.
func checkCommand(d *decoder, s *scope) {
	c := s.owner.(*Command)
	if slices.Contains(siteVerbs(), c.Name) {
		d.report(errorAt(c.DeclRange, "Name of a command that there is", "Every site has a command %s. Give this one another name.", c.Name))
	}
	seen := map[string]*CommandValue{}
	for _, v := range slices.Concat(c.Arguments, c.Flags) {
		if first := seen[v.Name]; first != nil {
			d.report(declaredTwice("argument or flag", v.Name, v.DeclRange, first.DeclRange))
			continue
		}
		seen[v.Name] = v
	}
	for i, a := range c.Arguments {
		if i < len(c.Arguments)-1 && (a.Many.V || a.Optional.V) {
			d.report(errorAt(a.DeclRange, "Argument that takes those behind it", "Only the last argument may be optional or many. Move the block %s to the end.", a.Name))
		}
	}
	for _, f := range c.Flags {
		if f.Name == "help" || f.Name == "h" {
			d.report(errorAt(f.DeclRange, "Flag that there is", "Every command has --help. Give the flag another name."))
		}
		if p := commandDefault(f); p != "" {
			d.report(errorAt(f.Default.Range, "Default of another type", "The flag %s is %s, and %q is not. Write a default such as %q.", f.Name, article(f.Kind.V), f.Default.V, p))
		}
	}
}

func article(kind string) string {
	if strings.ContainsRune("aeiou", rune(kind[0])) {
		return "an " + kind
	}
	return "a " + kind
}

// commandDefault is an example for a default that is not of its flag's type, "" where it is.
func commandDefault(f *CommandValue) string {
	text := f.Default.V
	if !f.Default.Set {
		return ""
	}
	kind := commandDefaults[f.Kind.V]
	if kind.parses == nil || kind.parses(text) {
		return ""
	}
	return kind.example
}

// checkCommands reports commands of one name.
func (d *decoder) checkCommands() {
	seen := map[string]*Command{}
	for _, c := range d.site.Commands {
		if first := seen[c.Name]; first != nil {
			d.report(declaredTwice("command", c.Name, c.DeclRange, first.DeclRange))
			continue
		}
		seen[c.Name] = c
	}
}
