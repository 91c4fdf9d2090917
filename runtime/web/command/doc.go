// Package command is the commands that a site has of its own (BaseCommand):
//
//	func Prune(c *command.Call) error {
//		n, err := models.Entries(c).Filter(models.EntryField.Day.Lt(c.Date("before"))).Delete()
//		fmt.Fprintf(c.Out, "%d entries are gone.\n", n)
//		return err
//	}
//
// The site file declares arguments and flags, so that they are read, checked
// and explained in one way. An error that a function returns ends the program
// with status 1, one with Exit with another; a wrong command line with 2.
package command
