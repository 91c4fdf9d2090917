package site

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
)

// engine is the engine of the URL.
func (d *Database) engine() (Engine, error) {
	name, _, _ := strings.Cut(d.URL, ":")
	if name == "postgresql" {
		name = "postgres"
	}
	var names []string
	for _, e := range d.Engines {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	// The rest of the URL may hold a password and is not shown.
	return Engine{}, fmt.Errorf("the database URL is one of %s, and this binary links %s alone", strconv.Quote(name), strings.Join(names, " and "))
}

// system is what traces call the engine.
func (d *Database) system() string {
	if e, err := d.engine(); err == nil && e.Name != "postgres" {
		return e.Name
	}
	return "postgresql"
}

// check refuses the URL of an engine that the binary does not link.
func (d *Database) check() error {
	_, err := d.engine()
	return err
}

// open opens the database.
func (d *Database) open(ctx context.Context, log *slog.Logger) (*model.DB, error) {
	e, err := d.engine()
	if err != nil {
		return nil, err
	}
	return e.Open(ctx, d.URL, log)
}

// migrator applies the migrations that the binary carries.
func (d *Database) migrator(db *model.DB) (*migrate.Migrator, error) {
	e, err := d.engine()
	if err != nil {
		return nil, err
	}
	var files []migrate.File
	if e.Migrations != nil {
		if files, err = migrate.Load(e.Migrations); err != nil {
			return nil, err
		}
	}
	return migrate.New(db, files).WithFunctions(e.Functions), nil
}
