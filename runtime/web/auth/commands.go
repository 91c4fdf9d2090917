package auth

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"

	"golang.org/x/term"
	"golang.org/x/text/unicode/norm"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/validators"
	"stackgen.dev/runtime/web/hashers"
	"stackgen.dev/runtime/web/passwords"
	"stackgen.dev/runtime/web/terminal"
)

// CreateSuperuser makes a user who may do everything (createsuperuser): it asks, or with
// --no-input takes SUPERUSER_USERNAME, SUPERUSER_EMAIL and SUPERUSER_PASSWORD of
// the environment.
func (l *Layer) CreateSuperuser(ctx context.Context, db *model.DB, t *terminal.Terminal, args []string) error {
	f := flag.NewFlagSet("createsuperuser", flag.ContinueOnError)
	f.SetOutput(t.Out)
	username, email := f.String("username", "", "the user's name"), f.String("email", "", "its e-mail address")
	silent := f.Bool("no-input", false, "ask nothing: take SUPERUSER_USERNAME, SUPERUSER_EMAIL and SUPERUSER_PASSWORD")
	f.BoolVar(silent, "noinput", false, "the same")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	src := db.With(ctx)
	for name, into := range map[string]*string{"SUPERUSER_USERNAME": username, "SUPERUSER_EMAIL": email} {
		if value, ok := t.Lookup(name); ok && *silent && *into == "" {
			*into = value
		}
	}
	ask := !*silent
	if *username == "" && !ask {
		return errors.New("without questions the name has to be given: --username NAME, or SUPERUSER_USERNAME")
	}
	u := &User{IsStaff: true, IsSuperuser: true, IsActive: true}
	var err error
	checkName := func(name string) error { return l.checkNewName(src, name) }
	if *username == "" && ask {
		if *username, err = t.Ask("Username: ", checkName); err != nil {
			return err
		}
	} else if err := checkName(*username); err != nil {
		return err
	}
	u.Username = norm.NFKC.String(*username)
	if *email == "" && ask {
		if *email, err = t.Ask("Email address: ", checkEmail); err != nil {
			return err
		}
	} else if err := checkEmail(*email); err != nil {
		return err
	}
	u.Email = *email
	if ask {
		err = l.askPassword(ctx, t, u)
	} else if password, ok := t.Lookup("SUPERUSER_PASSWORD"); ok && password != "" {
		u.Password, err = l.Hashers.Make(ctx, password)
	} else {
		u.Password = hashers.Unusable()
		fmt.Fprintln(t.Out, "SUPERUSER_PASSWORD is not set: the user has no password, and cannot log in until changepassword gives it one.")
	}
	if err != nil {
		return err
	}
	if err := l.Users.Create(src, u); err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "Superuser %s created.\n", u.Username)
	return nil
}

func (l *Layer) checkNewName(src model.Source, name string) error {
	name = norm.NFKC.String(name)
	if name == "" {
		return errors.New("this field cannot be blank")
	}
	if p := checkUsername(name); p != nil || len([]rune(name)) > 150 {
		return errors.New("enter a valid username: at most 150 letters, numbers and @/./+/-/_ characters")
	}
	taken, err := l.Users.Taken(src, name)
	if err != nil {
		return err
	}
	if taken {
		return errors.New("that username is already taken")
	}
	return nil
}

func checkEmail(email string) error {
	if email == "" {
		return nil
	}
	if p := validators.Email(email); p != nil {
		return errors.New(strings.TrimSuffix(strings.ToLower(p.Message), "."))
	}
	return nil
}

// secret reads a password without showing it.
func secret(t *terminal.Terminal, prompt string) (string, error) {
	return t.Secret(prompt, term.IsTerminal, term.ReadPassword)
}

// maxTries is how often a new password is asked for.
const maxTries = 3

// askPassword asks for a password, twice, and sets it.
func (l *Layer) askPassword(ctx context.Context, t *terminal.Terminal, u *User) error {
	for range maxTries {
		one, err := secret(t, "Password: ")
		if err != nil {
			return err
		}
		two, err := secret(t, "Password (again): ")
		if err != nil {
			return err
		}
		switch {
		case one != two:
			fmt.Fprintln(t.Out, "Error: your passwords didn't match")
			continue
		case one == "":
			fmt.Fprintln(t.Out, "Error: blank passwords aren't allowed")
			continue
		}
		if problems := passwords.Validate(l.Rules, one, attributes(u)); len(problems) > 0 {
			for _, p := range problems {
				fmt.Fprintln(t.Out, p.Message)
			}
			answer, err := t.Line("Use it anyway? [y/N]: ")
			if err != nil {
				return err
			}
			if strings.ToLower(strings.TrimSpace(answer)) != "y" {
				continue
			}
		}
		u.Password, err = l.Hashers.Make(ctx, one)
		return err
	}
	return errors.New("aborting after several attempts")
}

// ChangePassword asks for a user's new password (changepassword).
func (l *Layer) ChangePassword(ctx context.Context, db *model.DB, t *terminal.Terminal, args []string) error {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		return errors.New("give the name of one user: changepassword USERNAME")
	}
	src := db.With(ctx)
	u, err := l.Users.Find(src, norm.NFKC.String(args[0]))
	if errors.Is(err, model.ErrNotFound) {
		return fmt.Errorf("user %q does not exist", args[0])
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "Changing password for user %q\n", u.Username)
	if err := l.askPassword(ctx, t, u); err != nil {
		return err
	}
	if err := l.Users.SavePassword(src, u); err != nil {
		return err
	}
	fmt.Fprintf(t.Out, "Password changed successfully for user %q\n", u.Username)
	return nil
}
