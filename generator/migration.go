package generator

import (
	"path/filepath"

	"stackgen.dev/generator/migrate"
	"stackgen.dev/schema"
)

// PlanMigration is the migration that leads from the files in migrations/ to
// the models; nil when there is nothing to do or no database. name is what to
// call it; "" names it after what it does. What only the user can decide is a
// *migrate.Error with its place.
func PlanMigration(site *schema.Site, name string) (*migrate.Migration, error) {
	if site.Database == nil {
		return nil, nil
	}
	m, err := migrate.Diff(site, migrationDir(site))
	if err != nil || m == nil {
		return nil, err
	}
	if name != "" {
		if err := m.SetName(name); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// WriteMigration writes it into migrations/ and returns its path.
func WriteMigration(site *schema.Site, m *migrate.Migration) (string, error) {
	return m.Write(migrationDir(site))
}

func migrationDir(site *schema.Site) string { return filepath.Join(site.Dir, "migrations") }
