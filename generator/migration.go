package generator

import (
	"stackgen.dev/schema"
)

type Migration struct{ Destructive []string }

func (m *Migration) FileName() string { return "" }
func (m *Migration) SQL() string      { return "" }

func PlanMigration(site *schema.Site, name string) (*Migration, error)        { return nil, nil }
func WriteMigration(site *schema.Site, m *Migration) (string, error) { return "", nil }
