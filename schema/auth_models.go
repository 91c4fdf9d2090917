package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// userModels are the models that the layer auth brings along: Django's tables.
// A content type is the name of a model.
const userModels = `
model "permission" {
  db_table = "auth_permission"
  display  = "name"
  ordering = ["content_type", "codename"]
  field "name" { type = char(255) }
  field "content_type" { type = char(100) }
  field "codename" { type = char(100) }
}
model "group" {
  db_table = "auth_group"
  ordering = ["name"]
  field "name" {
    type   = char(150)
    unique = true
  }
  field "permissions" {
    type  = many_to_many(model.permission)
    blank = true
  }
}
model "user" {
  db_table = "auth_user"
  display  = "username"
  field "password" { type = char(128) }
  field "last_login" {
    type  = datetime
    null  = true
    blank = true
  }
  field "is_superuser" {
    type         = boolean
    default      = false
    verbose_name = "superuser status"
  }
  field "username" {
    type      = char(150)
    unique    = true
    help_text = "150 characters or fewer. Letters, digits and @/./+/-/_ only."
  }
  field "first_name" {
    type  = char(150)
    blank = true
  }
  field "last_name" {
    type  = char(150)
    blank = true
  }
  field "email" {
    type         = email
    blank        = true
    verbose_name = "email address"
  }
  field "is_staff" {
    type         = boolean
    default      = false
    verbose_name = "staff status"
  }
  field "is_active" {
    type         = boolean
    default      = true
    verbose_name = "active"
  }
  field "date_joined" {
    type    = datetime
    default = now()
  }
  field "groups" {
    type  = many_to_many(model.group)
    blank = true
  }
  field "user_permissions" {
    type  = many_to_many(model.permission)
    blank = true
  }
}
`

// sessionModel is the table of sessions in the database.
const sessionModel = `
model "session" {
  db_table = "django_session"
  field "session_key" {
    type        = char(40)
    primary_key = true
  }
  field "session_data" { type = text }
  field "expire_date" {
    type  = datetime
    index = true
  }
}
`

// cacheModel is the table of the cache in the database.
const cacheModel = `
model "cache_entry" {
  field "cache_key" {
    type        = char(255)
    primary_key = true
  }
  field "value" { type = binary }
  field "number" {
    type = big_integer
    null = true
  }
  field "expires" {
    type  = datetime
    null  = true
    index = true
  }
}
`

// builtinModels brings in the models that the site uses and does not write:
// those of users where the layer auth is used or something refers to
// model.user, and those of sessions and of the cache where the database keeps them.
func (d *decoder) builtinModels() {
	layer := slices.ContainsFunc(d.site.Middleware, func(m Middleware) bool { return m.Name == "auth" })
	own := d.names.lookup("model", "user")
	if layer || d.refersToUser && own == nil {
		for _, m := range d.parseModels("model.user", userModels) {
			x := d.names.lookup("model", m.Name)
			switch {
			case x != nil && m.Name == "user":
				d.extendUser(x.owner.(*Model), m)
				d.site.User = x.owner.(*Model)
				continue
			case x != nil:
				d.report(modelOfAuth(m.Name, x.at))
				continue
			}
			d.bring(m)
			switch m.Name {
			case "user":
				d.site.User = m
			case "permission":
				m.Constraints = []*Constraint{{Name: "auth_permission_content_type_codename_uniq", Fields: []*Field{m.Field("content_type"), m.Field("codename")}, DeclRange: m.DeclRange}}
			}
		}
	}
	if s := d.site.Session; s != nil && s.Store.V == "database" {
		m := d.parseModels("model.session", sessionModel)[0]
		if x := d.names.lookup("model", m.Name); x != nil {
			d.report(modelOfSessions(x.at, s.Store.Range))
		} else {
			d.bring(m)
		}
	}
	if c := d.site.Cache; c != nil && c.Store.V == "database" {
		m := d.parseModels("model.cache_entry", cacheModel)[0]
		if x := d.names.lookup("model", m.Name); x != nil {
			d.report(modelOfCache(x.at, c.Store.Range))
		} else {
			d.bring(m)
		}
	}
	if d.site.User != nil {
		d.permissions()
	}
}

// bring adds a model that the site file does not write.
func (d *decoder) bring(m *Model) {
	m.Implicit, m.Builtin = true, true
	d.names.declare(d, "model", m.Name, m.DeclRange, m)
	d.site.Models = append(d.site.Models, m)
}

// parseModels reads model blocks of our own.
func (d *decoder) parseModels(name, text string) []*Model {
	name = name + " (built in)"
	d.sources.Add(name, []byte(text))
	body, diags := parseFile(name, []byte(text))
	if diags.HasErrors() {
		panic("stackgen: unreachable: " + diags.Error())
	}
	holder := &Site{}
	root := &scope{table: rootBlock(), owner: holder, blocks: map[string][]hcl.Range{}}
	table := modelBlock()
	content, diags := body.Content(root.table.schema())
	if diags.HasErrors() {
		panic("stackgen: unreachable: " + diags.Error())
	}
	table.Kind = "" // who brings the model declares its name
	for _, b := range content.Blocks {
		d.block(b, table, root)
	}
	for _, m := range holder.Models {
		for _, f := range append(m.Fields[:len(m.Fields):len(m.Fields)], m.ManyToMany...) {
			f.Implicit = true
		}
	}
	return holder.Models
}

// extendUser gives the site's model.user what every user has.
func (d *decoder) extendUser(own, builtin *Model) {
	own.Builtin = true
	for _, f := range append(own.Fields[:len(own.Fields):len(own.Fields)], own.ManyToMany...) {
		switch {
		case f.PrimaryKey.V && !f.Implicit:
			d.report(userWithKey(f))
		case builtin.Field(f.Name) != nil && !f.Implicit, builtin.Relation(f.Name) != nil:
			d.report(userFieldTwice(f))
		}
	}
	if !d.isWritten(own, "db_table") {
		own.Table.V = builtin.Table.V
	}
	if !d.isWritten(own, "display") {
		own.Display = builtin.Display
	}
	var extra []*Field
	for _, f := range own.Fields {
		if !f.PrimaryKey.V {
			extra = append(extra, f)
		}
	}
	own.Fields = append(builtin.Fields, extra...)
	own.ManyToMany = append(builtin.ManyToMany, own.ManyToMany...)
}

// permissions gives every model its four permissions, and those of its own.
func (d *decoder) permissions() {
	for _, m := range d.site.Models {
		if m.Builtin && (m.Name == "session" || m.Name == "cache_entry") {
			continue
		}
		declare := func(codename, name string, at hcl.Range) {
			p := &Permission{Codename: codename, Name: name, Model: m}
			if d.names.declare(d, "permission", codename, at, p) {
				d.site.Permissions = append(d.site.Permissions, p)
			}
		}
		for _, verb := range []string{"add", "change", "delete", "view"} {
			declare(verb+"_"+m.Name, "Can "+verb+" "+strings.ToLower(m.VerboseName.V), m.DeclRange)
		}
		for _, p := range m.Permissions {
			declare(p.Key, p.Value.V, p.Value.Range)
		}
	}
}
