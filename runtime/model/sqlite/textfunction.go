package sqlite

import (
	"fmt"
	"slices"
	"strings"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// maxText is how many bytes a text function makes at most; SQLite itself takes no
// more in a value.
const maxText = 1_000_000_000

// addTextFunctions gives a connection functions of text that PostgreSQL has.
func addTextFunctions(db *sqlite3.Conn) error {
	for name, f := range map[string]struct {
		args int
		of   func(text string, args []sqlite3.Value) (string, error)
	}{
		"model_lpad": {3, func(text string, args []sqlite3.Value) (string, error) {
			text, fill, err := padded(text, args)
			return fill + text, err
		}},
		"model_rpad": {3, func(text string, args []sqlite3.Value) (string, error) {
			text, fill, err := padded(text, args)
			return text + fill, err
		}},
		"model_repeat": {2, func(text string, args []sqlite3.Value) (string, error) {
			times := args[0].Int64()
			if times > 0 && int64(len(text)) > maxText/times {
				return "", errLong
			}
			return strings.Repeat(text, int(max(times, 0))), nil
		}},
		"model_reverse": {1, func(text string, _ []sqlite3.Value) (string, error) {
			letters := []rune(text)
			slices.Reverse(letters)
			return string(letters), nil
		}},
	} {
		err := db.CreateFunction(name, &sqlite3.FunctionImpl{NArgs: f.args, Deterministic: true, Scalar: func(_ sqlite3.Context, args []sqlite3.Value) (sqlite3.Value, error) {
			for _, a := range args {
				if a.Type() == sqlite3.TypeNull {
					return sqlite3.Value{}, nil
				}
			}
			text, err := f.of(args[0].Text(), args[1:])
			return sqlite3.TextValue(text), err
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// errLong answers a text that would be too long for a value.
var errLong = fmt.Errorf("%w: a text of more than %d bytes", model.ErrInvalid, maxText)

// padded is the text, cut off where it is longer, and what it is filled up with.
func padded(text string, args []sqlite3.Value) (cut, fill string, err error) {
	length, with := args[0].Int64(), []rune(args[1].Text())
	if length > maxText {
		return "", "", errLong
	}
	letters := []rune(text)
	missing := int(length) - len(letters)
	switch {
	case missing < 0:
		return string(letters[:max(length, 0)]), "", nil
	case len(with) == 0:
		return text, "", nil
	}
	times := missing/len(with) + 1
	return text, string(slices.Repeat(with, times)[:missing]), nil
}
