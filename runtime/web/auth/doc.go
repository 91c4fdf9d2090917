// Package auth knows who sends a request: users, their passwords, groups and
// permissions, in Django's tables and with its rules.
//
// The layer auth ([Layer]) makes [Of] answer: the request's user, read when
// somebody first asks, and nobody ([User.IsAuthenticated]) for a visitor who is not logged in.
// [Authenticate], [Login] and [Logout] are what views in Go call; [LoginRequired],
// [PermissionRequired] and [PassesTest] guard views, and the views of this
// package ([LoginView] and its like) answer forms. How users are stored is
// generated code's to say ([Users]), since a site may give them fields of its own.
//
// A wrong password is [ErrInvalid], too many are [ErrThrottled]; other errors are
// those of the database.
package auth
