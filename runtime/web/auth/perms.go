package auth

import (
	"fmt"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Perms are what the request's user is allowed, for templates: {% if perms.add_post %}.
type Perms struct{ r *web.Request }

// PermsOf are those of a request; they are read when somebody asks.
func PermsOf(r *web.Request) Perms { return Perms{r} }

// Has reports whether the user has the permission of that codename.
func (p Perms) Has(codename string) (bool, error) { return HasPerm(p.r, codename) }

// HasPerm reports whether the request's user has all of these permissions, by
// codename: as its own, by a group, or as a superuser (has_perms).
func HasPerm(r *web.Request, codenames ...string) (bool, error) {
	s, err := stateOf(r)
	if err != nil {
		return false, err
	}
	if !s.known {
		l, err := layerOf(r)
		if err != nil {
			return false, err
		}
		if s.perms, s.all, err = l.perms(r, s.user); err != nil {
			return false, err
		}
		s.known = true
	}
	for _, name := range codenames {
		if !s.all && !s.perms[name] {
			return false, nil
		}
	}
	return s.user.IsAuthenticated(), nil
}

// perms reads what a user is allowed.
func (l *Layer) perms(src model.Source, u *User) (perms map[string]bool, all bool, err error) {
	switch {
	case !u.IsAuthenticated() || !u.IsActive:
		return nil, false, nil
	case u.IsSuperuser:
		return nil, true, nil
	}
	names, err := model.Raw(src, fmt.Sprintf(`SELECT p."codename" FROM "auth_permission" p
JOIN "%[1]s_user_permissions" up ON up."permission_id" = p."id" WHERE up."user_id" = ?1
UNION SELECT p."codename" FROM "auth_permission" p
JOIN "auth_group_permissions" gp ON gp."permission_id" = p."id"
JOIN "%[1]s_groups" ug ON ug."group_id" = gp."group_id" WHERE ug."user_id" = ?1`, l.Users.Table),
		func(name *string) []any { return []any{name} }, u.ID)
	if err != nil {
		return nil, false, fmt.Errorf("auth: read permissions: %w", err)
	}
	perms = map[string]bool{}
	for _, name := range names {
		perms[name] = true
	}
	return perms, false, nil
}

// Permission is what users may be allowed.
type Permission struct{ ContentType, Codename, Name string }

// Sync makes the permissions that the database lacks (create_permissions); it
// runs after migrations. Those that the site has no more stay, since users may have them.
func Sync(src model.Source, list []Permission) error {
	return model.Atomic(src, func(tx model.Source) error {
		there, err := model.Raw(tx, `SELECT "content_type", "codename" FROM "auth_permission"`,
			func(p *Permission) []any { return []any{&p.ContentType, &p.Codename} })
		if err != nil {
			return fmt.Errorf("auth: read permissions: %w", err)
		}
		known := map[Permission]bool{}
		for _, p := range there {
			known[p] = true
		}
		for _, p := range list {
			if known[Permission{ContentType: p.ContentType, Codename: p.Codename}] {
				continue
			}
			if _, err := model.RawExec(tx, `INSERT INTO "auth_permission" ("name", "content_type", "codename") VALUES (?1, ?2, ?3)`, p.Name, p.ContentType, p.Codename); err != nil {
				return fmt.Errorf("auth: make the permission %s: %w", p.Codename, err)
			}
		}
		return nil
	})
}
