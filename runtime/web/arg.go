package web

import "fmt"

// Arg is what the route captured under a name, as its converter makes it: what to_value returns
// for a converter of the site's own, an int64 for int, a string for any other; the zero value where the route
// captures nothing of that name. It panics where the converter makes values of another type than T.
//
//	year := web.Arg[int](r, "year") // <yyyy:year>, where to_value returns an int
func Arg[T any](r *Request, name string) T {
	var zero T
	if r.match.Route < 0 {
		return zero
	}
	v, found := r.match.Entry().Extra[name]
	if !found {
		if v, found = r.match.Value(name); !found {
			return zero
		}
	}
	value, ok := v.(T)
	if !ok {
		panic(fmt.Sprintf("web: Arg of %q is of type %T, not %T", name, v, zero))
	}
	return value
}
