package auth

import (
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/hashers"
)

// User is what every user has, whatever fields the site adds. The zero User is nobody.
type User struct {
	ID                                             int64
	Username, Password, FirstName, LastName, Email string
	IsStaff, IsActive, IsSuperuser                 bool
	LastLogin                                      model.Null[time.Time]
	DateJoined                                     time.Time
	// Row is the site's row of model.user, a *models.User; nil for nobody.
	Row any
}

// IsAuthenticated reports whether this is somebody.
func (u *User) IsAuthenticated() bool { return u.ID != 0 }

// FullName is first and last name, the user name where there are none (get_full_name).
func (u *User) FullName() string {
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		return name
	}
	return u.Username
}

// HasUsablePassword reports whether the user can log in with a password.
func (u *User) HasUsablePassword() bool { return u.Password != "" && hashers.Usable(u.Password) }

// String is the user name.
func (u *User) String() string { return u.Username }

// Users is how the site stores users: generated code over its models.
type Users struct {
	// Table is the table's name.
	Table string
	// Get is the user with that key, Find the one of that name; model.ErrNotFound where there is none.
	Get  func(src model.Source, id int64) (*User, error)
	Find func(src model.Source, username string) (*User, error)
	// Taken reports whether a user has that name, small and capital letters being the same.
	Taken func(src model.Source, username string) (bool, error)
	// WithEmail are the users with that address, small and capital letters being the same.
	WithEmail func(src model.Source, email string) ([]*User, error)
	// Create stores a new user and sets its key and its Row.
	Create func(src model.Source, u *User) error
	// SavePassword and SaveLastLogin store that of a user.
	SavePassword  func(src model.Source, u *User) error
	SaveLastLogin func(src model.Source, u *User) error
}
