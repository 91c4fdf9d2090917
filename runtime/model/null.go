package model

// Null is a value that may be null. The zero Null is null.
type Null[T any] struct {
	V     T
	Valid bool
}

// Some is the Null that holds v.
func Some[T any](v T) Null[T] { return Null[T]{V: v, Valid: true} }

// Or is the value, or instead when it is null.
func (n Null[T]) Or(instead T) T {
	if n.Valid {
		return n.V
	}
	return instead
}

// Ptr is a pointer to a copy of the value, nil when it is null.
func (n Null[T]) Ptr() *T {
	if !n.Valid {
		return nil
	}
	v := n.V
	return &v
}
