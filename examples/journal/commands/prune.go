// Package commands has what the journal's program can do beside serving.
package commands

import (
	"fmt"

	"journal/gen/models"

	"stackgen.dev/runtime/web/command"
)

// Prune deletes the entries before a day.
func Prune(c *command.Call) error {
	old := models.Entries(c).Filter(models.EntryField.Day.Lt(c.Date("before")))
	n, err := old.Count()
	if err != nil {
		return err
	}
	if n > c.Int("most") {
		return command.Exit(3, fmt.Errorf("%d entries would go, and --most is %d", n, c.Int("most")))
	}
	if !c.Bool("dry_run") {
		if n, err = old.Delete(); err != nil {
			return err
		}
	}
	fmt.Fprintf(c.Out, "%d entries.\n", n)
	return nil
}
