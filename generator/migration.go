package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"stackgen.dev/generator/migrate"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/schema"
)

// MigrationSet is the migrations of one engine of a site.
type MigrationSet struct {
	// Engine is "sqlite" or "postgres".
	Engine string
	// Dir is the folder: migrations/, or with several engines migrations/ENGINE.
	Dir string
	// folder is "" or "ENGINE/".
	folder string
	site   *schema.Site
}

// MigrationSets are the sets of a site, in the order of its engines; none
// without a database.
func MigrationSets(site *schema.Site) []MigrationSet {
	if site.Database == nil {
		return nil
	}
	root := filepath.Join(site.Dir, "migrations")
	var sets []MigrationSet
	for _, e := range site.Database.Engines {
		m := MigrationSet{Engine: e.V, Dir: root, site: site}
		if len(site.Database.Engines) > 1 {
			m.Dir, m.folder = filepath.Join(root, e.V), e.V+"/"
		}
		sets = append(sets, m)
	}
	return sets
}

// Path is a migration's path beneath the project: "migrations/0001_initial.sql".
func (m MigrationSet) Path(name string) string { return "migrations/" + m.folder + name }

// Names lists the migrations, in order.
func (m MigrationSet) Names() ([]string, error) {
	entries, err := os.ReadDir(m.Dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".sql") {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names, nil
}

// SQL is the text of one migration.
func (m MigrationSet) SQL(name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(m.Dir, name))
	return string(b), err
}

// misplaced refuses migrations that lie where those of a site with another
// number of engines do: they would never be applied.
func (m MigrationSet) misplaced() error {
	root := filepath.Join(m.site.Dir, "migrations")
	if m.folder != "" {
		if files, _ := filepath.Glob(filepath.Join(root, "*.sql")); len(files) > 0 {
			return fmt.Errorf("the site has several engines, and %s lies in none of their folders; move the files to the folder of the engine that they are written for: mkdir -p %[2]s && mv %[3]s %[2]s",
				filepath.Base(files[0]), filepath.Join(root, "ENGINE"), filepath.Join(root, "*.sql"))
		}
		return nil
	}
	if files, _ := filepath.Glob(filepath.Join(root, m.Engine, "*.sql")); len(files) > 0 {
		return fmt.Errorf("the site has one engine, and %s lies in the folder of one of several; move the files up: mv %s %s",
			filepath.Base(files[0]), filepath.Join(root, m.Engine, "*.sql"), root)
	}
	return nil
}

// Plan is the migration that leads from the files of the set to the models; nil
// when there is nothing to do. name is what to call it; "" names it after what
// it does. What only the user can decide is a *migrate.Error with its place.
func (m MigrationSet) Plan(name string, opts migrate.Options) (*migrate.Migration, error) {
	if err := m.misplaced(); err != nil {
		return nil, err
	}
	next, err := migrate.Diff(m.site, m.Engine, m.Dir, opts)
	if err != nil || next == nil {
		return nil, err
	}
	if name != "" {
		if err := next.SetName(name); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// Write writes the migration into the folder and returns its path.
func (m MigrationSet) Write(next *migrate.Migration) (string, error) { return next.Write(m.Dir) }

// migrationFiles are the migrations of each engine, as far as they can be read:
// what is wrong with them is told where they are embedded.
func migrationFiles(site *schema.Site) map[string][]runtime.File {
	files := map[string][]runtime.File{}
	for _, m := range MigrationSets(site) {
		if list, err := runtime.Load(os.DirFS(m.Dir)); err == nil {
			files[m.Engine] = list
		}
	}
	return files
}

func sortedNames(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
