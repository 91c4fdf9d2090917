package command

import (
	"errors"
	"fmt"

	"stackgen.dev/runtime/web/mail"
)

// SendTestEmail is the command that sends a message, to see that the site's e-mail
// arrives (sendtestemail).
var SendTestEmail = Command{
	Name: "sendtestemail", Doc: "Send a message to the addresses, or to the site's admins, to see that it arrives.",
	Arguments: []Argument{{Name: "addresses", Kind: String, Doc: "who gets it", Optional: true, Many: true}},
	Flags:     []Flag{{Name: "admins", Kind: Boolean, Doc: "write to the admins of the block email"}},
	Run: func(c *Call) error {
		const text = "If you're reading this, it was successful.\n"
		const subject = "Test e-mail"
		to := c.Strings("addresses")
		if len(to) == 0 && !c.Bool("admins") {
			return Exit(2, errors.New("say who gets the message: an address, or --admins"))
		}
		if len(to) > 0 {
			if err := c.App.Mailer().Send(c.Context(), &mail.Message{To: to, Subject: subject, Text: text}); err != nil {
				return err
			}
		}
		if c.Bool("admins") {
			if len(c.App.Admins().To) == 0 {
				return errors.New("the block email names no admins")
			}
			if err := c.App.MailAdmins(c.Context(), subject, text); err != nil {
				return err
			}
		}
		fmt.Fprintln(c.Out, "The message is sent.")
		return nil
	},
}
