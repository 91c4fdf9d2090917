// Package validation checks rows before they are stored: Django's full_clean,
// with its messages and codes. Generated code has a [Rules] for every model and
// a method FullClean that hands it here:
//
//	if err := post.FullClean(r); err != nil {
//		var wrong *model.ValidationError
//		if errors.As(err, &wrong) { … } // for people, by field
//		return nil, err                 // a failure of the database
//	}
//
// As in Django it is not part of saving: who stores a row by hand asks first, or
// leaves it to the database's own constraints. Forms and resources run the
// validators of their fields, and the model's clean.
//
// The rules are data, and values are asked for in the form in which they are
// stored, so that a model costs no code of its own.
package validation
